"""demands: what must hold for an expression to be true, read off its tree. The index finds rules by it, lint finds contradictions in it.

Everything said here is strictly necessary: when the expression holds on a document, every demand does. Where the demands are `whole` it is
so the other way round as well, and nobody need ask the expression itself.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .demand import Demand, Exists, Falsy, NoneOf, OneOf, Path, Range, Scalar, Truthy, is_number, is_scalar, key_of
from .functions import Functions
from .reads import reads as reads

Node = dict[str, Any]
_MIRRORED = {"lt": "gt", "gt": "lt", "lte": "gte", "gte": "lte", "eq": "eq", "ne": "ne"}
_CHAINS = ("subexpression", "pipe")
_THROUGH = ("index_expression", "projection", "filter_projection", "value_projection", "flatten")  # null of null


@dataclass(frozen=True, slots=True)
class Demanded:
    """Demands that hold together, and whether they say all."""

    demands: tuple[Demand, ...] = ()
    whole: bool = False


NOTHING = Demanded()


def demands(parsed: Node) -> tuple[Demand, ...]:
    """What must hold for a parsed expression to be true."""
    return demanded(parsed).demands


def demanded(parsed: Node) -> Demanded:
    """The same, and whether it is all that must hold."""
    return _true(parsed, ())


def _true(node: Node, at: Path) -> Demanded:
    """What must hold for a node, asked of what stands at a path, to be true."""
    path = path_of(node, at)
    if path is not None:
        return Demanded((Truthy(path),), True)
    match node["type"]:
        case "and_expression":
            return _both(_true, node, at)
        case "or_expression":
            return _either(_true(node["children"][0], at), _true(node["children"][1], at))
        case "not_expression":
            return _false(node["children"][0], at)
        case "comparator":
            return _compared(node, node["value"], at)
        case "function_expression" if node["value"] == "contains":
            return _contained(node, at) or _there(node, at)
        case "pipe" | "subexpression":
            start, rest = _named(node["children"], at)
            return _true(rest[0], start) if len(rest) == 1 else _there(node, at)
    return _there(node, at)


def _false(node: Node, at: Path) -> Demanded:
    """What must hold for it to be false, without failing."""
    path = path_of(node, at)
    if path is not None:
        return Demanded((Falsy(path),), True)
    match node["type"]:
        case "or_expression":
            return _both(_false, node, at)
        case "and_expression":
            return _either(_false(node["children"][0], at), _false(node["children"][1], at))
        case "not_expression":
            return _true(node["children"][0], at)
        case "comparator" if node["value"] in ("eq", "ne"):
            return _compared(node, "ne" if node["value"] == "eq" else "eq", at)
        case "function_expression":
            listed = _contained(node, at) if node["value"] == "contains" else None
            if listed and listed.whole and not at and isinstance(listed.demands[0], OneOf):
                return Demanded((NoneOf(listed.demands[0].path, listed.demands[0].values),), True)
            return Demanded(tuple(_of_arguments(node, at)))
    return NOTHING


def _there(node: Node, at: Path) -> Demanded:
    """What must hold for its value to be there at all, which is less than to be true."""
    return Demanded(tuple(_needed(node, at)))


def _needed(node: Node, at: Path) -> Iterator[Demand]:
    path = path_of(node, at)
    children, kind = node["children"], node["type"]
    if path is not None:
        yield Exists(path)
    elif kind in _THROUGH or kind == "and_expression":
        yield from _needed(children[0], at)
    elif kind in _CHAINS:
        start, rest = _named(children, at)
        if all(child["type"] in ("field", *_THROUGH) for child in rest[1:]):
            yield from _needed(rest[0], start)
    elif kind == "or_expression":
        yield from _either(_true(children[0], at), _there(children[1], at)).demands
    elif kind == "comparator" and node["value"] not in ("eq", "ne"):
        yield from (*_needed(children[0], at), *_needed(children[1], at))
    elif kind == "function_expression":
        yield from _of_arguments(node, at)


def _of_arguments(node: Node, at: Path) -> Iterator[Demand]:
    """A function that does not take null fails on it."""
    known = Functions.FUNCTION_TABLE.get(node["value"])
    for argument, taken in zip(node["children"], known["signature"] if known else (), strict=False):
        if taken["types"] and "null" not in taken["types"] and argument["type"] != "expref":
            yield from _needed(argument, at)


def _both(asked: Callable[[Node, Path], Demanded], node: Node, at: Path) -> Demanded:
    left, right = (asked(child, at) for child in node["children"])
    return Demanded(left.demands + right.demands, left.whole and right.whole)


def _compared(node: Node, sign: str, at: Path) -> Demanded:
    left, right = node["children"]
    if left["type"] == "literal":
        left, right, sign = right, left, _MIRRORED[sign]
    if right["type"] != "literal" or left["type"] == "literal":
        return NOTHING if sign in ("eq", "ne") else _there(node, at)
    path, value = path_of(left, at), right["value"]
    if path is None:
        told = sign not in ("eq", "ne") or (sign == "eq" and value is not None)
        return _there(left, at) if told else NOTHING
    if value != value:  # not a number, which equals nothing and is in order with nothing
        return Demanded((OneOf(path, ()),), True) if sign != "ne" else NOTHING
    if sign == "eq":
        return Demanded((OneOf(path, (value,)),), True) if is_scalar(value) else Demanded((Exists(path),))
    if sign == "ne":
        wanted: Demand = Exists(path) if value is None else NoneOf(path, (value,))
        return Demanded((wanted,), True) if is_scalar(value) else NOTHING
    if not (is_number(value) or isinstance(value, str)):
        return Demanded((OneOf(path, ()),), True)
    closed = sign in ("lte", "gte")
    within = Range(path, low=value, with_low=closed) if sign in ("gt", "gte") else Range(path, high=value, with_high=closed)
    return Demanded((within,), True)


def _contained(node: Node, at: Path) -> Demanded | None:
    """`contains` of a list that is written out. Its equality is Python's, for which 1 is true and 0 is false."""
    if len(node["children"]) != 2 or node["children"][1]["type"] == "expref":
        return None
    listed, asked = node["children"]
    path, values = path_of(asked, at), _written(listed)
    if path is None or values is None or not all(is_scalar(value) and value == value for value in values):
        return None
    alike = [twin for value in values for twin in ((value, bool(value)) if is_number(value) and value in (0, 1) else
                                                   (value, int(value)) if isinstance(value, bool) else (value,))]
    return Demanded((OneOf(path, _unique(alike)),), not at or None not in values)


def _written(node: Node) -> list[Any] | None:
    """The entries of a list that is written out."""
    if node["type"] == "literal" and isinstance(node["value"], list):
        return node["value"]
    if node["type"] == "multi_select_list" and all(child["type"] == "literal" for child in node["children"]):
        return [child["value"] for child in node["children"]]
    return None


def _unique(values: list[Scalar]) -> tuple[Scalar, ...]:
    return tuple({key_of(value): value for value in values}.values())


def _either(left: Demanded, right: Demanded) -> Demanded:
    """What holds whichever of the two does: of demands on the same path, what both imply."""
    found = [wider for one in left.demands for other in right.demands
             for wider in [_wider(one, other) if one.path == other.path else None] if wider is not None]
    whole = (left.whole and right.whole and len(left.demands) == len(right.demands) == 1
             and bool(found) and isinstance(left.demands[0], OneOf) and isinstance(right.demands[0], OneOf))
    return Demanded(tuple(dict.fromkeys(found)), whole)


def _wider(one: Demand, other: Demand) -> Demand | None:
    match one, other:
        case OneOf(), OneOf():
            return OneOf(one.path, _unique([*one.values, *other.values]))
        case Truthy(), Truthy():
            return one
        case Range(), Range() if _kind(one) is _kind(other):
            low, with_low = _outer(one.low, one.with_low, other.low, other.with_low, min)
            high, with_high = _outer(one.high, one.with_high, other.high, other.with_high, max)
            if low is not None or high is not None:
                return Range(one.path, low, with_low, high, with_high)
    return Exists(one.path) if _is_there(one) and _is_there(other) else None


def _outer(one: Any, with_one: bool, other: Any, with_other: bool, outermost: Callable[[Any, Any], Any]) -> tuple[Any, bool]:
    if one is None or other is None:
        return None, False
    bound = outermost(one, other)
    return bound, (with_one and one == bound) or (with_other and other == bound)


def _kind(demand: Range) -> type:
    return str if isinstance(demand.low, str) or isinstance(demand.high, str) else float


def _is_there(demand: Demand) -> bool:
    """Whether it implies that something is there."""
    return isinstance(demand, (Range, Exists, Truthy)) or (isinstance(demand, OneOf) and None not in demand.values)


def path_of(node: Node, at: Path = ()) -> Path | None:
    """The names from the root to what an expression stands for, when it does nothing but name it."""
    if node["type"] == "field":
        return (*at, node["value"])
    if node["type"] in ("current", "identity"):
        return at
    if node["type"] in _CHAINS:
        named, rest = _named(node["children"], at)
        return None if rest else named
    return None


def _named(chain: list[Node], at: Path) -> tuple[Path, list[Node]]:
    """How far a chain does nothing but name, and the rest of it."""
    for number, node in enumerate(chain):
        path = path_of(node, at)
        if path is None:
            return at, chain[number:]
        at = path
    return at, []
