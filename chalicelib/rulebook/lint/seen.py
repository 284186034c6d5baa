"""seen: the events a shop has sent lately, its stores and its filled coupon pools: what names and fields are looked up in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ...model.dictionary import DAYS, Entry


@dataclass(frozen=True, slots=True)
class Seen:
    """`tracks`: by event name what was seen of it; empty when nobody can say. `stores`: ids, `pools`: names of those with codes, None when
    nobody can say which there are. `span`: when, in words."""

    tracks: dict[str, Entry] = field(default_factory=dict)
    stores: frozenset[str] | None = None
    pools: frozenset[str] | None = None
    span: str = f"in the last {DAYS} days"


def seen_from(entries: Iterable[Entry], stores: frozenset[str] | None = None, pools: frozenset[str] | None = None,
              span: str = f"in the last {DAYS} days") -> Seen:
    """What was seen, from the dictionary's entries."""
    tracks: dict[str, Entry] = {}
    for entry in entries:
        if entry.type in ("track", "engine") and entry.name:
            tracks.setdefault(entry.name, Entry("track", entry.name)).add(entry)
    return Seen(tracks, stores, pools, span)
