"""One bad event is an event with a reason, or a reason without an event. It never stops a customer, a request or a stream."""

from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.fold import fold
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.wake import wake
from chalicelib.model.identity import customer_id, identifier
from chalicelib.model.instant import HOUR, SECOND
from chalicelib.ports import Source
from simulators.shop_day import BEGINS, rulebook

SHOP, WEB = Source("shop", "server"), Source("web", "browser")
WHO = identifier("user", "anna")
assert WHO is not None
ANNA = customer_id(WHO)
HELLO = {"type": "identify", "userId": "anna", "traits": {"email": "anna@example.com", "consents": {"email": True}}}


def added(**properties: Any) -> dict[str, Any]:
    return {"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", **properties}}


def folded(*calls: dict[str, Any]) -> World:
    """A world in which anna did all this a second apart, and every record was folded."""
    world = World(rulebook(), BEGINS)
    for call in calls:
        world.now += SECOND
        ingest(world.ports, Request(SHOP, [call]))
        assert fold(world.ports, world.events.stream[world._folded:]) == [], "the stream is stuck"
        world._folded = len(world.events.stream)
    return world


@pytest.mark.parametrize("price", [1e308, 10**400, -10**400, -1e308])
def test_a_price_beyond_all_sums_is_no_price(price: float) -> None:
    """The sum of a cart with such a price can be no number that JSON holds: the customer could never be stored again."""
    world = folded(HELLO, added(price=price, quantity=1000), added(product_id="b-2", price=0.5))
    world.now += HOUR
    wake(world.ports)
    assert fold(world.ports, world.events.stream[world._folded:]) == []
    world.run_until_idle()
    assert world.ports.parking.parked("fold", 10) == []
    assert [decision.data["value"] for decision in world.decisions.all() if decision.verdict == "send"] == [0.5]


def test_a_number_for_a_name_is_cut_like_a_text() -> None:
    world = folded(added(product_id=10**4_000))
    record = world.customers.load(ANNA)
    assert record is not None and [len(line["productId"]) for line in record.state.cart.lines()] == [300]


@pytest.mark.parametrize("kind", [["track"], {"track": 1}, 5, True])
def test_a_type_that_is_no_text_is_set_aside_and_the_others_go_on(kind: object) -> None:
    world = World(rulebook(), BEGINS)
    done = ingest(world.ports, Request(WEB, [{**HELLO, "type": kind}, HELLO]))
    assert (done.stored, done.quarantined) == (1, 1)
    assert [parked.reason.partition(":")[0] for parked in world.ports.parking.parked("ingest", 10)] == ["unknown_type"]


def test_what_is_nested_too_deeply_even_to_be_shown_is_set_aside() -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    world = World(rulebook(), BEGINS)
    done = ingest(world.ports, Request(WEB, [{**HELLO, "properties": {"deep": deep}}, HELLO]))
    assert (done.stored, done.quarantined) == (1, 1)
    while deep:
        deep = deep.pop()  # taken apart by hand: Python would go down too deep to do it


def test_nobody_can_take_the_place_of_what_beckon_says_to_itself() -> None:
    """An event that calls itself like the next ring must not keep the real one from being heard."""
    world = folded(HELLO, added(price=5))
    forged = [{"type": "page", "userId": "anna", "messageId": f"ring-{ANNA}-{number}"} for number in range(1, 5)]
    for call in forged:
        ingest(world.ports, Request(WEB, [call]))
    world.run_until_idle()
    world.advance_to(BEGINS + 2 * HOUR)
    assert [decision.verdict for decision in world.decisions.all()] == ["send"]
    assert len(world.sent) == 1
