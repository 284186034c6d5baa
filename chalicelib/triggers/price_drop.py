"""price_drop: a product costs less than this customer last knew it to.

What it cost is the lowest price the customer saw of it (looked at, wished for, put into the cart) in the 30 days before; or, if the rule
says so, what the catalog said before. Drops of one customer are told together, the largest saving first, once in 24 hours; before each
message every price is looked up again.
"""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from ..model.cart import SETTLED_AFTER
from ..model.catalog import Document, in_stock, price_of
from ..model.customer import Customer
from ..model.event import PRICE_CHANGED, Event
from ..model.facts import Facts
from ..model.instant import DAY, format_duration, format_instant, parse_instant
from ..model.memory import Memory, keep
from ..model.news import offers_in
from ..model.product import product_from, product_key
from ..model.reason import Reason
from ..model.sightings import counting, highest_lowest, lowest_seen, with_sighting
from ..model.verdict import Deny
from ..model.watch import REFRESHED_AFTER, SEEN_FOR, Sighting, Watch
from ..model.written import Duration, Written
from .trigger import Fired, Reaction, Scope

MOST_PRODUCTS = 40
NEWS_FOR = 3 * DAY  # what found no place in a message is told in the next, but not for longer than that
SEEING = ("Product Viewed", "Product Added", "Product Added to Wishlist")
BUYING = "Order Completed"
GENERAL = ""  # the key of what is about no single product
SEEN, LOOKED, FELL, TOLD, FIRED = "seen", "looked", "fell", "told", "fired"
_CATALOG_KNOWS = ("name", "brand", "url", "imageUrl")

Mark = list[Any]
"""By product `[at, "seen", price, currency]`, `[at, "looked", 0, ""]` at nobody knows what price, `[at, "fell", event id, product]`,
`[at, "told", price, currency]`; under no product `[at, "fired", run]`, with True
behind it when that was in shadow."""


class PriceDrop(Written):
    """Fires when a product that the customer saw costs less."""

    kind: Literal["price_drop"]
    """Which kind of moment it is."""
    baseline: Literal["lowest_seen", "previous_price"] = "lowest_seen"
    """Less than what: the lowest price this customer saw in 30 days, or what the catalog said before."""
    percent: float = Field(default=10, ge=0, lt=100, examples=[15])
    """By how much at least, in percent of what it was."""
    amount: float = Field(default=1, ge=0, examples=[2.5])
    """By how much at least, in units of the currency."""
    every: Duration = Field(default=DAY, ge=0, le=30 * DAY)
    """How long after one message the next may come; with 0s every product is told by itself, at once."""
    products: int = Field(default=3, ge=1, le=20, examples=[1])
    """How many products one message tells of at most, the largest saving first."""
    again: Literal["lower", "always"] = "lower"
    """Whether a product is told of again only below the price last told, or always."""
    lateness: Duration = Field(default=0, ge=0, le=SETTLED_AFTER)
    """How long to wait on for more prices of the same feed, up to 15m. The moment stays the same, it is only decided later."""

    def describe(self) -> str:
        """The trigger in a sentence."""
        than = "the customer saw it for" if self.baseline == "lowest_seen" else "before"
        pause = f", once in {format_duration(self.every)}" if self.every else ""
        return f"when a product costs {self.percent:g} % and {self.amount:g} less than {than}{pause}"

    def events(self) -> set[str]:
        """What tells that a product was seen or bought, and that its price has changed."""
        return {*SEEING, BUYING, PRICE_CHANGED}

    def on_event(self, memory: Memory, event: Event, scope: Scope, customer: Customer, facts: Facts, now: int) -> Reaction:
        """Note what was seen for how much; of a price that has changed, whether that is news for this customer."""
        product = product_from(event.properties)
        if product is None:
            return Reaction()
        key = product_key(product)
        if event.name == PRICE_CHANGED:
            return self._hear(memory, key, product, event, customer, now) if event.may_start else Reaction()
        if event.name in SEEING and event.at > now - SEEN_FOR:
            if not memory:  # the rule is new to this customer: what they looked at before it counts as well
                for name, word in customer.viewed.items():
                    if name != key and word[0] > now - SEEN_FOR:
                        _see(memory, name, _sighting(word[0], word[1], facts.products.get(name)))
            _see(memory, key, _sighting(event.at, product, facts.products.get(key)))
        return self._bound(memory, now, MOST_PRODUCTS)

    def on_timer(self, memory: Memory, key: str, customer: Customer, now: int) -> Reaction:
        """Tell what has fallen, unless the last message is too short a time ago."""
        reaction = Reaction()
        for name, mark in _fallen(memory):
            if mark != max(_fallen({name: memory[name]}), key=lambda entry: entry[1][:3])[1]:
                _forget(memory, name, mark)  # two records of one person heard of it; the latest word counts
            elif mark[0] < now - NEWS_FOR or self._was_told(memory[name], mark[3]) or _bought_since(customer, mark[3]):
                _forget(memory, name, mark)
        waiting = sorted(_fallen(memory), key=lambda entry: (-entry[1][3]["saving"], entry[0]))
        if self.every == 0:
            for name, mark in waiting:
                if mark[0] + self.lateness <= now:
                    reaction.fired.append(self._fire(memory, mark[0], [(name, mark)]))
        elif waiting and self._moment(memory, waiting) + self.lateness <= now:
            reaction.fired.append(self._fire(memory, self._moment(memory, waiting), waiting[:self.products]))
        self._wait(memory, reaction)
        return reaction

    def revise(self, data: dict[str, Any], customer: Customer, facts: Facts, now: int) -> dict[str, Any] | Deny:
        """The products that still cost so much less, at the price of this moment."""
        kept, missing = [], []
        for product in data["products"]:
            offer = facts.products.get(product_key(product))
            price = None if offer is None else price_of(offer, product["currency"] or None)
            if offer is None or price is None:
                missing.append(Deny(Reason.CATALOG_MISSING, f"{product_key(product)} has no price in the catalog"))
            elif not in_stock(offer):
                missing.append(Deny(Reason.OUT_OF_STOCK, f"{product_key(product)} is not in stock"))
            elif not self._is_drop(product["was"], price[0]):
                missing.append(Deny(Reason.PRICE_RESTORED, f"{product_key(product)} costs {price[0]:g} and cost {product['was']:g}"))
            elif _bought_since(customer, product):
                missing.append(Deny(Reason.NO_LONGER_MATCHES, f"{product_key(product)} was bought"))
            else:
                known = {name: offer[name] for name in _CATALOG_KNOWS if offer.get(name)}
                kept.append({**product, **known, **_saving(product["was"], price[0])})
        if not kept:
            return missing[0]
        kept.sort(key=lambda product: (-product["saving"], product_key(product)))
        return {**data, "products": kept, "product": kept[0]}

    def lighten(self, memory: Memory) -> Reaction:
        """The older half of the products goes."""
        return self._bound(memory, 0, sum(name != GENERAL for name in memory) // 2)

    def watches(self, memory: Memory, customer: Customer, now: int) -> list[Watch]:
        """Every product that was seen within 30 days and not bought since."""
        found = []
        for key, marks in memory.items():
            seen = counting(_sightings(marks), now + 1) if key != GENERAL else []
            if seen and not _is_bought(customer, key, seen[-1][0]):
                found.append(Watch("price", key, seen[-1][0], seen[-1][0] + SEEN_FOR + REFRESHED_AFTER, tuple(seen)))
        return found

    def wants(self, watch: Watch, event: Event) -> bool:
        """Whether the new price is so much less than what was seen."""
        if watch.aspect != "price" or event.name != PRICE_CHANGED:
            return False
        before, after = offers_in(event.properties)
        if self.baseline == "previous_price":
            seen = any(event.at - SEEN_FOR - REFRESHED_AFTER <= moment < event.at for moment, *_ in watch.seen)
            return seen and self._fall(price_of(before), after) is not None
        return self._fall(highest_lowest(watch.seen, event.at), after) is not None

    def looks_at(self, memory: Memory, customer: Customer) -> Iterable[str]:
        """Those that have fallen and are not told of, the largest saving first."""
        return [key for key, _ in sorted(_fallen(memory), key=lambda entry: (-entry[1][3]["saving"], entry[0]))]

    def told(self, memory: Memory, run: str, data: dict[str, Any], at: int | None) -> None:
        """Keep the prices that were told; when they were not after all, the next message need not wait."""
        for product in data.get("products", []):
            said = [TOLD, product["price"], product["currency"]]
            marks = [mark for mark in memory.get(product_key(product), []) if mark[1:] != said]
            keep(memory, product_key(product), marks if at is None else sorted([*marks, [at, *said]], key=lambda mark: mark[:3]))
        if at is None:
            keep(memory, GENERAL, [mark for mark in memory.get(GENERAL, []) if mark[2] != run])

    def rehearsed(self, memory: Memory, run: str) -> None:
        """The pause after it is one of the shadow."""
        keep(memory, GENERAL, [[*mark[:3], True] if mark[2] == run else mark for mark in memory.get(GENERAL, [])])

    def goes_live(self, memory: Memory) -> None:
        """No pause after what nobody was told."""
        if GENERAL in memory:
            keep(memory, GENERAL, [mark for mark in memory[GENERAL] if len(mark) == 3])

    def _hear(self, memory: Memory, key: str, product: dict[str, Any], event: Event, customer: Customer, now: int) -> Reaction:
        reaction, marks = Reaction(), memory.get(key, [])
        before, after = offers_in(event.properties)
        seen = counting(_sightings(marks), event.at)
        was = price_of(before) if self.baseline == "previous_price" else lowest_seen(seen, event.at)
        fall = self._fall(was, after)
        if not seen or fall is None:
            return reaction
        said = {name: value for name, value in product.items() if name not in ("price", "currency")}
        news = {**said, "currency": fall[2] or "", "seenAt": format_instant(seen[-1][0]), **_saving(fall[0], fall[1])}
        if self._was_told(marks, news) or _bought_since(customer, news):
            return reaction
        older = [mark for mark in marks if mark[1] == FELL]
        if older and older[-1][0] > event.at:
            return reaction  # something later is known
        mark = [event.at, FELL, event.id, news]
        memory[key] = sorted([*(other for other in marks if other[1] != FELL), mark], key=lambda other: other[:3])
        if self.every == 0 and event.at + self.lateness <= now:
            reaction.fired.append(self._fire(memory, event.at, [(key, mark)]))
        self._wait(memory, reaction)
        return reaction

    def _fall(self, was: tuple[float, str | None] | None, after: Document) -> tuple[float, float, str | None] | None:
        """What it was, what it is and the currency of both, when that is a drop and it can be had."""
        price = None if was is None else price_of(after, was[1] or None)
        if was is None or price is None or (price[1] or "") != (was[1] or "") or not in_stock(after):
            return None
        return (was[0], price[0], was[1]) if self._is_drop(was[0], price[0]) else None

    def _is_drop(self, was: float, price: float) -> bool:
        less = round(was - price, 6)
        return less > 0 and less >= self.amount and round(less * 100, 6) >= round(self.percent * was, 6)

    def _was_told(self, marks: list[Mark], news: dict[str, Any]) -> bool:
        prices = [mark[2] for mark in marks if mark[1] == TOLD and mark[3] == news["currency"]]
        return self.again == "lower" and bool(prices) and news["price"] >= prices[-1]

    def _moment(self, memory: Memory, waiting: list[tuple[str, Mark]]) -> int:
        """When the next message may come."""
        pauses = [mark[0] + self.every for mark in memory.get(GENERAL, [])]
        return max(min(mark[0] for _, mark in waiting), *pauses, 0)

    def _wait(self, memory: Memory, reaction: Reaction) -> None:
        waiting = _fallen(memory)
        first = min((mark[0] for _, mark in waiting), default=0) if self.every == 0 else self._moment(memory, waiting) if waiting else 0
        reaction.timers[GENERAL] = first + self.lateness if waiting else None

    def _fire(self, memory: Memory, at: int, told: list[tuple[str, Mark]]) -> Fired:
        for name, mark in told:
            _forget(memory, name, mark)
        fired = _fired(at, [mark for _, mark in told])
        if self.every:
            memory[GENERAL] = [[at, FIRED, fired.run]]
        return fired

    def _bound(self, memory: Memory, now: int, most: int) -> Reaction:
        """Forget what no longer counts; of more products than anybody looks at in earnest the oldest go, and what they had to tell."""
        reaction = Reaction()
        for key in [key for key in memory if key != GENERAL]:
            keep(memory, key, [mark for mark in memory[key] if mark[0] > now - SEEN_FOR])
        kept = sorted((key for key in memory if key != GENERAL), key=lambda key: (memory[key][-1][0], key))
        for key in kept[:max(0, len(kept) - most)]:
            reaction.fired += [_fired(mark[0], [mark], Reason.RUN_LIMIT) for mark in memory.pop(key) if mark[1] == FELL]
        if reaction.fired:
            self._wait(memory, reaction)
        return reaction


def _fired(at: int, marks: list[Mark], refused: Reason | None = None) -> Fired:
    products = [dict(mark[3]) for mark in marks]
    first = products[0]
    key = f"{product_key(first)}@{first['price']:g}"  # at this price it is told once, so that the rule's `reentry` has no say
    seen = parse_instant(first["seenAt"])
    return Fired(run=f"{key}@{at}", key=key, at=at, started=at if seen is None else seen, cause=marks[0][2],
                 data={"products": products, "product": first}, refused=refused)


def _saving(was: float, price: float) -> dict[str, Any]:
    saving = round(was - price, 2)
    return {"price": price, "was": was, "saving": saving, "percent": int(round(100 * saving / was, 6)) if was else 0}


def _sighting(at: int, product: dict[str, Any], offer: Document | None) -> Sighting:
    """What an event says that somebody saw; what it does not say is what the catalog says."""
    price, currency = product.get("price"), product.get("currency")
    known = None if offer is None else price_of(offer, None if price is not None else currency)
    if price is None:
        return (at, None, "") if known is None else (at, known[0], known[1] or "")
    return at, price, currency or (known[1] if known else None) or ""


def _sightings(marks: list[Mark]) -> list[Sighting]:
    return [(mark[0], mark[2] if mark[1] == SEEN else None, mark[3]) for mark in marks if mark[1] in (SEEN, LOOKED)]


def _see(memory: Memory, key: str, new: Sighting) -> None:
    marks = memory.get(key, [])
    seen = [[at, LOOKED, 0, ""] if price is None else [at, SEEN, price, currency]
            for at, price, currency in with_sighting(_sightings(marks), new)]
    memory[key] = sorted([*(mark for mark in marks if mark[1] not in (SEEN, LOOKED)), *seen], key=lambda mark: mark[:3])


def _fallen(memory: Memory) -> list[tuple[str, Mark]]:
    return [(key, mark) for key, marks in memory.items() if key != GENERAL for mark in marks if mark[1] == FELL]


def _forget(memory: Memory, key: str, mark: Mark) -> None:
    keep(memory, key, [other for other in memory[key] if other != mark])


def _bought_since(customer: Customer, product: dict[str, Any]) -> bool:
    return _is_bought(customer, product_key(product), parse_instant(product["seenAt"]) or 0)


def _is_bought(customer: Customer, key: str, since: int) -> bool:
    """Whether it was bought since a moment, in whatever variant when no variant was meant."""
    return any(word[0] >= since and key in (name, word[1].get("productId")) for name, word in customer.bought.items() if len(word) > 1)
