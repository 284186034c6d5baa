"""sightings: at which prices a customer saw a product over the last 30 days; what is the lowest of them at any moment, in bounded space.

A price seen again later, or undercut later, can never be the lowest again on its own, so it need not be kept: those that stay rise with
time. Of more than four the two oldest become one: the lower price with the later moment, which may keep silent and never says too much.
"""

from collections.abc import Iterable

from .watch import REFRESHED_AFTER, SEEN_FOR, Sighting

MOST_SIGHTINGS = 4


def with_sighting(seen: Iterable[Sighting], new: Sighting) -> list[Sighting]:
    """All that counts, oldest first, with one more that may have come late."""
    every = sorted({*seen, new}, key=_order)
    kept = [one for place, one in enumerate(every) if not any(_outdoes(other, one) for other in every[place + 1:])]
    while len(kept) > MOST_SIGHTINGS:
        first, second, *rest = kept
        joins = first[2] == second[2] and first[1] is not None
        kept = [(second[0], first[1], first[2]), *rest] if joins else [second, *rest]
    return kept


def counting(seen: Iterable[Sighting], at: int) -> list[Sighting]:
    """Those of the 30 days before a moment (milliseconds)."""
    return [one for one in seen if at - SEEN_FOR <= one[0] < at]


def lowest_seen(seen: Iterable[Sighting], at: int) -> tuple[float, str] | None:
    """The lowest price of the 30 days before a moment, in the currency last seen; None when none was seen with a price."""
    priced = [(price, currency) for _, price, currency in counting(seen, at) if price is not None]
    return (min(price for price, currency in priced if currency == priced[-1][1]), priced[-1][1]) if priced else None


def highest_lowest(seen: Iterable[Sighting], at: int) -> tuple[float, str] | None:
    """What `lowest_seen` may be at most, if each of these may have been seen again without being written down (`REFRESHED_AFTER`)."""
    known = list(seen)
    certain = lowest_seen(known, at)
    if certain is not None:
        return certain
    perhaps = [(price, currency) for moment, price, currency in known
               if price is not None and at - SEEN_FOR - REFRESHED_AFTER <= moment < at]
    return max((price, currency) for price, currency in perhaps if currency == perhaps[-1][1]) if perhaps else None


def _order(one: Sighting) -> tuple[int, float, str]:
    return one[0], -1 if one[1] is None else one[1], one[2]


def _outdoes(later: Sighting, earlier: Sighting) -> bool:
    """Whether the earlier one can tell nothing that the later does not."""
    if earlier[1] is None or later[1] is None:
        return earlier[1] is None
    return later[2] == earlier[2] and later[1] <= earlier[1]
