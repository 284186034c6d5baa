"""Timers ring at their own moments, whatever the clock jumps over, and idle always comes to an end."""

import pytest

from chalicelib.adapters.dynamodb import keys
from local.clock import LocalClock
from local.functions import InvocationFailed
from local.pump import Pump, StillBusy
from local.rings import Rings, RingsWithoutEnd
from local.streams import StreamFeed
from tests.local.fakes import NOON, Failures, ListedStream, Script, crash, failing, mapping, record

HOUR = 3_600_000


def change(customer, ring=None, number=1, name="MODIFY"):
    """A change of the customers table after which the customer's next ring is this one."""
    image = {keys.CUSTOMER: {"S": customer}}
    if ring is not None:
        image[keys.RING_AT] = {"S": keys.ring_sort_key(ring, number)}
    return {"eventName": name, "dynamodb": {"Keys": {keys.CUSTOMER: {"S": customer}}, "NewImage": image}}


class Minute:
    """The schedule's function: notes when it was called, and does what the story says."""

    def __init__(self, clock, then=lambda: None):
        self.clock, self.then, self.called = clock, then, []

    def invoke(self, name, event):
        self.called.append((self.clock() - NOON) / HOUR)
        return self.then()


def world(then=lambda: None):
    clock = LocalClock()
    clock.begin(NOON)
    minute = Minute(clock, then)
    rings = Rings("on_minute", minute, clock)
    return clock, minute, rings, Pump([], rings, clock)


def test_moving_the_clock_stops_at_every_ring_in_order_and_once_at_the_end():
    clock, minute, rings, pump = world()
    rings.observe(change("b", NOON + 2 * HOUR))
    rings.observe(change("a", NOON + HOUR))
    rings.observe(change("c", NOON + 9 * HOUR))
    pump.move(NOON + 5 * HOUR)
    assert minute.called == [1, 2, 5]
    assert clock() == NOON + 5 * HOUR
    assert rings.earliest() == NOON + 9 * HOUR


def test_a_ring_that_is_armed_by_a_ring_is_not_jumped_over():
    clock, minute, rings, pump = world()
    minute.then = lambda: rings.observe(change("a", clock() + HOUR, number=len(minute.called) + 1)) if len(minute.called) < 3 else None
    rings.observe(change("a", NOON + HOUR))
    pump.move(NOON + 10 * HOUR)
    assert minute.called == [1, 2, 3, 10]


def test_a_ring_that_was_moved_or_taken_away_does_not_ring():
    _, minute, rings, pump = world()
    rings.observe(change("a", NOON + HOUR))
    rings.observe(change("a", NOON + 3 * HOUR, number=2))
    rings.observe(change("b", NOON + HOUR))
    rings.observe(change("b"))
    pump.move(NOON + 2 * HOUR)
    assert minute.called == [2]


def test_the_same_ring_seen_again_after_it_rang_stays_silent():
    _, minute, rings, pump = world()
    rings.observe(change("a", NOON + HOUR))
    pump.move(NOON + HOUR)
    rings.observe(change("a", NOON + HOUR))
    assert not pump.step()
    assert minute.called == [1, 1]


def test_a_call_that_fails_is_made_again_at_the_same_moment():
    fate = iter([InvocationFailed("StoreUnavailable"), None, None])

    def answer():
        result = next(fate)
        if result:
            raise result

    _, minute, rings, pump = world(answer)
    rings.observe(change("a", NOON + HOUR))
    pump.move(NOON + 2 * HOUR)
    assert minute.called == [1, 1, 2]


def test_rings_without_end_at_one_moment_name_the_customer():
    clock, minute, rings, pump = world()
    minute.then = lambda: rings.observe(change("restless", clock(), number=len(minute.called) + 1))
    rings.observe(change("restless", NOON + HOUR, number=0))
    with pytest.raises(RingsWithoutEnd, match="restless"):
        pump.move(NOON + HOUR)


def test_idle_takes_retries_ahead_of_their_time():
    clock = LocalClock()
    clock.begin(NOON)
    answers = iter([failing("1"), failing("1"), failing()])
    functions = Script(lambda ids: next(answers))
    feed = StreamFeed(mapping(), ListedStream([record(1)]), functions, clock, Failures(), lambda each: None)
    pump = Pump([feed], Rings("on_minute", Minute(clock), clock), clock)
    assert pump.step()
    assert pump.step()
    assert not pump.step(), "the retry waits on Beckon's clock"
    pump.run_until_idle()
    assert functions.calls == [["1"]] * 3
    assert clock() == NOON


def test_idle_that_cannot_come_says_what_keeps_it():
    clock = LocalClock()
    clock.begin(NOON)
    feed = StreamFeed(mapping(), ListedStream([record(1)]), Script(crash), clock, Failures(), lambda each: None)
    pump = Pump([feed], Rings("on_minute", Minute(clock), clock), clock)
    with pytest.raises(StillBusy, match=r"on_events has 1 records to take.*StoreUnavailable"):
        pump.run_until_idle()
