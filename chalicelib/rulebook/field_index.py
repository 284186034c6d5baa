"""field_index: of all rules that demand something of one field, those that a value of it fails.

Sets of rules are whole numbers with a bit for each rule's place.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ..conditions.demand import Demand, Exists, Falsy, Key, NoneOf, OneOf, Range, Truthy, key_of
from .bounds import NO_BOUNDS, Bounds, bits, bound_below
from .lookup import Lookup, lookup_of

FEW = 4  # rules that want one value are kept as places up to so many, beyond as a set
_MANY = 8  # more bounds than that are put in order all at once


@dataclass(frozen=True, slots=True)
class FieldIndex:
    """Immutable. `equal` holds by value the rules that want it, `wanting` are all that want some value; `unequal` holds by value those it
    must not be. `low` are the bounds that a number must be above, `high`, turned round, those that it must be below. The others are failed
    by null, by what else is not true, by what is true and no number, by numbers. `lookup` has what texts and numbers fail at once."""

    equal: dict[Key, int | tuple[int, ...]] = field(default_factory=dict)
    wanting: int = 0
    unequal: dict[Key, int] = field(default_factory=dict)
    low: Bounds = NO_BOUNDS
    high: Bounds = NO_BOUNDS
    null: int = 0
    untrue: int = 0
    true: int = 0
    number: int = 0
    lookup: Lookup | None = None

    def failed_by(self, value: Any) -> int:
        """The rules that a value fails: what they demand of this field it does not fulfil."""
        kind, lookup = type(value), self.lookup
        if lookup is not None:
            if kind is str and value:
                return lookup.texts.get(value, lookup.other)
            if kind is float or kind is int:
                return lookup.numbers[bisect_left(lookup.points, value)]
        if kind is str:
            failed, key = self.true if value else self.untrue, value
        elif kind is float or kind is int:
            failed, key = self.number | self.low.failed_by(value) | self.high.failed_by(-value), value
        elif value is None:
            failed, key = self.null, (None,)
        elif kind is bool:
            failed, key = self.true if value else self.untrue, (value,)
        else:
            return (self.true if value else self.untrue) | self.wanting
        if self.wanting:
            wanting = self.equal.get(key, 0)
            failed |= self.wanting ^ (wanting if isinstance(wanting, int) else bits(wanting))
        if self.unequal:
            failed |= self.unequal.get(key, 0)
        return failed

    def added(self, entries: Iterable[tuple[int, Demand]]) -> "FieldIndex":
        """The same with more rules, by their places; of each demand on this field one can be looked up (`is_looked_up`)."""
        equal, unequal, wanting = dict(self.equal), dict(self.unequal), self.wanting
        null, untrue, true, number = self.null, self.untrue, self.true, self.number
        lows: list[tuple[float, int]] = []
        highs: list[tuple[float, int]] = []
        for place, demand in entries:
            bit = 1 << place
            match demand:
                case OneOf():
                    wanting |= bit
                    for key in map(key_of, demand.values):
                        equal[key] = _with(equal.get(key, ()), place)
                case NoneOf():
                    for key in map(key_of, demand.values):
                        unequal[key] = unequal.get(key, 0) | bit
                case Range():
                    null, untrue, true = null | bit, untrue | bit, true | bit
                    low, high = bounds_of(demand)
                    lows += [(low, place)] if low is not None else []
                    highs += [(high, place)] if high is not None else []
                case Exists():
                    null |= bit
                case Truthy():
                    null, untrue = null | bit, untrue | bit
                case Falsy():
                    true, number = true | bit, number | bit
        low_bounds, high_bounds = _with_bounds(self.low, lows), _with_bounds(self.high, highs)
        return FieldIndex(equal, wanting, unequal, low_bounds, high_bounds, null, untrue, true, number,
                          lookup_of(equal, wanting, unequal, low_bounds, high_bounds, true, number))


def is_looked_up(demand: Demand) -> bool:
    """Whether rules are found by a demand: by all but the order of texts and bounds that no float is exact enough for."""
    return not isinstance(demand, Range) or all(
        (given is None) == (kept is None) for given, kept in zip((demand.low, demand.high), bounds_of(demand), strict=True))


def bounds_of(demand: Range) -> tuple[float | None, float | None]:
    """What a number must be above, and what, turned round, it must be above."""
    low, high = demand.low, demand.high
    return (None if low is None or isinstance(low, str) else bound_below(low, demand.with_low),
            None if high is None or isinstance(high, str) else bound_below(-high, demand.with_high))


def _with(known: int | tuple[int, ...], place: int) -> int | tuple[int, ...]:
    if isinstance(known, int):
        return known | 1 << place
    return (*known, place) if len(known) < FEW else bits((*known, place))


def _with_bounds(bounds: Bounds, more: list[tuple[float, int]]) -> Bounds:
    if len(more) > _MANY:
        known = zip(bounds.least, bounds.places, strict=True)
        return Bounds.of([*((bound, place) for bound, some in known for place in some), *more])
    for bound, place in more:
        bounds = bounds.added(bound, place)
    return bounds
