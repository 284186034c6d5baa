"""Waiting is a timer in the state; the index outside only rings. It is never late, changes as little as possible, and may ring in vain."""

from hypothesis import given

from chalicelib.engine.accept import accept
from chalicelib.engine.advance import advance
from chalicelib.model.customer import Customer
from chalicelib.model.event import TIMER_DUE
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.instant import HOUR, MINUTE

from .calls import NINE, repeatable
from .lives import ANNA, Move, live, moves, ring, rules

BOOK = rules()
MOST_RINGS = 500


@repeatable(150)
@given(moves)
def test_the_index_rings_in_time_and_changes_only_when_it_must(told: list[Move]) -> None:
    for moment in live(told, BOOK):
        before, after = moment.before, moment.outcome.state
        if after.merged_into is not None:
            assert after.ring is None and after.timers == {}
            continue
        if after.timers:
            assert after.ring is not None and after.ring <= min(after.timers.values())
        rang = moment.event.name == TIMER_DUE and moment.event.properties["ring"] == before.rings
        if (after.ring, after.rings) != (before.ring, before.rings):
            assert rang or before.ring is None or (after.ring is not None and after.ring < before.ring)
            assert after.rings == before.rings + (after.ring is not None), "each entry has a number of its own"


@repeatable(100)
@given(moves)
def test_a_ring_in_vain_changes_nothing_that_matters(told: list[Move]) -> None:
    for moment in live(told, BOOK):
        state = moment.outcome.state
        if any(due <= moment.now for due in state.timers.values()):
            continue
        outcome = advance(state, ring(state, moment.now, state.rings - 1), NO_FACTS, BOOK, moment.now)
        assert outcome.effects == () and outcome.occurrences == ()
        assert (outcome.state.timers, outcome.state.ring, outcome.state.rings) == (state.timers, state.ring, state.rings)


@repeatable(100)
@given(moves)
def test_when_every_ring_has_rung_nothing_waits_any_more(told: list[Move]) -> None:
    state, now = Customer(ANNA), NINE
    for moment in live(told, BOOK):
        state, now = moment.outcome.state, moment.now
    rings = 0
    while state.ring is not None:
        rings, now = rings + 1, max(now, state.ring)
        state = advance(state, ring(state, now), NO_FACTS, BOOK, now).state
        assert all(due > now for due in state.timers.values()), "nothing is armed for a moment that has passed"
        assert rings < MOST_RINGS
    assert state.timers == {}


def test_a_cart_touched_again_moves_the_timer_and_leaves_the_index_alone() -> None:
    state = Customer(ANNA)
    for minute in (0, 10):
        now = NINE + minute * MINUTE
        call = {"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1"}, "messageId": f"m{minute}"}
        state = advance(state, accept(call, "server/shop", now), NO_FACTS, BOOK, now).state
    assert state.timers == {"trigger|abandoned-cart|": NINE + HOUR + 10 * MINUTE}
    assert (state.ring, state.rings) == (NINE + HOUR, 1)
    early = advance(state, ring(state, NINE + HOUR), NO_FACTS, BOOK, NINE + HOUR)
    assert early.occurrences == ()
    assert (early.state.ring, early.state.rings) == (NINE + HOUR + 10 * MINUTE, 2)
