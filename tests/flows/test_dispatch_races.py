"""Two copies of one message, and two records of one person: what must come out the same whoever is faster."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.dispatch import dispatch
from chalicelib.flows.fold import fold
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.relay import relay
from chalicelib.flows.wake import wake
from chalicelib.model.decision import Message
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.instant import DAY, HOUR, MINUTE
from chalicelib.model.reason import Reason
from chalicelib.model.suppression import Suppression
from chalicelib.ports import Source
from simulators.shop_day import BEGINS, rulebook

SHOP = Source("shop", "server")
PHONE: dict[str, Any] = {"anonymousId": "vera-phone"}


def on_its_way(world: World, who: dict[str, Any]) -> Message:
    """A reminder that has been decided and lies in the queue."""
    world.post([{"type": "identify", **who, "traits": {"email": "vera@example.com", "consents": {"email": True}}},
                {"type": "track", **who, "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}])
    world.now += HOUR
    wake(world.ports)
    fold(world.ports, world.events.stream[world._folded:])
    world._folded = len(world.events.stream)
    for change in world.customers.stream[world._relayed:]:
        relay(world.ports, *change)
    world._relayed = len(world.customers.stream)
    return world.queues["email", "marketing"].messages.pop()


def test_a_copy_that_lost_its_claim_says_nothing() -> None:
    """The first copy sees a suppression and is slow; it is lifted, the second copy sends. The first must not report a refusal."""
    world = World(rulebook(), BEGINS)
    message = on_its_way(world, {"userId": "vera"})

    class SlowDoor:
        """The suppression table as the first copy reads it: meanwhile the second copy is handled from end to end."""

        def find(self, channel: str, address: str, topic: str) -> list[Suppression]:
            dispatch(world.ports, message)
            return [Suppression(channel, address, topic, Reason.SUPPRESSED_BOUNCE, world.now)]

    slow: Any = SlowDoor()
    dispatch(replace(world.ports, suppressions=slow), message)
    world.run_until_idle()
    assert len(world.sent) == 1
    assert [decision.verdict for decision in world.decisions.all()] == ["send"]
    delivery = world.deliveries.get(message.key)
    assert delivery is not None and delivery.status == "sent"


@pytest.mark.parametrize("survivor_is_known", [True, False], ids=["a known survivor", "a survivor without a state yet"])
def test_a_message_waits_while_its_customer_becomes_another(survivor_is_known: bool) -> None:
    """Vera says who she is just when the reminder for her phone's cart is leaving: it goes out once, to the joined customer."""
    world = World(rulebook(), BEGINS)
    if survivor_is_known:
        world.post([{"type": "identify", "userId": "vera", "anonymousId": "vera-web", "traits": {"firstName": "Vera"}}])
    message = on_its_way(world, PHONE)
    if not survivor_is_known:
        ingest(world.ports, Request(SHOP, [{"type": "page", "userId": "vera"}]))  # on another device, and not yet folded
    world.now += MINUTE
    ingest(world.ports, Request(SHOP, [{"type": "identify", "userId": "vera", **PHONE}]))
    merge_asked, *rest = [arrival for arrival in world.events.stream[world._folded:] if arrival.customer == message.customer]
    assert rest == [] and merge_asked.event.name == "Merge Asked"
    fold(world.ports, [merge_asked])
    with pytest.raises(StoreUnavailable, match="is being merged"):
        dispatch(world.ports, message)
    world.run_until_idle()
    dispatch(world.ports, message)
    world.advance_to(world.now + DAY // 2)
    assert [request.key for request in world.sent] == [message.key]
    assert [decision.verdict for decision in world.decisions.all()] == ["send"]
