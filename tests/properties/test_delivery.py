"""An event counts once, however often and in whatever company it is delivered."""

from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.backtest.world import World
from chalicelib.flows.fold import fold
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.replay import replay
from chalicelib.flows.wake import wake
from chalicelib.model.event import Arrival, Position
from chalicelib.model.identity import customer_id, identifier
from chalicelib.model.instant import HOUR, MINUTE, SECOND, format_instant
from chalicelib.model.outcome import effect_document
from chalicelib.ports import Source

from .calls import NINE, repeatable, tracks, traits
from .lives import rules

BOOK = rules()
SHOP = Source("shop", "server")
WHO = identifier("user", "anna")
assert WHO is not None
ANNA = customer_id(WHO)

calls = st.lists(tracks() | st.fixed_dictionaries({"type": st.just("identify"), "userId": st.just("anna"), "traits": traits}),
                 min_size=2, max_size=16)
deliveries = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2), st.integers(0, 6), st.booleans()), min_size=1, max_size=20)


def written(told: Sequence[dict[str, Any]]) -> World:
    """A world whose log holds these calls, a second apart, and which has folded none of them."""
    world = World(BOOK, NINE)
    for number, call in enumerate(told):
        world.now = NINE + number * SECOND
        ingest(world.ports, Request(SHOP, [{"messageId": f"m{number}", **call, "timestamp": format_instant(world.now)}]))
    world.now += MINUTE
    return world


def known(world: World) -> tuple[Any, Any]:
    """All that is known of anna, and all that waits to be done for her."""
    record = world.customers.load(ANNA)
    assert record is not None
    return record.state.document(), [effect_document(effect) for effect in record.outbox]


def timers_rang(world: World) -> list[Arrival]:
    """Two hours later: the rings that are written now."""
    before = len(world.events.stream)
    world.now = NINE + 2 * HOUR
    wake(world.ports)
    return world.events.stream[before:]


def deliver(world: World, arrivals: list[Arrival], how: list[tuple[int, int, int, bool]]) -> None:
    """Batches of any size, each up to three times, some from further back, some by another way than the stream."""
    place, turn = 0, 0
    while place < len(arrivals):
        size, repeats, back, by_hand = how[turn % len(how)]
        turn += 1
        for repeat in range(repeats + 1):
            batch = arrivals[max(0, place - back if repeat else place):place + size]
            assert fold(world.ports, batch) == []
            if by_hand:
                assert fold(world.ports, [Arrival(arrival.customer, arrival.event) for arrival in batch]) == []
        place += size


@repeatable(80)
@given(calls, deliveries)
def test_any_batches_any_number_of_times_leave_the_same_customer(told: list[dict[str, Any]], how: list[tuple[int, int, int, bool]]) -> None:
    once, often = written(told), written(told)
    for arrival in list(once.events.stream):
        fold(once.ports, [arrival])
    deliver(often, list(often.events.stream), how)
    assert known(often) == known(once)
    for arrival in timers_rang(once):
        fold(once.ports, [arrival])
    rings = timers_rang(often)
    deliver(often, rings, how)
    deliver(often, list(often.events.stream), how)  # a whole day again
    assert known(often) == known(once)


@repeatable(60)
@given(calls, st.integers(0, 16))
def test_a_stream_made_anew_counts_from_its_own_beginning(told: list[dict[str, Any]], cut: int) -> None:
    plain, renewed = written(told), written(told)
    stream = list(renewed.events.stream)
    fold(plain.ports, list(plain.events.stream))
    again = [Arrival(arrival.customer, arrival.event, Position("anew", place)) for place, arrival in enumerate(stream[max(0, cut - 2):], 1)]
    for batch in (stream[:cut], again, stream[:cut], again):
        if batch:
            fold(renewed.ports, batch)
    one, other = known(plain), known(renewed)
    assert {**one[0], "position": None} == {**other[0], "position": None}
    assert one[1] == other[1]


def test_what_nobody_can_remember_is_left_alone_and_counted() -> None:
    """Three hundred events within an hour are more than a customer remembers. A replay skips what may be in the state already."""
    told = [{"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}] * 300
    world = written(told)
    world.run_until_idle()
    before = known(world)
    counts = replay(world.ports, NINE)
    assert counts["events"] == 300
    assert known(world) == before
    forgotten = world.meter.counts["events", "outcome=forgotten", "source=replay"]
    remembered = world.meter.counts["events", "outcome=redelivered", "source=stream"]
    assert forgotten > 0 and forgotten + remembered == 300


def test_a_ring_that_is_replayed_late_still_rings() -> None:
    """The stream lost the ring, three hundred events later nobody knows: ringing twice does nothing, not ringing would wait for ever."""
    world = written([{"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}])
    world.run_until_idle()
    lost = timers_rang(world)
    assert len(lost) == 1
    world._folded = len(world.events.stream)
    for number in range(300):
        world.now += SECOND
        ingest(world.ports, Request(SHOP, [{"messageId": f"page-{number}", "type": "page", "userId": "anna"}]))
    world.run_until_idle()
    waiting, _ = known(world)
    assert "trigger|abandoned-cart|" in waiting["timers"] and waiting["ring"] < world.now
    replay(world.ports, NINE)
    answered, _ = known(world)
    assert "trigger|abandoned-cart|" not in answered["timers"] and answered["ring"] > world.now


def test_a_ring_that_nobody_heard_rings_again_within_the_hour() -> None:
    world = written([{"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}])
    world.run_until_idle()
    assert len(timers_rang(world)) == 1
    world._folded = len(world.events.stream)  # the record is lost
    assert wake(world.ports) == 0, "within the same hour it is the same ring"
    world.now += HOUR
    assert wake(world.ports) == 1
    world.run_until_idle()
    answered, _ = known(world)
    assert "trigger|abandoned-cart|" not in answered["timers"] and answered["ring"] > world.now
    assert wake(world.ports) == 0
