"""order life: an order was confirmed, shipped, is ready for pickup, was delivered or cancelled.

An order goes by its `order_id`: whichever channels report the same of it, and however often, it is told once. What comes late of an order
that is further on already is told no more. Orders that anybody on the web could have made up do not count (`Event.counts`).
Source: https://segment.com/docs/connections/spec/ecommerce/v2/, and the names that are common for what it does not name.
"""

from typing import Any, Literal

from pydantic import Field

from ..model.cart import SETTLED_AFTER
from ..model.customer import Customer
from ..model.event import Event
from ..model.facts import Facts
from ..model.memory import Memory
from ..model.product import amount_of, products_from
from ..model.reason import Reason
from ..model.verdict import Deny
from ..model.written import Duration, Written
from .trigger import Fired, Reaction, Scope

MOST_ORDERS = 40
MOST_SHOWN = 20  # products of an order that a journey carries along; the total is that of all
_LONGEST = 200
Stage = Literal["confirmed", "shipped", "ready", "delivered", "cancelled"]
EVENTS: dict[Stage, tuple[str, ...]] = {
    "confirmed": ("Order Completed", "Order Confirmed"), "shipped": ("Order Shipped",), "ready": ("Order Ready For Pickup",),
    "delivered": ("Order Delivered",), "cancelled": ("Order Cancelled",),
}
_FURTHER: dict[Stage, tuple[str, ...]] = {
    "confirmed": ("shipped", "ready", "delivered", "cancelled"), "shipped": ("delivered", "cancelled"), "ready": ("delivered", "cancelled"),
    "delivered": ("cancelled",), "cancelled": (),
}
_CARRIED = {"url": "url", "tracking_url": "trackingUrl", "carrier": "carrier", "store": "store", "store_id": "storeId",
            "pickup_code": "pickupCode"}

TOLD, WAITS = "told", "waits"

Mark = list[Any]
"""By order `[at, "told"]`, or `[at, "waits", event id, what the trigger knows]` until late events have had their time."""


class OrderLife(Written):
    """Fires when an order comes to a stage of its life, once for each order."""

    kind: Literal["order_life"]
    """Which kind of moment it is."""
    on: Stage = Field(examples=["ready"])
    """Which stage: `confirmed` (Order Completed or Order Confirmed, whichever comes first), `shipped`, `ready` (for pickup), `delivered` or
    `cancelled`."""
    lateness: Duration = Field(default=0, ge=0, le=SETTLED_AFTER)
    """How long to wait on for events that arrive late; up to 15m. The moment stays the same, it is only decided later."""

    def describe(self) -> str:
        """The trigger in a sentence."""
        return f"when an order is {'ready for pickup' if self.on == 'ready' else self.on}"

    def events(self) -> set[str]:
        """The names under which the stage is reported."""
        return set(EVENTS[self.on])

    def on_event(self, memory: Memory, event: Event, scope: Scope, customer: Customer, facts: Facts, now: int) -> Reaction:
        """Fire for an order not told yet, or note it while late events have their time."""
        reaction = Reaction()
        order = _order_of(event)
        if order is None or not event.may_start or order in memory:
            return reaction
        memory[order] = [[event.at, WAITS, event.id, _told_of(order, event)]]
        if event.at + self.lateness <= now or self.lateness == 0:
            self._fire(memory, order, customer, reaction)
        else:
            reaction.timers[order] = event.at + self.lateness
        self._bound(memory, MOST_ORDERS, reaction)
        return reaction

    def on_timer(self, memory: Memory, key: str, customer: Customer, now: int) -> Reaction:
        """Fire what has waited long enough."""
        reaction = Reaction()
        waiting = _waiting(memory, key)
        if waiting and waiting[0][0] + self.lateness <= now:
            self._fire(memory, key, customer, reaction)
            waiting = []
        reaction.timers[key] = waiting[0][0] + self.lateness if waiting else None
        return reaction

    def revise(self, data: dict[str, Any], customer: Customer, facts: Facts, now: int) -> dict[str, Any] | Deny:
        """An order that was cancelled meanwhile is told nothing but that."""
        if self.on != "cancelled" and _state(customer, data["orderId"]) == "cancelled":
            return Deny(Reason.NO_LONGER_MATCHES, f"the order {data['orderId']} was cancelled")
        return data

    def lighten(self, memory: Memory) -> Reaction:
        """The older half goes; what of it was waiting ends, and says so."""
        reaction = Reaction()
        self._bound(memory, len(memory) // 2, reaction)
        return reaction

    def _fire(self, memory: Memory, order: str, customer: Customer, reaction: Reaction) -> None:
        """Tell the order, unless it was told to a record that joined this one."""
        told = any(mark[1] == TOLD for mark in memory[order])
        at, _, event_id, data = _waiting(memory, order)[0]
        memory[order] = [[memory[order][0][0], TOLD]]
        if not told and _state(customer, order) not in _FURTHER[self.on]:
            reaction.fired.append(self._fired(order, at, event_id, data))

    def _fired(self, order: str, at: int, event_id: str, data: dict[str, Any], refused: Reason | None = None) -> Fired:
        """The run goes by the order alone, so that what is reported again after it was forgotten is no other run."""
        return Fired(run=f"{order}@{self.on}", key=order, at=at, started=at, cause=event_id, data=data, refused=refused)

    def _bound(self, memory: Memory, most: int, reaction: Reaction) -> None:
        for order in sorted(memory, key=lambda order: (memory[order][0][0], order))[:max(0, len(memory) - most)]:
            waiting = _waiting(memory, order)
            del memory[order]
            if waiting:
                reaction.fired.append(self._fired(order, waiting[0][0], waiting[0][2], waiting[0][3], Reason.RUN_LIMIT))
                reaction.timers[order] = None


def _waiting(memory: Memory, order: str) -> list[Mark]:
    return [mark for mark in memory.get(order, []) if mark[1] == WAITS]


def _order_of(event: Event) -> str | None:
    """The order's id as the customer's picture knows it (engine/update.py); an order without one is nobody's to ask for."""
    given = event.properties.get("order_id")
    return str(given).strip()[:80] or None if isinstance(given, (str, int)) and not isinstance(given, bool) else None


def _state(customer: Customer, order: str) -> str | None:
    state: str | None = customer.orders.recent.get(order, {}).get("state")
    return state


def _told_of(order: str, event: Event) -> dict[str, Any]:
    said = event.properties
    carried = {ours: str(said[theirs])[:_LONGEST] for theirs, ours in _CARRIED.items() if isinstance(said.get(theirs), (str, int))}
    currency = said["currency"][:3].upper() if isinstance(said.get("currency"), str) else None
    told = {"orderId": order, "total": amount_of(said, "total", "revenue", "value", "subtotal"), "currency": currency,
            "products": products_from(said)[:MOST_SHOWN], **carried}
    return {name: value for name, value in told.items() if value not in (None, [])}
