"""page: a piece of a fan-out: news for those who watch a product, from one place among them on. It waits in a queue, or for its wave."""

from dataclasses import dataclass, replace
from typing import Any

from .event import Event, event_from
from .watch import Aspect


@dataclass(frozen=True, slots=True)
class Page:
    """`event` goes to the `product`'s watchers (product key) who come after a place in their order: of one `shard` (prices), or of all of
    them, in the order in which they began to wait (stock).

    People told in waves: `wave` is its number, from 0, `at` when it begins (milliseconds), `left` how many people it still has room for;
    None before it has begun, -1 for no end.
    """

    event: Event
    product: str
    aspect: Aspect
    at: int
    shard: int = 0
    after: str | None = None
    wave: int = 0
    left: int | None = None

    def document(self) -> dict[str, Any]:
        """As it waits in the queue."""
        return {"event": self.event.document(), "product": self.product, "aspect": self.aspect, "at": self.at, "shard": self.shard,
                "after": self.after, "wave": self.wave, "left": self.left}

    def next_wave(self, pause: int) -> "Page":
        """The wave after this one; the event happens when it begins, and has the same name and id."""
        at = self.at + pause
        return replace(self, event=replace(self.event, at=at), at=at, wave=self.wave + 1, left=None)


def page_from(document: dict[str, Any]) -> Page:
    """The page whose `document()` this is. KeyError, TypeError or ValueError for what is none."""
    if document["aspect"] not in ("price", "stock"):
        raise ValueError(f"{document['aspect']!r} is nothing one can watch")
    return Page(event_from(document["event"]), document["product"], document["aspect"], int(document["at"]), int(document["shard"]),
                document["after"], int(document["wave"]), document["left"])
