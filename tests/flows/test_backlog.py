"""After an outage everything arrives at once, hours late for the clock but in good order for the customer."""

from dataclasses import replace

from chalicelib.backtest.world import World
from chalicelib.engine.journeys import MOST_SENDS
from chalicelib.flows.fold import fold
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.replay import replay
from chalicelib.model.identity import customer_id, identifier
from chalicelib.model.instant import HOUR, MINUTE, format_instant
from chalicelib.ports import Source
from simulators.shop_day import BEGINS, rulebook

SHOP = Source("shop", "server")
WHO = identifier("user", "anna")
assert WHO is not None
ANNA = customer_id(WHO)


def track(name: str, number: int, minute: float) -> dict:
    return {"type": "track", "userId": "anna", "event": name, "messageId": f"{name}-{number}",
            "timestamp": format_instant(int(BEGINS + minute * MINUTE)), "properties": {"product_id": f"b-{number}", "price": 1}}


def test_an_order_folded_hours_later_and_before_the_cart_it_cancels():
    """The order's record comes in a batch of its own, before that of the cart: two shards after a split, two hours behind."""
    world = World(rulebook(), BEGINS)
    world.now = BEGINS + 10 * MINUTE
    ingest(world.ports, Request(SHOP, [track("Order Completed", 1, 9)]))
    ingest(world.ports, Request(SHOP, [track("Product Added", 1, 5)]))
    order, cart = world.events.stream
    world.now = BEGINS + 2 * HOUR
    assert fold(world.ports, [order]) == []
    assert fold(world.ports, [replace(cart, position=None)]) == []
    record = world.customers.load(ANNA)
    assert record is not None
    assert not record.state.timers, "she has bought: there is nothing to wait for"


def test_a_replay_takes_in_more_lost_events_than_a_state_remembers():
    world = World(rulebook(), BEGINS)
    calls = [track("Product Viewed", number, number / 100) for number in range(600)]
    calls += [track("Product Added", number, 7 + number / 100) for number in range(150)]
    ingest(world.ports, Request(SHOP, calls))
    counts = replay(world.ports, BEGINS)
    assert counts["events"] == 750
    record = world.customers.load(ANNA)
    assert record is not None
    assert len(record.state.cart.lines()) == 150
    assert not [key for key in world.meter.counts if "outcome=forgotten" in key]


def test_transactional_messages_take_no_cap_and_crowd_out_none():
    rules = rulebook()
    transactional = rules.rules["looked-around"].model_copy(update={"message_type": "transactional", "reentry": 0})
    world = World(replace(rules, rules={**rules.rules, "looked-around": transactional}), BEGINS)
    world.post([{"type": "identify", "userId": "anna", "traits": {"email": "anna@example.com", "consents": {"email": True}}}])
    world.post([track("Product Added", 1, 0)])
    world.advance_to(BEGINS + HOUR)
    for visit in range(MOST_SENDS + 5):
        at = BEGINS + 2 * HOUR + visit * 5 * MINUTE
        world.advance_to(at)
        world.post([{**track("Product Viewed", visit, 0), "timestamp": format_instant(at)}])
        world.advance_to(at + 31 * MINUTE)
    record = world.customers.load(ANNA)
    assert record is not None
    assert [send.rule for send in record.state.sends] == ["abandoned-cart"]
