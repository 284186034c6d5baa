"""watching_shop: a world with a rule about prices and one about stock, and short ways to say what happens in it."""

from collections import Counter
from typing import Any

from chalicelib.backtest.world import World
from chalicelib.model.event import PRICE_CHANGED
from chalicelib.model.instant import format_instant
from chalicelib.model.watch import SHARDS, Aspect
from tests.vectors.shop import rulebook

BEGINS = 1_772_445_600_000  # 2026-03-02T10:00:00Z
DROP = {"id": "drop", "reentry": "0s", "trigger": {"kind": "price_drop", "every": "0s"}}
BACK = {"id": "back", "reentry": "0s", "trigger": {"kind": "back_in_stock"}}


class Shop:
    """A world with the two rules, and short ways to say what happens in it."""

    def __init__(self, *rules: dict[str, Any]) -> None:
        self.world = World(rulebook(*(rules or (DROP, BACK))), BEGINS)
        self._said = 0

    def feed(self, product: str = "b-1", **said: Any) -> None:
        """What the catalog's feed says now; all that follows at once."""
        self.world.products.put(product, {"productId": product, "currency": "EUR", **said, "at": self.world.now})
        self.world.run_until_idle()

    def does(self, who: str, event: str = "Product Viewed", product: str = "b-1", **said: Any) -> None:
        """Somebody does something with a product now."""
        self._said += 1
        person = {"anonymousId": who} if who.startswith("phone") else {"userId": who}
        self.world.post([{"type": "track", "event": event, "messageId": f"m{self._said}", "timestamp": format_instant(self.world.now),
                          "properties": {"product_id": product, **said}, **person}])

    def asks(self, *people: str) -> None:
        """Each asks to be told, a second after the one before."""
        for who in people:
            self.does(who, "Product Back In Stock Requested")
            self.world.now += 1_000

    def passes(self, time: int) -> None:
        """Time passes, with whatever falls due."""
        self.world.advance_to(self.world.now + time)

    def told(self, name: str = PRICE_CHANGED) -> list[str]:
        """The customers in whose logs such news stand, in the order in which they were told."""
        return [self.name_of(arrival.customer) for arrival in self.world.events.stream if arrival.event.name == name]

    def fired(self) -> Counter[str]:
        """How often each customer's rules fired."""
        return Counter(decision.name for decision in self.world.decisions.all())

    def watching(self, aspect: Aspect = "price", product: str = "b-1") -> list[str]:
        """Who is written down with the watchers of a product."""
        return sorted(self.name_of(watcher.customer) for shard in range(SHARDS)
                      for _, watcher in self.world.ports.watches.page(aspect, product, shard, None, 10_000))

    def name_of(self, customer: str) -> str:
        """What people call a customer."""
        record = self.world.customers.load(customer)
        return record.state.name if record else customer
