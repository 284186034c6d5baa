"""watch: that a customer wants to hear of a product, as the product's watchers know it: enough to tell who would be told anything.

It may know a little less than the customer's own state: whoever is told in vain is told nothing by the evaluator. It must never know of
somebody too late, and so says rather too much.
"""

from dataclasses import dataclass
from typing import Any, Literal

from .instant import DAY

Aspect = Literal["price", "stock"]
SEEN_FOR = 30 * DAY  # how long a price that somebody saw counts
SHARDS = 4  # over which a product's watchers are spread; it may grow only with all watches written anew
REFRESHED_AFTER = 10 * DAY  # who looks again and again at one price is not written down each time

Sighting = tuple[int, float | None, str]
"""When it was seen (milliseconds), for how much and in which currency; None and "" where nobody said."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One customer's watch over a product. `since`: when it was last seen (`price`), or when they began to wait for it (`stock`), which is
    the order of the waves. `until`: nobody needs it after that. `seen`: the prices that count, oldest first."""

    aspect: Aspect
    product: str
    since: int
    until: int
    seen: tuple[Sighting, ...] = ()

    @property
    def place(self) -> str:
        """What tells it from other watches of the customer."""
        return f"{self.aspect}|{self.product}"

    @property
    def turn(self) -> int:
        """What its watchers are told in the order of: who waits longest comes first; all who saw a price come at once."""
        return self.since if self.aspect == "stock" else 0

    def says_more_than(self, other: "Watch") -> bool:
        """Whether what is written down (`other`) would lead to another end than this, or soon will be gone before its time."""
        renewed = self.until - other.until > REFRESHED_AFTER
        return renewed or self.turn != other.turn or self.prices != other.prices

    @property
    def prices(self) -> list[tuple[float | None, str]]:
        """The prices that count, without their moments."""
        return [(price, currency) for _, price, currency in self.seen]

    def stored(self) -> list[Any]:
        """As part of a customer's state, where its place is its name."""
        return [self.since, self.until, [list(sighting) for sighting in self.seen]]


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who watches."""

    customer: str
    watch: Watch


Watching = dict[str, list[Any]]
"""By place: what is written down of a customer's watches."""


def watch_from(place: str, stored: list[Any]) -> Watch:
    """The watch that was stored under its place."""
    aspect, _, product = place.partition("|")
    if aspect not in ("price", "stock"):
        raise ValueError(f"{place!r} is not the place of a watch")
    seen = tuple((at, price, currency) for at, price, currency in stored[2])
    return Watch("price" if aspect == "price" else "stock", product, stored[0], stored[1], seen)
