"""demand: one plain thing a document must fulfil: what stands at a path equals one of some values, lies within bounds, is there, is true.

Equality and order are JMESPath's: 1 equals 1.0 and not true, texts are in order with texts and numbers with numbers, nothing else is.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str, ...]
Scalar: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class OneOf:
    """It equals one of the values; missing is null. Without any values it never holds."""

    path: Path
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """It equals none of the values."""

    path: Path
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """It is a number between bounds that are numbers, or a text between bounds that are texts; None is no bound on that side."""

    path: Path
    low: float | str | None = None
    with_low: bool = False
    high: float | str | None = None
    with_high: bool = False


@dataclass(frozen=True, slots=True)
class Exists:
    """It is there and not null."""

    path: Path


@dataclass(frozen=True, slots=True)
class Truthy:
    """It is true, as JMESPath sees it: not null, not false, not an empty text, list or object."""

    path: Path


@dataclass(frozen=True, slots=True)
class Falsy:
    """It is not true."""

    path: Path


Demand: TypeAlias = OneOf | NoneOf | Range | Exists | Truthy | Falsy
Key: TypeAlias = str | float | tuple[bool | None]


def key_of(value: Scalar) -> Key:
    """Two scalars have the same key when JMESPath says that they are equal. Python takes true for 1."""
    return (value,) if value is None or isinstance(value, bool) else value


def is_scalar(value: Any) -> bool:
    """Whether it is a text, a number, true, false or null."""
    return value is None or isinstance(value, (str, int, float))


def is_true(value: Any) -> bool:
    """Whether JMESPath takes it for true; 0 is."""
    return not (value is None or value is False or (isinstance(value, (str, list, dict)) and not value))


def find(path: Path, document: Any) -> Any:
    """What stands at a path; null where nothing does."""
    for name in path:
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def is_met(demand: Demand, document: Any) -> bool:
    """Whether a document fulfils it."""
    value = find(demand.path, document)
    match demand:
        case OneOf():
            return is_scalar(value) and key_of(value) in map(key_of, demand.values)
        case NoneOf():
            return not (is_scalar(value) and key_of(value) in map(key_of, demand.values))
        case Range():
            return _is_within(demand, value)
        case Exists():
            return value is not None
        case Truthy():
            return is_true(value)
        case Falsy():
            return not is_true(value)


def _is_within(demand: Range, value: Any) -> bool:
    low, high = demand.low, demand.high
    if not (isinstance(value, str) if isinstance(low, str) or isinstance(high, str) else is_number(value)):
        return False
    return ((low is None or value > low or (demand.with_low and value == low))
            and (high is None or value < high or (demand.with_high and value == high)))


def is_number(value: Any) -> bool:
    """Whether it is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
