"""bounds: of many rules that ask for a number above some bound, those that a number fails: one look-up, whatever their number.

Sets of rules are whole numbers with a bit for each rule's place. Bounds stand in order, and beside each of them, or beside every so many
where that would take much room, the set of the rules whose bounds come from there on.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite, nextafter

MOST_BYTES = 2_000_000  # of sets kept for one field
_EXACT = 2**52  # below it there is a float between any two numbers that are a whole number or a float


@dataclass(frozen=True, slots=True)
class Bounds:
    """Immutable. `least` are the bounds in order, `places` the rules of each; `failing[n]` are the rules of `least[starts[n]:]`."""

    least: tuple[float, ...] = ()
    places: tuple[tuple[int, ...], ...] = ()
    starts: tuple[int, ...] = (0,)
    failing: tuple[int, ...] = (0,)

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, int]]) -> "Bounds":
        """From bounds and the places of their rules."""
        by_bound: dict[float, list[int]] = {}
        for bound, place in pairs:
            by_bound.setdefault(bound, []).append(place)
        least = tuple(sorted(by_bound))
        places = tuple(tuple(by_bound[bound]) for bound in least)
        bytes_of_one = max((place for some in places for place in some), default=0) // 8 + 1
        starts = (*range(0, len(least), len(least) * bytes_of_one // MOST_BYTES + 1), len(least))
        failing = [0]
        for start, end in zip(starts[-2::-1], starts[:0:-1], strict=True):
            failing.append(failing[-1] | bits(place for some in places[start:end] for place in some))
        return cls(least, places, starts, tuple(failing[::-1]))

    def added(self, bound: float, place: int) -> "Bounds":
        """The same with one more."""
        bit, at = 1 << place, bisect_left(self.least, bound)
        here = bisect_right(self.starts, at)
        failing = (*(some | bit for some in self.failing[:here]), *self.failing[here:])
        if at < len(self.least) and self.least[at] == bound:
            return Bounds(self.least, (*self.places[:at], (*self.places[at], place), *self.places[at + 1:]), self.starts, failing)
        starts = (*self.starts[:here], *(start + 1 for start in self.starts[here:]))
        if self.starts[here - 1] == at:  # a set of its own for what stood here before
            starts, failing = (*starts[:here], at + 1, *starts[here:]), (*failing[:here], self.failing[here - 1], *failing[here:])
        return Bounds((*self.least[:at], bound, *self.least[at:]), (*self.places[:at], (place,), *self.places[at:]), starts, failing)

    def failed_by(self, value: float) -> int:
        """The rules whose bounds a number is not above."""
        at = bisect_left(self.least, value)
        if len(self.starts) > len(self.least):
            return self.failing[at]
        block = bisect_left(self.starts, at)
        return self.failing[block] | bits(place for some in self.places[at:self.starts[block]] for place in some)


NO_BOUNDS = Bounds()


def bits(places: Iterable[int]) -> int:
    """The set of some places."""
    found = 0
    for place in places:
        found |= 1 << place
    return found


def bound_below(least: float, with_it: bool) -> float | None:
    """The bound that a number is above exactly when it is above `least` (or at it); None when no float says just that."""
    if not isfinite(least) or abs(least) >= _EXACT:
        return None
    return nextafter(least, -inf) if with_it else float(least)
