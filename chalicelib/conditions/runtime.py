"""runtime: what generated conditions call: steps that are counted, types that are asked for, functions that are not written out.

A step is about 0.1 µs. One evaluation may take `STEPS` of them, so that no condition holds up the others, whatever it and the
document are; where a result may grow, its growth is counted before it is made.
"""

import json
import math
from typing import Any, NoReturn

from ..model.errors import ConditionFailed
from .functions import Functions

STEPS = 100_000
_CHARACTERS = 16  # read or laid in one step
_NUMBERS = {int, float}


class _Expression:
    """`&a` as a value. jmespath's functions know it by its class's name and call `visit`."""

    def __init__(self, function: Any) -> None:
        self.expression = self._function = function

    def visit(self, expression: Any, value: Any) -> Any:
        """The value of the expression on an entry."""
        return self._function(value)


TYPES = {dict: "object", list: "array", str: "string", int: "number", float: "number", bool: "boolean", type(None): "null",
         _Expression: "expref"}


def stop() -> NoReturn:
    """Too much."""
    raise ConditionFailed("it takes too many steps on this document - ask for less at a time", kind="too-costly")


def spend(n: int, value: Any) -> int:
    """The steps left after going through a value and everything in it, as often as it is in it."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is list or kind is dict:
            n -= len(value) + 1
            if n < 0:
                stop()
            waiting.extend(value if kind is list else value.values())
            if kind is dict:
                waiting.extend(value)
        elif kind is str:
            n -= len(value) // _CHARACTERS
    if n < 0:
        stop()
    return n


def read(n: int, *values: Any) -> int:
    """The steps left after going through texts, lists and objects once."""
    for value in values:
        kind = type(value)
        if kind is list or kind is dict:
            n -= len(value)
        elif kind is str:
            n -= len(value) // _CHARACTERS
    if n < 0:
        stop()
    return n


def search(n: int, entries: list[Any], sought: Any) -> int:
    """The steps left after comparing every entry with a value."""
    left = spend(n, sought) if type(sought) in (list, dict) else n - 1
    n -= (n - left) * len(entries)
    if n < 0:
        stop()
    return n


def sift(n: int, entries: list[Any]) -> int:
    """The steps left after sorting: entries, and the characters of texts, ten times."""
    n -= 10 * len(entries)
    if n < 0:
        stop()
    return n - 10 * sum([len(entry) // _CHARACTERS for entry in entries if type(entry) is str])


def lay(n: int, separator: str, entries: list[Any]) -> int:
    """The steps left after laying texts end to end. Entries that are no texts stop the condition."""
    n -= len(entries) * (1 + len(separator) // _CHARACTERS)
    if n < 0:
        stop()
    for entry in entries:
        if type(entry) is not str:
            unfit("join", entry, "in a list ")
        n -= len(entry) // _CHARACTERS
    if n < 0:
        stop()
    return n


def unknown(name: str) -> NoReturn:
    """There is no such function."""
    raise ConditionFailed(f"there is no function {name}()", kind="unknown-function")


def miscounted(name: str, wanted: int, given: int) -> NoReturn:
    """A function has too few or too many arguments."""
    raise ConditionFailed(f"{name}() takes {wanted}, not {given}", kind="invalid-arity")


def unfit(name: str, value: Any, where: str = "") -> NoReturn:
    """A function cannot take this."""
    taken = Functions.FUNCTION_TABLE[name]["signature"]
    takes = " and ".join(" or ".join(each["types"]) or "anything" for each in taken)
    raise ConditionFailed(f"{name}() takes {takes}, but gets {TYPES.get(type(value), 'something else')} {where}here", kind="invalid-type")


def kind_of(name: str, key: Any, before: Any) -> Any:
    """The type of a key by which is sorted; it must be that of the keys before: numbers or texts."""
    kind = type(key)
    if (kind is not str and kind not in _NUMBERS) or (before is not None and (before is str) != (kind is str)):
        unfit(name, key, "as a key ")
    return kind


def sorted_by(entries: list[Any], keys: list[Any]) -> list[Any]:
    """Entries in the order of their keys."""
    return [entries[place] for place in sorted(range(len(entries)), key=keys.__getitem__)]


def _numbers(name: str, entries: list[Any]) -> None:
    if not _NUMBERS.issuperset(map(type, entries)):
        unfit(name, next(entry for entry in entries if type(entry) not in _NUMBERS), "in a list ")


def _of_one_kind(name: str, entries: list[Any]) -> None:
    kinds = set(map(type, entries))
    if not (kinds <= _NUMBERS or kinds == {str}):
        first = type(entries[0])
        alike = {str} if first is str else _NUMBERS
        unfit(name, next(entry for entry in entries if type(entry) not in alike), "in a list ")


def sum_of(entries: list[Any]) -> Any:
    """`sum()`."""
    _numbers("sum", entries)
    return sum(entries)


def avg_of(entries: list[Any]) -> Any:
    """`avg()`."""
    _numbers("avg", entries)
    return sum(entries) / len(entries) if entries else None


def min_of(entries: list[Any]) -> Any:
    """`min()`."""
    _of_one_kind("min", entries)
    return min(entries) if entries else None


def max_of(entries: list[Any]) -> Any:
    """`max()`."""
    _of_one_kind("max", entries)
    return max(entries) if entries else None


def sort_of(entries: list[Any]) -> Any:
    """`sort()`."""
    _of_one_kind("sort", entries)
    return sorted(entries)


def to_number(value: Any) -> Any:
    """`to_number()` of what is no number. Infinity and what is no number at all are none in JSON."""
    if type(value) is not str:
        return None
    for read_as in (int, float):
        try:
            number = read_as(value)
        except ValueError:
            continue
        return number if math.isfinite(number) else None
    return None


def to_string(value: Any) -> str:
    """`to_string()` of what is no text."""
    return json.dumps(value, separators=(",", ":"), default=str)


def type_of(value: Any) -> str | None:
    """`type()`; an expression has none."""
    return None if type(value) is _Expression else TYPES.get(type(value))


def call(name: str, scope: Any, given: tuple[Any, ...]) -> Any:
    """A function of the table."""
    known = Functions.FUNCTION_TABLE[name]
    for value, wanted in zip(given, known["signature"], strict=False):
        _check(name, value, wanted["types"])
    return known["function"](Functions(scope.known), *given)


def _check(name: str, value: Any, wanted: list[str]) -> None:
    kind = TYPES.get(type(value), "")
    if not wanted or kind in wanted:
        return
    inner = {each.partition("-")[2] for each in wanted if each.startswith("array-")} if kind == "array" else set()
    kinds = {TYPES.get(type(entry), "") for entry in value} if inner else set()
    if not inner or len(kinds) > 1 or not kinds <= inner:
        unfit(name, value)


GLOBALS: dict[str, Any] = {
    "type": type, "len": len, "abs": abs, "list": list, "dict": dict, "str": str, "int": int, "float": float, "bool": bool,
    "ceil": math.ceil, "floor": math.floor, "Expression": _Expression, "STEPS": STEPS, "stop": stop, "spend": spend, "read": read,
    "search": search, "sift": sift, "lay": lay, "unknown": unknown, "miscounted": miscounted, "unfit": unfit, "kind_of": kind_of,
    "sorted_by": sorted_by, "sum_of": sum_of, "avg_of": avg_of, "min_of": min_of, "max_of": max_of, "sort_of": sort_of,
    "to_number": to_number, "to_string": to_string, "type_of": type_of, "call": call,
}
"""All that a generated condition can name."""
