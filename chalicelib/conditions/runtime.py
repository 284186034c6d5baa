"""runtime: all that generated conditions can name: Python's own, steps, failures, and the functions that are not written out."""

import json
import math
from functools import partial
from typing import Any

from .failures import FAILURES, fail, kind_of, miscounted, no_step, stop, unfit, unknown
from .functions import Functions
from .kinds import TYPES, Expression
from .scope import Nothing, Scope, scope_over
from .steps import STEPS, flatten, pay, read, search, spend, texts


def without_nulls(entries: list[Any]) -> list[Any]:
    """The entries that are not null."""
    return [entry for entry in entries if entry is not None]


def to_number(value: Any) -> Any:
    """`to_number()` of what is no number. Infinity and what Python calls "not a number" are no numbers of JSON."""
    if type(value) is not str:
        return None
    try:
        return int(value)
    except ValueError:
        return _float(value)


def _float(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def to_string(value: Any) -> str:
    """`to_string()` of what is no text."""
    return json.dumps(value, separators=(",", ":"), default=str)


def type_of(value: Any) -> str | None:
    """`type()`; an expression has none."""
    return None if type(value) is Expression else TYPES.get(type(value))


def call(name: str, scope: Any, given: tuple[Any, ...]) -> Any:
    """A function of the table."""
    known = Functions.FUNCTION_TABLE[name]
    for value, wanted in zip(given, known["signature"], strict=False):
        _check(name, value, wanted["types"])
    return known["function"](Functions(None if type(scope) is dict else scope), *given)


def _check(name: str, value: Any, wanted: list[str]) -> None:
    kind = TYPES.get(type(value), "")
    if not wanted or kind in wanted:
        return
    inner = {each.partition("-")[2] for each in wanted if each.startswith("array-")} if kind == "array" else set()
    kinds = {TYPES.get(type(entry), "") for entry in value} if inner else set()
    if not inner or len(kinds) > 1 or not kinds <= inner:
        unfit(name, value)


GLOBALS: dict[str, Any] = {
    **{made.__name__: made for made in (
        type, len, abs, sum, min, max, sorted, iter, next, list, dict, str, int, float, bool, partial, Scope, Nothing, scope_over,
        stop, pay, spend, read, search, texts, flatten, without_nulls, fail, no_step, unknown, miscounted, unfit, kind_of,
        to_number, to_string, type_of, call)},
    "ceil": math.ceil, "floor": math.floor, "Expression": Expression, "STEPS": STEPS, "FAILURES": FAILURES, "EMPTY": {},
}
"""All that a generated condition can name."""
