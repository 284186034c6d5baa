"""lookup: what values of a field fail, worked out beforehand: for every text that is named, and between any two bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, nextafter
from operator import or_

from ..conditions.demand import Key
from . import bounds
from .bounds import Bounds, bits

Places = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lookup:
    """`texts` by text, `other` for any other text but the empty one; `numbers[n]` for a number that is above n of the `points`."""

    texts: dict[str, int]
    other: int
    points: tuple[float, ...]
    numbers: tuple[int, ...]


def lookup_of(equal: Mapping[Key, Places], wanting: int, unequal: Mapping[Key, int], low: Bounds, high: Bounds,
              true: int, number: int) -> Lookup | None:
    """From the parts of a field's index. None: it would take too much room, or values are wanted that are no texts."""
    named = {**equal, **unequal}
    lows = dict(zip(low.least, low.places, strict=True))
    highs = {nextafter(-bound, -inf): places for bound, places in zip(high.least, high.places, strict=True)}  # above it, it is too high
    points = sorted({*lows, *highs})
    bytes_of_one = (wanting | true | number | low.failing[0] | high.failing[0]).bit_length() // 8 + 1
    if (len(named) + len(points)) * bytes_of_one > bounds.MOST_BYTES or not all(isinstance(key, str) for key in named):
        return None
    texts = {key: true | (wanting ^ _set(equal.get(key, 0))) | unequal.get(key, 0) for key in named if isinstance(key, str)}
    too_low, too_high = [0], [wanting | number]
    for point in reversed(points):
        too_low.append(too_low[-1] | bits(lows.get(point, ())))
    for point in points:
        too_high.append(too_high[-1] | bits(highs.get(point, ())))
    return Lookup(texts, true | wanting, tuple(points), tuple(map(or_, too_high, reversed(too_low))))


def _set(places: Places) -> int:
    return places if isinstance(places, int) else bits(places)
