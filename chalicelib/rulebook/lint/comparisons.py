"""comparisons: what is compared, or given to a function, and can never be of the type it would have to be."""

import re

from ...conditions.arguments import nodes_of
from ...conditions.mistakes import root_expressions
from ..json_signs import plain_number
from .book import Asked
from .located_conditions import Fault, Node
from .shape import ALL_TYPES
from .types import Scope, shape_of, taken_by

_WORDS = {"number": "a number", "string": "a text", "boolean": "true or false", "array": "a list", "object": "an object", "null": "null"}
_AMOUNT = re.compile(r"\s*[€$£₽₸]?\s*([+-]?[0-9]+(?:[ \u00a0\u202f][0-9]{3})*(?:[.,][0-9]+)*)\s*(?:[^\W\d_]{1,3}\.?|[€$£₽₸%])?\s*")
_IN_ORDER = frozenset({"number", "string"})


def first_mismatch(asked: Asked, parsed: Node, scope: Scope) -> Fault | None:
    """The first comparison or call that cannot be what was meant."""
    of_root = {id(node) for node in root_expressions(parsed)}
    for node in nodes_of(parsed):
        seen = scope if id(node) in of_root else {}
        found = None
        if node["type"] == "comparator":
            found = _compared(node, asked.text, seen)
        elif node["type"] == "function_expression":
            found = _called(node, asked.text, seen)
        if found is not None:
            return found
    return None


def _compared(node: Node, text: str, scope: Scope) -> Fault | None:
    left, right = node["children"]
    if right["type"] != "literal" and left["type"] == "literal":
        left, right = right, left
    one, other = shape_of(left, scope).types, shape_of(right, scope).types
    said, value = _said(left, text), _said(right, text)
    is_order = node["value"] not in ("eq", "ne")
    if is_order and other == {"null"}:
        return Fault("null-compared", node, "null is neither more nor less than anything",
                     f"write !({said}) to ask whether it is missing")
    if is_order and one == ALL_TYPES and (number := _number_in(right)) and (value.startswith("`") or number == right["value"]):
        return Fault("type-never-matches", right, f"{value} is a text, and texts are in order with texts alone, letter by letter",
                     f"write `{number}` for a number")
    if one & other & (_IN_ORDER if is_order else ALL_TYPES):
        return None
    never = "they are never in order" if is_order else "they are never equal"
    return Fault("type-never-matches", node, f"{said} is {_kinds(one)} and {value} is {_kinds(other)}: {never}",
                 _mend(left, right, one, text, is_order))


def _called(node: Node, text: str, scope: Scope) -> Fault | None:
    for number, argument in enumerate(node["children"]):
        taken, given = taken_by(node["value"], number), shape_of(argument, scope).types
        if argument["type"] != "expref" and "expref" not in taken and not taken & given:
            problem = f"{node['value']}() takes {_kinds(taken)}, and {_said(argument, text)} is {_kinds(given)}"
            return Fault("type-never-matches", argument, problem, f"give it {_kinds(taken)}")
    return None


def _mend(asked: Node, literal: Node, types: frozenset[str], text: str, is_order: bool) -> str:
    """What may have been meant: the literal as the other's type, or the other as the literal's."""
    said, value = _said(asked, text), literal.get("value")
    if literal["type"] != "literal":
        return "compare what is of one type"
    if "number" in types and (number := _number_in(literal)):
        return f"write `{number}`"
    if "array" in types and is_order:
        return f"compare how many there are: length({said})"
    if "array" in types:
        return f"write contains({said}, {_said(literal, text)})"
    if "boolean" in types and str(value).lower() in ("true", "false", "yes", "no", "1", "0"):
        return f"write `{'true' if str(value).lower() in ('true', 'yes', '1') else 'false'}`"
    if "string" in types and isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"write to_number({said}), or '{value}' for a text"
    return f"compare it with {_kinds(types)}"


def _number_in(node: Node) -> str | None:
    """The number that a text seems to be, as JSON has it: `20.5` of `20,5`, 20 of `20 EUR`."""
    value = node.get("value")
    found = _AMOUNT.fullmatch(value) if node["type"] == "literal" and isinstance(value, str) else None
    return plain_number(re.sub(r"\s", "", found[1])) if found else None


def _said(node: Node, text: str) -> str:
    return text[node["start"]:node["end"]]


def _kinds(types: frozenset[str]) -> str:
    named = [_WORDS[name] for name in _WORDS if name in types and name != "null"]
    return " or ".join(named) or "null"
