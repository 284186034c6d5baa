"""back_in_stock: a product that could not be had can be had again, and this customer waits for it.

Who waits: whoever asked to be told, and if the rule says so whoever wishes for it or looked at it. Who asked first is told first; where
there are few pieces the others wait for the next wave (`flows/fan_out.py`). Once told, nobody waits any more until they ask again.
"""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from ..model.cart import SETTLED_AFTER
from ..model.catalog import in_stock, price_of, stock_of
from ..model.customer import Customer
from ..model.event import BACK_IN_STOCK, Event
from ..model.facts import Facts
from ..model.instant import HOUR, MINUTE, format_instant
from ..model.memory import Memory, keep
from ..model.news import comes_back, offers_in
from ..model.product import product_from, product_key
from ..model.products import REQUESTS_LAPSE, Products
from ..model.reason import Reason
from ..model.verdict import Deny
from ..model.watch import REFRESHED_AFTER, SEEN_FOR, Watch
from ..model.written import Duration, Written
from .trigger import Fired, Reaction, Scope

MOST_PRODUCTS = 60
ASKING, ASKING_NO_MORE = "Product Back In Stock Requested", "Product Back In Stock Request Cancelled"
WISHING = ("Product Added to Wishlist", "Product Removed from Wishlist")
VIEWING, BUYING = "Product Viewed", "Order Completed"
ASKED, VIEWED, BACK, TOLD = "asked", "viewed", "back", "told"
_CATALOG_KNOWS = ("name", "brand", "url", "imageUrl")

Mark = list[Any]
"""By product `[at, "asked", ""]` (first since the last time it was told), `[at, "viewed", ""]`, `[at, "back", event id, data, since]`,
`[at, "told", run]`."""


class BackInStock(Written):
    """Fires when a product that the customer waits for is in stock again."""

    kind: Literal["back_in_stock"]
    """Which kind of moment it is."""
    stock: int = Field(default=1, ge=1, le=1_000_000, examples=[3])
    """How many pieces there must be."""
    wishlist: bool = False
    """Whether a product on the wishlist counts as asked for."""
    viewed: Literal["no", "while_out", "ever"] = "no"
    """Whether one that was looked at in the last 30 days does: never, only while it could not be had, or whenever."""
    people_per_piece: int = Field(default=2, ge=1, le=1_000, examples=[5])
    """How many people are told for each piece there is; the others wait for the next wave."""
    wave: Duration = Field(default=HOUR, ge=MINUTE, le=7 * 24 * HOUR)
    """How long after one wave the next one comes, if there is still something in stock."""
    lateness: Duration = Field(default=0, ge=0, le=SETTLED_AFTER)
    """How long to wait on for events that arrive late; up to 15m. The moment stays the same, it is only decided later."""

    def describe(self) -> str:
        """The trigger in a sentence."""
        return "when a product the customer waits for is in stock again"

    def events(self) -> set[str]:
        """What tells that somebody waits or no longer does, and that it is there again."""
        more = {*(WISHING if self.wishlist else ()), *((VIEWING,) if self.viewed != "no" else ())}
        return {ASKING, ASKING_NO_MORE, BUYING, BACK_IN_STOCK, *more}

    def on_event(self, memory: Memory, event: Event, scope: Scope, customer: Customer, facts: Facts, now: int) -> Reaction:
        """Note who began to wait when; of what is there again, whether this customer waits for it."""
        product = product_from(event.properties)
        if product is None:
            return Reaction()
        key = product_key(product)
        if event.name == BACK_IN_STOCK:
            return self._hear(memory, key, product, event, customer, now) if event.may_start else Reaction()
        if event.name == ASKING or event.name == WISHING[0]:
            answered = _answered(memory, customer, key)
            if not any(mark[1] == ASKED and answered < mark[0] <= event.at for mark in memory.get(key, [])):
                _note(memory, key, [event.at, ASKED, ""])
        elif event.name == VIEWING and event.at > now - SEEN_FOR and self._looked_for(key, facts):
            _note(memory, key, [event.at, VIEWED, ""])
        return self._bound(memory, now, MOST_PRODUCTS)

    def on_timer(self, memory: Memory, key: str, customer: Customer, now: int) -> Reaction:
        """Fire what has waited long enough."""
        reaction = Reaction()
        for mark in [mark for mark in memory.get(key, []) if mark[1] == BACK]:
            if mark[0] + self.lateness <= now:
                keep(memory, key, [other for other in memory[key] if other != mark])
                if self._waits_since(memory, key, customer, mark[0]) is not None:  # no late word has come that says otherwise
                    reaction.fired.append(_fired(key, mark))
        reaction.timers[key] = self._due(memory, key)
        return reaction

    def revise(self, data: dict[str, Any], customer: Customer, facts: Facts, now: int) -> dict[str, Any] | Deny:
        """Whether it is still there, and at what price."""
        product = data["product"]
        offer = facts.products.get(product_key(product))
        if offer is None:
            return Deny(Reason.CATALOG_MISSING, f"{product_key(product)} is not in the catalog")
        if not in_stock(offer, least=self.stock):
            return Deny(Reason.OUT_OF_STOCK, f"{stock_of(offer)} of {product_key(product)} in stock, {self.stock} are needed")
        price = price_of(offer)
        known = {name: offer[name] for name in _CATALOG_KNOWS if offer.get(name)}
        if price is not None:
            known |= {"price": price[0], **({"currency": price[1]} if price[1] else {})}
        current = {**product, **known}
        return {**data, "product": current, "products": [current]}

    def lighten(self, memory: Memory) -> Reaction:
        """The older half of the products goes."""
        return self._bound(memory, 0, len(memory) // 2)

    def watches(self, memory: Memory, customer: Customer, now: int) -> list[Watch]:
        """Every product this customer waits for."""
        found = []
        for key in {*memory, *customer.requests, *(customer.wishlist if self.wishlist else ())}:
            since = self._waits_since(memory, key, customer, now + 1)
            if since is not None:
                found.append(Watch("stock", key, since, self._waits_until(memory, key, customer, now + 1)))
        return sorted(found, key=lambda watch: watch.product)

    def wants(self, watch: Watch, event: Event) -> bool:
        """Whether it is there again for somebody who waited before."""
        if watch.aspect != "stock" or event.name != BACK_IN_STOCK or watch.since >= event.at:
            return False
        before, after = offers_in(event.properties)
        return comes_back(before, after, self.stock)

    def looks_at(self, memory: Memory, customer: Customer) -> Iterable[str]:
        """Those that are there again and not told of."""
        return [key for key, marks in memory.items() if any(mark[1] == BACK for mark in marks)]

    def told(self, memory: Memory, run: str, data: dict[str, Any], at: int | None) -> None:
        """What was asked is answered; when nothing goes out after all, it is not."""
        key = product_key(data["product"])
        if at is not None:
            _note(memory, key, [at, TOLD, run])
        else:
            keep(memory, key, [mark for mark in memory.get(key, []) if mark[1:3] != [TOLD, run]])

    def _hear(self, memory: Memory, key: str, product: dict[str, Any], event: Event, customer: Customer, now: int) -> Reaction:
        reaction = Reaction()
        before, after = offers_in(event.properties)
        since = self._waits_since(memory, key, customer, event.at)
        if since is None or not comes_back(before, after, self.stock):
            return reaction
        mark = [event.at, BACK, event.id, product, since]
        if event.at + self.lateness <= now or self.lateness == 0:
            reaction.fired.append(_fired(key, mark))
        else:
            _note(memory, key, mark)
            reaction.timers[key] = self._due(memory, key)
        return reaction

    def _waits_since(self, memory: Memory, key: str, customer: Customer, at: int) -> int | None:
        """Since when before a moment this customer waits for it; None: not at all, not any more, or for too long."""
        asked, viewed = self._words(memory, key, customer, at)
        marks, answered = memory.get(key, []), _answered(memory, customer, key)
        kinds = ({ASKED} if asked else set()) | ({VIEWED} if viewed else set())
        return min([*asked, *viewed, *(mark[0] for mark in marks if mark[1] in kinds and answered < mark[0] < at)], default=None)

    def _waits_until(self, memory: Memory, key: str, customer: Customer, at: int) -> int:
        asked, viewed = self._words(memory, key, customer, at)
        return max([*(word + REQUESTS_LAPSE for word in asked), *(view + SEEN_FOR + REFRESHED_AFTER for view in viewed)], default=at)

    def _words(self, memory: Memory, key: str, customer: Customer, at: int) -> tuple[list[int], list[int]]:
        """When they last asked for it or wished for it, and when they last looked at it, as far as that still counts at a moment."""
        answered = _answered(memory, customer, key)
        words = [_word(customer.requests, key, at), *([_word(customer.wishlist, key, at)] if self.wishlist else [])]
        asked = [word for word in words if word is not None and word > max(answered, at - REQUESTS_LAPSE)]
        viewed = [mark[0] for mark in memory.get(key, []) if mark[1] == VIEWED and max(answered, at - SEEN_FOR - 1) < mark[0] < at]
        return asked, viewed[-1:] if self.viewed != "no" else []

    def _looked_for(self, key: str, facts: Facts) -> bool:
        offer = facts.products.get(key)
        return self.viewed == "ever" or (offer is not None and not in_stock(offer, least=self.stock))

    def _due(self, memory: Memory, key: str) -> int | None:
        return min((mark[0] + self.lateness for mark in memory.get(key, []) if mark[1] == BACK), default=None)

    def _bound(self, memory: Memory, now: int, most: int) -> Reaction:
        """Forget what is answered or too old; of more products than anybody waits for in earnest the oldest go, with their news."""
        reaction = Reaction()
        for key in list(memory):
            keep(memory, key, [mark for mark in memory[key] if mark[0] > now - (SEEN_FOR if mark[1] == VIEWED else REQUESTS_LAPSE)])
        for key in sorted(memory, key=lambda key: (memory[key][-1][0], key))[:max(0, len(memory) - most)]:
            reaction.fired += [_fired(key, mark, Reason.RUN_LIMIT) for mark in memory.pop(key) if mark[1] == BACK]
            reaction.timers[key] = None
        return reaction


def _fired(key: str, mark: Mark, refused: Reason | None = None) -> Fired:
    at, _, cause, product, since = mark
    return Fired(run=f"{key}@{cause}", key=key, at=at, started=since, cause=cause, refused=refused,
                 data={"product": dict(product), "products": [dict(product)], "askedAt": format_instant(since)})


def _answered(memory: Memory, customer: Customer, key: str) -> int:
    """Until when what was asked is answered: told, or bought meanwhile."""
    told = [mark[0] for mark in memory.get(key, []) if mark[1] == TOLD]
    return max([*told, *(word[0] for name, word in customer.bought.items() if name == key)], default=0)


def _word(known: Products, key: str, at: int) -> int | None:
    """When the customer last asked for it or wished for it, before a moment."""
    word = known.get(key)
    return word[0] if word is not None and len(word) > 1 and word[0] < at else None


def _note(memory: Memory, key: str, mark: Mark) -> None:
    """Keep a mark in the order of moments; of views the first and the newest, which tell since when and until when."""
    marks = sorted([*(other for other in memory.get(key, []) if other != mark), mark], key=lambda other: other[:3])
    between = [other for other in marks if other[1] == VIEWED][1:-1]
    memory[key] = [other for other in marks if other not in between]
