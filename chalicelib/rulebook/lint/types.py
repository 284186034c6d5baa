"""types: of which JSON types the value of an expression may be, by what is known of what it asks for."""

from collections.abc import Mapping
from typing import Any

from ...conditions.functions import OURS, Functions
from .shape import ALL_TYPES, ANYTHING, Shape

Node = dict[str, Any]
Scope = Mapping[str, Shape]

_JSON = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object", type(None): "null"}
_BY_CLASS = {"int": "number", "float": "number", "str": "string", "bool": "boolean", "list": "array", "dict": "object", "None": "null"}
_GIVES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("abs", "ceil", "floor", "length", "sum"), frozenset({"number"})),
    **dict.fromkeys(("avg", "to_number"), frozenset({"number", "null"})),
    **dict.fromkeys(("max", "min"), frozenset({"number", "string", "null"})),
    **dict.fromkeys(("contains", "starts_with", "ends_with"), frozenset({"boolean"})),
    **dict.fromkeys(("join", "to_string", "type"), frozenset({"string"})),
    **dict.fromkeys(("keys", "values", "map", "sort", "sort_by", "to_array"), frozenset({"array"})),
    **dict.fromkeys(("reverse",), frozenset({"array", "string"})), "merge": frozenset({"object"}),
}
_WITHOUT_VALUE = {"happened": 2, "total": 3}
"""Functions that give null for one that comes after these arguments, and never without it."""


def shape_of(node: Node, scope: Scope) -> Shape:
    """What is known of the value of an expression, asked of a scope."""
    children = node["children"]
    match node["type"]:
        case "field":
            return scope.get(node["value"], ANYTHING)
        case "literal":
            return Shape(frozenset({_JSON.get(type(node["value"]), "object")}))
        case "subexpression":
            shape = shape_of(children[0], scope)
            for child in children[1:]:
                inner = shape.within(child["value"]) if child["type"] == "field" else ANYTHING
                shape = ANYTHING if inner is None else Shape(
                    inner.types | ({"null"} if "null" in shape.types else set()), inner.fields, inner.closed, inner.entry)
            return shape
        case "index_expression" if len(children) == 2 and children[1]["type"] == "index":
            entry = shape_of(children[0], scope).entry
            return ANYTHING if entry is None else Shape(entry.types | {"null"}, entry.fields, entry.closed, entry.entry)
        case "projection" | "filter_projection" | "flatten" | "value_projection":
            return Shape(frozenset({"array", "null"}))
        case "multi_select_list" | "multi_select_dict":
            return Shape(frozenset({"array" if node["type"] == "multi_select_list" else "object", "null"}))
        case "comparator":
            return Shape(frozenset({"boolean"} if node["value"] in ("eq", "ne") else {"boolean", "null"}))
        case "not_expression":
            return Shape(frozenset({"boolean"}))
        case "or_expression" | "and_expression":
            return Shape(shape_of(children[0], scope).types | shape_of(children[1], scope).types)
        case "function_expression":
            gives = _given_by(node["value"])
            return Shape(gives - {"null"} if len(children) <= _WITHOUT_VALUE.get(node["value"], -1) else gives)
    return ANYTHING


def _given_by(function: str) -> frozenset[str]:
    """The types of what a function gives: of ours as they say themselves."""
    if function not in OURS:
        return _GIVES.get(function, ALL_TYPES)
    told = str(Functions.FUNCTION_TABLE[function]["function"].__annotations__.get("return", ""))
    classes = [part.strip().partition("[")[0] for part in told.replace("<class '", "").replace("'>", "").split("|")]
    return frozenset(_BY_CLASS[name] for name in classes) if set(classes) <= _BY_CLASS.keys() else ALL_TYPES


def taken_by(function: str, argument: int) -> frozenset[str]:
    """The types a function takes in a place."""
    known = Functions.FUNCTION_TABLE.get(function)
    signature = known["signature"] if known else ()
    if not signature:
        return ALL_TYPES
    types = signature[min(argument, len(signature) - 1)].get("types") or ALL_TYPES
    return frozenset("array" if name.startswith("array") else name for name in types)
