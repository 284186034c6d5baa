"""visits: what customers do on the site and in the app, at the till and on their way past the shops, call by call.

Pages and the app post with keys that anybody can read, so they say what somebody looks at and lays into the cart. Who somebody is, and what
was bought, comes from the shop's own systems, which have a secret key: `channel` (browser, mobile, server) tells them apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.model.instant import HOUR, MINUTE, format_instant

from ..dice import Dice
from .goods import BOOKS, BY_ID, SOLD_OUT, STORES, Book, price_at
from .people import Person

Call = dict[str, Any]
STEP = 15 * MINUTE
_STRANGERS = 30  # of a hundred visits of people the shop knows, those that begin without its knowing them
_SHELF = [book for book in BOOKS if book.id not in SOLD_OUT] + [BY_ID[number] for number in ("b-101", "b-107", "b-107", "b-109")]
"""What people come upon: what everybody talks about stands in several places."""
_METRE = 1 / 111_000  # of latitude, in degrees: as near as a walk needs it


@dataclass(slots=True)
class Visits:
    """Writes calls; `start` is the day's first moment."""

    start: int
    seed: int
    dice: Dice
    _number: int = field(init=False, default=0)

    def visit(self, person: Person, at: int, *, adds: int | None = None, ends: str = "leaves") -> Iterator[Call]:
        """One visit: anonymous at first, unless they stayed signed in from last time, then known, then whatever is to come of it."""
        channel = "mobile" if person.app else "browser"
        books = list(dict.fromkeys(self.dice.some_of(_SHELF, self.dice.whole(1, 3))))
        stranger = person.newcomer or self.dice.whole(1, 100) <= _STRANGERS
        who = self._both(person)
        first = {"anonymousId": person.device} if stranger else who
        yield self._opened(first, at, channel)
        for book in books:
            yield self._track(at, channel, "Product Viewed", first, self._about(book, at))
        at += STEP
        if stranger:
            yield self.call(at, "identify", channel, **who, traits=person.traits() if person.newcomer else {})
        taken = books[:self.dice.whole(1, min(3, len(books))) if adds is None else adds]
        for book in taken:
            yield self._track(at, channel, "Product Added", who, {**self._about(book, at), "quantity": self.dice.one_of((1, 1, 1, 2))})
        at += STEP
        if ends == "empties":
            for book in taken:
                yield self._track(at, channel, "Product Removed", who, {**self._about(book, at), "quantity": 2})
        if ends in ("buys", "leaves the checkout"):
            at += self.dice.whole(0, 1) * STEP  # who buys has done so well within the hour
            yield self._track(at, channel, "Checkout Started", who, {
                "products": [self._about(book, at) for book in taken], "currency": "EUR", "value": self._sum(taken, at)})
        if ends == "buys":
            yield from self.order(person, at + STEP, taken, "site")

    def order(self, person: Person, at: int, books: list[Book], place: str) -> Iterator[Call]:
        """An order, and how it fares: shop and warehouse both report it, each in its own words."""
        who = {"userId": person.user_id}
        number = f"o-{person.user_id}"
        yield self._track(at, "server", "Order Completed", who, {
            "order_id": number, "currency": "EUR", "total": self._sum(books, at), "store_id": place if place in STORES else None,
            "products": [{**self._about(book, at), "quantity": 1} for book in books]})
        if place in STORES:
            return
        for reporter, later in (("site", 0), ("warehouse", STEP)):
            yield self._track(at + later, "server", "Order Confirmed", who, {"order_id": number, "reported_by": reporter})
        fate = self.dice.whole(1, 3)
        if fate == 1:
            for reporter, later in (("store", 3 * HOUR), ("warehouse", 3 * HOUR + STEP)):
                yield self._track(at + later, "server", "Order Ready For Pickup", who, {
                    "order_id": number, "reported_by": reporter, "store_id": self.dice.one_of(sorted(STORES))})
        elif fate == 2:
            yield self._track(at + 2 * HOUR, "server", "Order Shipped", who, {"order_id": number, "reported_by": "warehouse"})
            for reporter, later in (("carrier", 6 * HOUR), ("warehouse", 6 * HOUR + STEP)):
                yield self._track(at + later, "server", "Order Delivered", who, {"order_id": number, "reported_by": reporter})

    def till(self, person: Person, at: int, books: list[Book] | None = None) -> Iterator[Call]:
        """A purchase in one of the stores, with the card."""
        store = self.dice.one_of(sorted(STORES))
        yield self.call(at, "track", "server", event="Loyalty Card Shown", properties={"store": STORES[store][0], "store_id": store},
                        context={"externalIds": [{"type": "loyaltyCard", "id": person.addresses["loyaltyCard"]}]}, userId=person.user_id)
        yield from self.order(person, at, books or self.dice.some_of(BOOKS, 2), store)

    def asks(self, person: Person, at: int) -> Iterator[Call]:
        """Looks at a book that is sold out, and asks to be told when it is there again."""
        channel, book = "mobile" if person.app else "browser", BY_ID[self.dice.one_of(SOLD_OUT)]
        yield self._opened(self._both(person), at, channel)
        yield self._track(at, channel, "Product Viewed", self._both(person), self._about(book, at))
        yield self._track(at + STEP, channel, "Product Back In Stock Requested", self._both(person), self._about(book, at))

    def wishes(self, person: Person, at: int) -> Iterator[Call]:
        """Looks around and writes down what would be nice to have."""
        channel = "mobile" if person.app else "browser"
        yield self._opened(self._both(person), at, channel)
        for book in self.dice.some_of(BOOKS, 2):
            yield self._track(at, channel, "Product Viewed", self._both(person), self._about(book, at))
            yield self._track(at + STEP, channel, "Product Added to Wishlist", self._both(person), self._about(book, at))

    def walk(self, person: Person, at: int) -> Iterator[Call]:
        """Looks at a book in the app, later walks through the quarter: to a store, stays there for a while, and on."""
        yield self._opened(self._both(person), at - HOUR, "mobile")
        yield self._track(at - HOUR, "mobile", "Product Viewed", self._both(person), self._about(self.dice.one_of(BOOKS), at - HOUR))
        _, lat, lon = STORES[self.dice.one_of(sorted(STORES))]
        for metres in (420, 60, 25, 700):
            place = {"lat": round(lat + metres * _METRE, 5), "lon": lon, "accuracy": self.dice.one_of((8, 12, 20, 35))}
            yield self._track(at, "mobile", "Location Updated", self._both(person), place)
            at += STEP

    def call(self, at: int, kind: str, channel: str, **fields: Any) -> Call:
        """One call; ids count up, so that calls of one moment stay in their order."""
        self._number += 1
        return {"type": kind, "messageId": f"day-{self.seed}-{self._number:05d}", "timestamp": format_instant(at), "channel": channel,
                **fields}

    def _opened(self, who: dict[str, str], at: int, channel: str) -> Call:
        if channel == "mobile":
            return self.call(at, "screen", channel, **who, name="Home")
        return self.call(at, "page", channel, **who, name="Home", properties={"path": "/"})

    def _track(self, at: int, channel: str, event: str, who: dict[str, str], said: dict[str, Any]) -> Call:
        known = {name: value for name, value in said.items() if value is not None}
        return self.call(at, "track", channel, event=event, **who, properties=known)

    def _both(self, person: Person) -> dict[str, str]:
        return {"anonymousId": person.device, "userId": person.user_id}

    def _about(self, book: Book, at: int) -> dict[str, Any]:
        return book.properties(price_at(book, at - self.start))

    def _sum(self, books: list[Book], at: int) -> float:
        return round(sum(price_at(book, at - self.start) for book in books), 2)
