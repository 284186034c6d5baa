"""names: fields that conditions ask for and that what they ask never has: `cart.total` would be null for ever."""

from difflib import get_close_matches

from ...conditions.arguments import nodes_of
from ...conditions.mistakes import root_expressions
from ...conditions.past import ABOUT_PAST, fields_of
from .book import Asked
from .located_conditions import Fault, Node
from .scope_shapes import event_shape
from .shape import Shape
from .types import Scope

_CALLED_HERE = {"total": "value", "amount": "value", "sum": "value", "price": "value", "items": "products", "lines": "products",
                "quantity": "count", "size": "count", "number": "count"}
_EVENT = event_shape(None).fields or {}


def first_unknown(asked: Asked, parsed: Node, scope: Scope) -> Fault | None:
    """The first of them in a condition."""
    for node in root_expressions(parsed):
        missing = _missing_in(node, scope)
        if missing is not None:
            owner, field, shape = missing
            return Fault("unknown-name", field, *say_missing(owner, field["value"], shape))
    for call in nodes_of(parsed):
        if call["type"] == "function_expression" and call["value"] in ABOUT_PAST:
            for field in fields_of(call):
                if isinstance(field.get("value"), str) and not _is_of_event(field["value"]):
                    return Fault("unknown-name", field, *_say_not_of_event(call["value"], field["value"]))
    return None


def _is_of_event(path: str) -> bool:
    root, _, rest = path.partition(".")
    return root in _EVENT and (not rest or "object" in _EVENT[root].types)


def _say_not_of_event(function: str, path: str) -> tuple[str, str]:
    """That a function about the past is asked of a field in which no event has anything, so that it counts nothing for ever."""
    root, _, rest = path.partition(".")
    meant = rest if rest and (root == "event" or get_close_matches(root, ["properties"], 1, 0.8)) else path
    has = f"nothing at {path}" if root in _EVENT else f"no {root} of its own"
    own = meant if _is_of_event(meant) else f"properties.{meant}"
    return f"an event has {has}, so {function}() counts nothing", f"write '{own}'"


def say_missing(owner: tuple[str, ...], name: str, shape: Shape) -> tuple[str, str]:
    """That something does not have a field, and what may have been meant."""
    known = list(shape.fields or {})
    path = ".".join(owner)
    if owner == ("event",) and name not in known:
        return f"an event has no {name} of its own", f"write event.properties.{name}"
    if "array" in shape.types:
        return f"{path} is a list, and {name} a field of its entries", f"write {path}[].{name}, or {path}[?{name} == 'x'] for some of them"
    if not known:
        return f"{path} has no fields", "take away what comes after it"
    meant = next(iter(get_close_matches(name, known, 1)), _CALLED_HERE.get(name))
    return f"{path} has no {name}", f"did you mean {path}.{meant}?" if meant in known else f"there are {', '.join(known)}"


def _missing_in(node: Node, scope: Scope) -> tuple[tuple[str, ...], Node, Shape] | None:
    """Of a chain of names the first that nothing can stand under, with what it is asked of."""
    if node["type"] != "subexpression" or node["children"][0]["type"] != "field" or node["children"][0]["value"] not in scope:
        return None
    shape = scope[node["children"][0]["value"]]
    owner: tuple[str, ...] = (node["children"][0]["value"],)
    for child in node["children"][1:]:
        if child["type"] != "field":
            return None
        inner = shape.within(child["value"])
        if inner is None:
            return owner, child, shape
        shape, owner = inner, (*owner, child["value"])
    return None
