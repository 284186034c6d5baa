"""proximity: a customer comes near a store, stays there, or leaves.

It hears how positions lie to its ring (model/ring.py), never where anybody is. Who is in stays in until a position is beyond the ring and
its margin; a position older than the newest one known says nothing, so what comes late makes nobody come or go. Of a customer it remembers
only which stores they are in and since when. With a `lateness` positions wait that long and are then taken in the order of their times.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from ..model.cart import SETTLED_AFTER
from ..model.catalog import in_stock, price_of
from ..model.consent import may_be_located
from ..model.customer import Customer
from ..model.event import LOCATION_UPDATED, Event
from ..model.facts import Facts
from ..model.hours import is_open
from ..model.instant import DAY, HOUR, MINUTE, format_duration, format_instant
from ..model.memory import Memory
from ..model.place import EXIT_MARGIN, LEAST_RADIUS, MOST_RADIUS
from ..model.product import product_key
from ..model.products import newest_products
from ..model.reason import Reason
from ..model.ring import Ring, lies_in
from ..model.store import StoreId, told_of
from ..model.verdict import Deny
from ..model.written import Duration, Written
from .trigger import Fired, Reaction, Scope

MOST_IN = 100  # stores that somebody is in at once
MOST_WAITING = 200
MOST_SHOWN = 3  # products
GENERAL = ""  # the key of what is remembered beside the stores
IN, SEEN, WAITS, REFUSED = "in", "seen", "waits", "refused"

Mark = list[Any]  # of a store [since, IN, event id, size of the fence, True when it has dwelt]; others begin with moment, kind, event id


class Proximity(Written):
    """Fires when a customer who agreed to be located comes near a store, has stayed there for a time, or leaves."""

    USUAL: ClassVar[dict[str, str]] = {"reentry": "1d", "expiresAfter": "1h"}

    kind: Literal["proximity"]
    """Which kind of moment it is."""
    on: Literal["enter", "dwell", "exit"] = "enter"
    """`enter`: comes within the radius; `dwell`: has stayed for `dwell`; `exit`: is beyond the radius and the hysteresis again."""
    stores: list[StoreId] | None = Field(default=None, min_length=1, max_length=1_000, examples=[["sofia-1"]])
    """Only these stores, by id; what else tells stores apart (`trigger.store.city`) is asked by the rule's condition."""
    radius: int | None = Field(default=None, ge=LEAST_RADIUS, le=MOST_RADIUS, examples=[300])
    """Metres around every store. Without it each store's own fence counts: its polygon, its radius, or 150 m."""
    hysteresis: int = Field(default=int(EXIT_MARGIN), ge=0, le=1_000, examples=[100])
    """Metres beyond the radius within which who is in stays in."""
    dwell: Duration = Field(default=2 * MINUTE, ge=1_000, le=DAY)
    """How long to stay, for `dwell`."""
    cooldown: Duration = Field(default=4 * HOUR, ge=0, le=30 * DAY)
    """How long after a journey began at any store none begins at another; for the same store the rule's `reentry` (1d) counts."""
    open_only: bool = True
    """Whether only stores count that are open, by their own hours and zone; of one whose hours nobody knows it is not known."""
    products: Literal["viewed", "cart", "wishlist"] | None = None
    """Only when the store has one of these products of the customer in stock; these are `trigger.products`."""
    lateness: Duration = Field(default=0, ge=0, le=SETTLED_AFTER)
    """How long to wait on for positions that arrive late; up to 15m. The moment stays the same, it is only decided later."""

    @model_validator(mode="after")
    def _dwell_is_asked_for(self) -> "Proximity":
        if "dwell" in self.model_fields_set and self.on != "dwell":
            raise ValueError(f"`dwell` is there, but `on` is {self.on!r} - write \"on\": \"dwell\" or leave it out")
        return self

    @property
    def ring(self) -> Ring:
        """The ring this asks for."""
        return Ring(self.radius or 0, self.hysteresis)

    def describe(self) -> str:
        """The trigger in a sentence."""
        where = f"{self.radius} m of" if self.radius else "the fence of"
        doing = {"enter": "coming within", "dwell": f"{format_duration(self.dwell)} within", "exit": "leaving"}[self.on]
        return f"on {doing} {where} {' or '.join(self.stores) if self.stores else 'a store'}"

    def events(self) -> set[str]:
        """The one name."""
        return {LOCATION_UPDATED}

    def on_event(self, memory: Memory, event: Event, scope: Scope, customer: Customer, facts: Facts, now: int) -> Reaction:
        """Take in how a position lies to the ring, once late ones have had their time."""
        reaction = Reaction()
        if event.past:
            return reaction
        if not may_be_located(customer.consents):
            return self._not_agreed(memory, event)
        lies = lies_in(event.properties, self.ring)
        if lies is None:
            return reaction
        inside = [list(entry) for entry in lies.inside if self.stores is None or entry[0] in self.stores]
        near = [id for id in lies.near if self.stores is None or id in self.stores]
        waiting = [*_general(memory, WAITS), [event.at, WAITS, event.id, inside, near, lies.accuracy]]
        _note(memory, WAITS, sorted(waiting, key=lambda mark: mark[0]))
        self._walk(memory, now - self.lateness if self.lateness else max(now, event.at), reaction, customer)
        return reaction

    def on_timer(self, memory: Memory, key: str, customer: Customer, now: int) -> Reaction:
        """Take in what has waited, and fire for who has stayed long enough."""
        reaction = Reaction()
        self._walk(memory, now - self.lateness, reaction, customer)
        if key != GENERAL:
            self._look_at(memory, key, now, reaction)
        return reaction

    def revise(self, data: dict[str, Any], customer: Customer, facts: Facts, now: int) -> dict[str, Any] | Deny:
        """The store as it is now: still there, open, with the products in stock; and the customer still agrees to be located."""
        if not may_be_located(customer.consents):
            return Deny(Reason.LOCATION_NOT_CONSENTED, "location is not, or no longer, agreed to")
        id = data["storeId"]
        store = facts.stores.get(id)
        if store is None:
            return Deny(Reason.CATALOG_MISSING, f"there is no store {id!r}")
        if self.open_only:
            hours, timezone = store.get("hours"), store.get("timezone")
            if hours is None or timezone is None:
                return Deny(Reason.STORE_HOURS_UNKNOWN, f"store {id}: give its hours and timezone, or say openOnly false")
            if not is_open(dict(hours), timezone, now):
                return Deny(Reason.STORE_CLOSED, f"store {id} is closed now in {timezone}")
        told = {**data, "store": told_of(dict(store))}
        if self.products is None:
            return told
        there = [product for product in self._wanted(customer) if self._has(facts, product, id)]
        if not there:
            return Deny(Reason.OUT_OF_STOCK, f"store {id} has nothing of what the customer {_DID[self.products]} in stock")
        return {**told, "products": [self._shown(facts, product, id) for product in there[:MOST_SHOWN]]}

    def looks_at(self, memory: Memory, customer: Customer) -> Iterable[str]:
        """The customer's products that a store must have one of."""
        return map(product_key, self._wanted(customer))

    def _wanted(self, customer: Customer) -> list[dict[str, Any]]:
        """Newest first."""
        if self.products == "cart":
            return list(reversed(customer.cart.lines()))
        known = {"viewed": customer.viewed, "wishlist": customer.wishlist}.get(self.products or "", {})
        return newest_products(known)

    def forget(self, memory: Memory) -> Reaction:
        """Remember nothing of where the customer was."""
        refused = _general(memory, REFUSED)
        reaction = Reaction(timers=dict.fromkeys([GENERAL, *memory]))
        memory.clear()
        if refused:
            memory[GENERAL] = refused
        return reaction

    def lighten(self, memory: Memory) -> Reaction:
        """What waits is forgotten, as if it had come too late; then the older half of the stores, and who was to stay there says so."""
        reaction = Reaction()
        if _general(memory, WAITS):
            _note(memory, WAITS, [])
            reaction.timers[GENERAL] = None
            return reaction
        stores = sorted((key for key in memory if key != GENERAL), key=lambda key: (memory[key][0][0], key))
        for key in stores[:(len(stores) + 1) // 2]:
            marks = memory.pop(key)
            reaction.timers[key] = None
            if self.on == "dwell" and not any(map(_has_dwelt, marks)):
                reaction.fired.append(self._fired(key, marks[0], marks[0][0] + self.dwell, marks[0][2], Reason.RUN_LIMIT))
        return reaction

    def _not_agreed(self, memory: Memory, event: Event) -> Reaction:
        """Say so, at most once a day, whether or not there is a store nearby: the silence tells nothing of where anybody is."""
        said = _general(memory, REFUSED)
        if not event.may_start or (said and abs(event.at - said[-1][0]) < DAY):
            return Reaction()
        memory[GENERAL] = [[event.at, REFUSED, event.id]]
        return Reaction(fired=[Fired(run=f"@{event.id}", key=None, at=event.at, started=event.at, cause=event.id, data={},
                                     refused=Reason.LOCATION_NOT_CONSENTED)])

    def _walk(self, memory: Memory, until: int, reaction: Reaction, customer: Customer) -> None:
        """Go the way through the positions of until a moment, in order; when they are more than anybody sends in earnest, some earlier."""
        waiting = _general(memory, WAITS)
        ready = [mark for number, mark in enumerate(waiting) if mark[0] <= until or number < len(waiting) - MOST_WAITING]
        for mark in ready:
            self._step(memory, mark, reaction)
        _note(memory, WAITS, waiting[len(ready):])
        left = waiting[len(ready):]
        if self.lateness:
            reaction.timers[GENERAL] = left[0][0] + self.lateness if left else None

    def _step(self, memory: Memory, mark: Mark, reaction: Reaction) -> None:
        """One position: out of the stores it is beyond, then into those it lies in, the nearest first."""
        at, _, cause, inside, near, accuracy = mark
        seen = _general(memory, SEEN)
        if seen and at < seen[-1][0]:
            return
        _note(memory, SEEN, [[at, SEEN, cause]])
        here = {id for id, _ in inside}
        for key in sorted(key for key in memory if key != GENERAL and key not in here and key not in near):
            marks = memory[key]
            if accuracy is None or accuracy < marks[0][3]:
                del memory[key]
                self._leave(key, marks, at, cause, reaction)
        for key, size in inside:
            if key not in memory and len(memory) <= MOST_IN:
                memory[key] = [[at, IN, cause, size]]
                if self.on == "enter":
                    reaction.fired.append(self._fired(key, memory[key][0], at, cause))
                elif self.on == "dwell":
                    reaction.timers[key] = at + self.dwell + self.lateness

    def _leave(self, key: str, marks: list[Mark], at: int, cause: str, reaction: Reaction) -> None:
        since = marks[0]
        if self.on == "dwell":
            reaction.timers[key] = None
            if not any(map(_has_dwelt, marks)) and at > since[0] + self.dwell:  # the clock was late: they had stayed long enough
                reaction.fired.append(self._fired(key, since, since[0] + self.dwell, since[2]))
        elif self.on == "exit":
            reaction.fired.append(self._fired(key, since, at, cause))

    def _look_at(self, memory: Memory, key: str, now: int, reaction: Reaction) -> None:
        """Whether who is in a store has stayed long enough; else when to look again."""
        marks = memory.get(key, [])
        reaction.timers[key] = None
        if self.on != "dwell" or not marks or any(map(_has_dwelt, marks)):
            return
        due = marks[0][0] + self.dwell
        if due + self.lateness > now:
            reaction.timers[key] = due + self.lateness
            return
        reaction.fired.append(self._fired(key, marks[0], due, marks[0][2]))
        memory[key] = [[*marks[0][:4], True]]

    def _fired(self, store: str, since: Mark, at: int, cause: str, refused: Reason | None = None) -> Fired:
        data = {"storeId": store, "on": self.on, "enteredAt": format_instant(since[0])}
        return Fired(run=f"{store}@{since[0]}", key=store, at=at, started=since[0], cause=cause, data=data, refused=refused,
                     apart=self.cooldown)

    def _has(self, facts: Facts, product: dict[str, Any], store: str) -> bool:
        known = facts.products.get(product_key(product))
        return known is not None and in_stock(known, store)

    def _shown(self, facts: Facts, product: dict[str, Any], store: str) -> dict[str, Any]:
        known = facts.products[product_key(product)]
        shown = {name: known[name] for name in ("productId", "variant", "name", "brand", "url", "imageUrl") if name in known}
        price = price_of(known, None, store)
        return shown if price is None else {**shown, "price": price[0], **({"currency": price[1]} if price[1] else {})}


_DID = {"viewed": "looked at", "cart": "has in the cart", "wishlist": "wishes for"}


def _general(memory: Memory, kind: str) -> list[Mark]:
    return [mark for mark in memory.get(GENERAL, []) if mark[1] == kind]


def _note(memory: Memory, kind: str, marks: list[Mark]) -> None:
    """Keep these general marks of a kind in the place of those before."""
    kept = [mark for mark in memory.get(GENERAL, []) if mark[1] not in (kind, REFUSED)] + marks
    memory[GENERAL] = sorted(kept, key=lambda mark: mark[0])
    if not kept:
        del memory[GENERAL]


def _has_dwelt(mark: Mark) -> bool:
    return len(mark) > 4
