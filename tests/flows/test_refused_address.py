"""A provider that refuses a message and says with that what the address is worth: nothing was sent, and nothing more goes there."""

from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.model.errors import TransportFailed
from chalicelib.model.instant import HOUR
from simulators.shop_day import BEGINS, rulebook

ANNA = "anna@example.com"


class Refusing:
    """A provider that takes nothing, and says why."""

    def __init__(self, closes: Any) -> None:
        self.closes = closes

    def send(self, request: Any) -> str:
        raise TransportFailed("the provider refused the message", closes=self.closes)


@pytest.mark.parametrize(("closes", "kept", "event"), [
    ("bounced", ["suppressed_bounce"], ["Email Bounced"]), ("unsubscribed", ["unsubscribed"], ["Unsubscribed"]), (None, [], []),
])
def test_what_closes_an_address_with_a_refusal_was_not_sent(closes: Any, kept: list[str], event: list[str]) -> None:
    world = World(rulebook(), BEGINS, transports={"email": Refusing(closes)})
    world.post([{"type": "identify", "userId": "anna", "traits": {"email": ANNA, "consents": {"email": True}}},
                {"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}])
    world.advance_to(BEGINS + 2 * HOUR)
    (delivery,) = world.deliveries.all()
    assert (delivery.status, delivery.error) == ("failed", "transport_refused")
    assert [(decision.verdict, decision.reason) for decision in world.decisions.all()] == [("send", None), ("deny", "transport_refused")]
    assert [entry.reason for entry in world.ports.suppressions.find("email", ANNA, "offers")] == kept
    assert [found.name for found in reversed(world.events.latest(delivery.customer, 10)) if found.id.startswith("receipt-")] == event
