"""plain_index: an index as plain values and code that `marshal` knows, and back. One code stands for all conditions of a form."""

from dataclasses import astuple
from types import CodeType
from typing import Any

from ..conditions.condition import Condition
from .bounds import Bounds
from .field_index import FieldIndex
from .index import Index
from .listeners import Holder, Listeners
from .lookup import Lookup

Plain = tuple[list[CodeType], dict[str, Any]]


def plain_index(index: Index) -> Plain:
    """The index as plain values."""
    codes: dict[CodeType, int] = {}
    by_event = {event: _plain(listeners, codes) for event, listeners in index.by_event.items()}
    return list(codes), by_event


def index_of(plain: Plain) -> Index:
    """The index of these values."""
    codes, by_event = plain
    return Index({event: _listeners(values, codes) for event, values in by_event.items()})


def _plain(found: Listeners, codes: dict[CodeType, int]) -> tuple[Any, ...]:
    conditions = {place: (asked.text, codes.setdefault(asked.code, len(codes)), asked.constants)
                  for place, asked in found.conditions.items()}
    holders = [(path, users, {name: _values(index) for name, index in fields.items()}) for path, users, fields in found.holders]
    return found.orders, found.rules, found.ordered, found.live, found.asked, conditions, found.places, holders


def _values(index: FieldIndex) -> tuple[Any, ...]:
    return tuple(astuple(value) if isinstance(value, (Bounds, Lookup)) else value
                 for value in (getattr(index, name) for name in FieldIndex.__slots__))


def _listeners(plain: tuple[Any, ...], codes: list[CodeType]) -> Listeners:
    orders, rules, ordered, live, asked, conditions, places, holders = plain
    return Listeners(
        orders, rules, ordered, live, asked,
        {place: Condition(text, (codes[code], constants)) for place, (text, code, constants) in conditions.items()}, places,
        tuple(Holder(path, users, {name: _field_index(*values) for name, values in fields.items()}) for path, users, fields in holders))


def _field_index(equal: Any, wanting: int, unequal: Any, low: Any, high: Any, null: int, untrue: int, true: int, number: int,
                 lookup: Any) -> FieldIndex:
    return FieldIndex(equal, wanting, unequal, Bounds(*low), Bounds(*high), null, untrue, true, number,
                      None if lookup is None else Lookup(*lookup))
