"""The fold against both kinds of stores: however events are delivered, each is taken in once and none is left out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.fold import fold
from chalicelib.flows.replay import replay
from chalicelib.model.event import Arrival, Event, Position
from chalicelib.model.instant import DAY, HOUR, SECOND
from chalicelib.ports import Ports
from simulators.shop_day import BEGINS, rulebook

LABEL, NEXT_LABEL = "2026-03-01T00:00:00.000", "2026-03-09T00:00:00.000"


@pytest.fixture
def ports(stores: Any) -> Ports:
    """A world's ports on these stores."""
    stores.clock.now = BEGINS + HOUR
    world = World(rulebook(), BEGINS)
    return replace(world.ports, clock=stores.clock, events=stores.events, customers=stores.customers, identifiers=stores.identifiers,
                   parking=stores.parking)


def added(number: int, sequence: int | None, *, customer: str = "anna", label: str = LABEL) -> Arrival:
    """One book more in the cart, a second after the one before."""
    at = BEGINS + number * SECOND
    event = Event(id=f"e{number}", type="track", name="Product Added", at=at, received_at=at, client_time=at, user_id=customer,
                  properties={"product_id": f"b-{number}", "price": 1})
    return Arrival(customer, event, None if sequence is None else Position(label, sequence))


def in_cart(ports: Ports, customer: str = "anna") -> dict[str, int]:
    """Pieces by product."""
    record = ports.customers.load(customer)
    assert record is not None
    return {line["productId"]: line["quantity"] for line in record.state.cart.lines()}


def books(*numbers: int) -> dict[str, int]:
    return {f"b-{number}": 1 for number in numbers}


def test_a_batch_delivered_again(ports):
    batch = [added(1, 10), added(2, 11), added(3, 12)]
    for _ in range(3):
        assert fold(ports, batch) == []
    assert in_cart(ports) == books(1, 2, 3)
    assert ports.customers.load("anna").version == 1, "a redelivered batch writes nothing"


def test_a_batch_that_overlaps_the_one_before(ports):
    fold(ports, [added(1, 10), added(2, 11)])
    fold(ports, [added(2, 11), added(3, 12)])
    assert in_cart(ports) == books(1, 2, 3)


def test_two_shards_with_customers_of_their_own(ports):
    fold(ports, [added(1, 900), added(2, 901)])
    fold(ports, [added(1, 5, customer="boris"), added(2, 6, customer="boris")])
    fold(ports, [added(3, 902), added(3, 7, customer="boris")])
    assert in_cart(ports) == in_cart(ports, "boris") == books(1, 2, 3)


def test_a_shard_that_split_goes_on_with_greater_numbers(ports):
    fold(ports, [added(1, 10), added(2, 11)])
    fold(ports, [added(3, 4_000_000_000_000_000_000_001)])
    fold(ports, [added(2, 11)])
    fold(ports, [added(4, 4_000_000_000_000_000_000_002)])
    assert in_cart(ports) == books(1, 2, 3, 4)


def test_a_new_stream_counts_from_its_own_beginning(ports):
    fold(ports, [added(1, 500), added(2, 501)])
    fold(ports, [added(3, 1, label=NEXT_LABEL)])
    fold(ports, [added(2, 501), added(3, 1, label=NEXT_LABEL)])
    fold(ports, [added(4, 2, label=NEXT_LABEL)])
    assert in_cart(ports) == books(1, 2, 3, 4)


def test_events_out_of_order_within_and_over_batches(ports):
    fold(ports, [added(3, 10), added(1, 11)])
    fold(ports, [added(2, 12)])
    assert list(in_cart(ports)) == ["b-1", "b-2", "b-3"]


def test_a_day_replayed(ports, stores):
    for number in range(1, 31):
        arrival = added(number, 100 + number)
        assert ports.events.append("anna", arrival.event)
        fold(ports, [arrival])
    before = ports.customers.load("anna")
    stores.clock.now = BEGINS + DAY
    for _ in range(2):
        assert replay(ports, BEGINS)["events"] == 30
    after = ports.customers.load("anna")
    assert (after.version, after.state.document()) == (before.version, before.state.document())


def test_a_replay_finds_what_the_stream_lost(ports, stores):
    for number in range(1, 11):
        arrival = added(number, 100 + number)
        ports.events.append("anna", arrival.event)
        if number not in (4, 5, 6):
            fold(ports, [arrival])
    assert in_cart(ports) == books(1, 2, 3, 7, 8, 9, 10)
    replay(ports, BEGINS)
    assert in_cart(ports) == books(*range(1, 11))


def test_eight_workers_on_one_record(ports):
    arrivals = [added(number, None) for number in range(1, 25)]

    def work(worker: int) -> None:
        waiting = arrivals[worker::4]  # every event goes to two of the eight
        while waiting:
            waiting = fold(ports, waiting)

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, [0, 1, 2, 3, 0, 1, 2, 3]))
    assert in_cart(ports) == books(*range(1, 25))
    assert not ports.parking.parked("fold", 1)
