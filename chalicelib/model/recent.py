"""recent: which events a customer's state has taken in lately, so that none counts twice however often it comes.

Short hashes (48 bits) of event ids, in buckets of the hour Beckon received them in; three days or 256 ids, whichever is less.
What is dropped leaves a mark: up to `forgotten_until` nobody can tell any more.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from typing import Any

from .instant import DAY, HOUR

KEPT = 3 * DAY
MOST = 256
_WIDTH = 8


def short_id(event_id: str) -> str:
    """Eight characters for an id of any length: 48 bits of its SHA-256."""
    return base64.urlsafe_b64encode(hashlib.sha256(event_id.encode("utf-8", "surrogatepass")).digest()[:6]).decode()


@dataclass(slots=True)
class RecentIds:
    """Buckets of short hashes by hour since 1970, and the moment up to which ids have been forgotten."""

    buckets: dict[int, str] = field(default_factory=dict)
    forgotten_until: int = 0

    def __contains__(self, event_id: str) -> bool:
        short = short_id(event_id)
        return any(bucket[place:place + _WIDTH] == short for bucket in self.buckets.values() for place in range(0, len(bucket), _WIDTH))

    def __len__(self) -> int:
        return sum(map(len, self.buckets.values())) // _WIDTH

    def add(self, event_id: str, received_at: int) -> None:
        """Remember an event; forget the oldest beyond the bounds."""
        hour = received_at // HOUR
        self.buckets[hour] = self.buckets.get(hour, "") + short_id(event_id)
        newest = max(self.buckets)
        for old in sorted(self.buckets):
            if (old + 1) * HOUR <= newest * HOUR - KEPT or (len(self) > MOST and old != newest):
                del self.buckets[old]
                self.forgotten_until = max(self.forgotten_until, (old + 1) * HOUR)
        if len(self) > MOST:
            self.buckets[newest] = self.buckets[newest][-MOST // 2 * _WIDTH:]
            self.forgotten_until = max(self.forgotten_until, received_at)

    def document(self) -> list[Any]:
        """As stored; nothing when nothing was ever taken in."""
        return [{str(hour): bucket for hour, bucket in self.buckets.items()}, self.forgotten_until] if self.buckets else []

    @classmethod
    def read(cls, stored: list[Any]) -> "RecentIds":
        """What `document()` wrote."""
        return cls({int(hour): bucket for hour, bucket in stored[0].items()}, stored[1])


def join_recent(mine: RecentIds, theirs: RecentIds, now: int) -> RecentIds:
    """What both remember, and no more certainty than the one who has forgotten more."""
    for hour, bucket in theirs.buckets.items():
        there = mine.buckets.get(hour, "")
        known = {there[place:place + _WIDTH] for place in range(0, len(there), _WIDTH)}
        news = (bucket[place:place + _WIDTH] for place in range(0, len(bucket), _WIDTH))
        mine.buckets[hour] = there + "".join(short for short in news if short not in known)
    mine.forgotten_until = max(mine.forgotten_until, theirs.forgotten_until)
    return mine
