"""nearby: which stores a customer was near to lately, for the distances that rules ask. Not where they were, and only for an hour."""

from typing import Any

from .instant import HOUR
from .ring import Lies, Ring

MOST_NEARBY = 20
FRESH = HOUR

Nearby = dict[str, list[Any]]
"""By ring `[ids of stores, nearest first, when]` (milliseconds): as the last position that could tell lay to it."""


def note_nearby(known: Nearby, ring: Ring, lies: Lies, at: int) -> None:
    """A position of a moment lay so to a ring; one that comes late says nothing."""
    if ring.name not in known or known[ring.name][1] <= at:
        known[ring.name] = [[id for id, _ in lies.inside][:MOST_NEARBY], at]


def forget_nearby(known: Nearby, rings: tuple[Ring, ...], now: int) -> None:
    """What no rule asks goes, and what was more than an hour ago."""
    asked = {ring.name for ring in rings}
    for name in [name for name, (_, at) in known.items() if name not in asked or at < now - FRESH]:
        del known[name]


def nearby(known: Nearby, ring: Ring, now: int) -> list[str]:
    """The stores in a ring at a moment. KeyError: that is not known."""
    stores, at = known[ring.name]
    if not now - FRESH <= at <= now:
        raise KeyError(ring.name)
    return list(stores)
