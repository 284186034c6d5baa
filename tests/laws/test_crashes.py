"""crashes: the shop's day with the process stopped, an answer lost or a call refused at every single place in turn.

The law: at most one message per occasion; nothing lost silently; and nobody knows the fate of a message only when the process died
between the claim `calling` and its record. Of coupon codes: none in two journeys, none lost, and what nobody got is back in its pool.
Of budgets: spent is what left or may have left, no more and no less.
"""

import pytest

from chalicelib.channels.registry import CHANNELS
from chalicelib.flows.replay import replay
from chalicelib.model.coupon import Stock
from chalicelib.model.instant import HOUR, MINUTE
from simulators.shop_day import BEGINS, PARTS, POOL
from simulators.survey import (
    BETWEEN_CALL_AND_RECORD,
    KINDS,
    cuts,
    expected_messages,
    keys_known_at_the_other_end,
    out_for_a_minute,
    play,
    stream_lost_for,
    survey,
    throttled,
)
from simulators.unreliable_world import CODES


@pytest.fixture(scope="module")
def expected() -> set[str]:
    return expected_messages()


def test_the_day_has_something_of_everything(expected):
    world = play()
    decided = {(decision.verdict, decision.reason) for decision in world.decisions.all()}
    assert len(expected) == 10
    assert {delivery.channel for delivery in world.deliveries.all() if delivery.status == "sent"} == set(CHANNELS)
    assert decided >= {("send", None), ("hold", "quiet_hours"), ("hold", "frequency_capped"), ("deny", "not_consented"),
                       ("deny", "no_address"), ("deny", "exited"), ("deny", "suppressed_bounce")}
    assert world.fault.by_call["identifiers.move"] == 1, "two records of one person become one"
    assert world.coupons.stock(POOL) == Stock(CODES - 3, 0, 3), "three got a code, and Petra's is back"
    assert world.budgets.spent("abandoned-cart").messages == 5 < world.fault.by_call["budgets.take"]
    assert world.fault.by_call["coupons.reserve"] > world.fault.by_call["coupons.commit"] > 3


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_at_any_single_call_neither_doubles_nor_loses(kind, part):
    """Part by part: `python -m bench.crashes` plays the whole day for every call."""
    expected = expected_messages(part)
    struck = repeated = 0
    for cut, world in cuts(kind, part):
        result = survey(world, expected)
        assert (result.doubled, result.lost) == (0, 0), f"{kind} at call {cut.number}, {cut.last_call}"
        unheard, known = cut.last_call in BETWEEN_CALL_AND_RECORD[kind], cut.last_message in keys_known_at_the_other_end(world)
        assert result.unknown == (unheard and not known), f"{kind} at call {cut.number}, {cut.last_call}"
        repeated += unheard and known
        assert {request.key for request in world.sent} <= expected, f"{kind} at call {cut.number}, {cut.last_call}: another message"
        assert (result.shared, result.strayed) == (0, 0), f"{kind} at call {cut.number}, {cut.last_call}: {world.coupons.stock(POOL)}"
        assert result.miscounted == 0, f"{kind} at call {cut.number}, {cut.last_call}"
        struck += bool(cut.last_call)
    assert struck == play(None, part).fault.calls > 90
    knows_keys = part == "other channels"
    assert repeated == knows_keys * len(BETWEEN_CALL_AND_RECORD[kind]), "what was not heard by one that knows keys is told it again"


@pytest.mark.parametrize("apart", [0, 3 * HOUR], ids=["at once", "hours apart"])
def test_every_event_three_times(apart, expected):
    world = play(copies=3, apart=apart)
    result = survey(world, expected)
    assert (result.doubled, result.shared, result.strayed, result.miscounted) == (0, 0, 0, 0)
    assert {request.key for request in world.sent} == expected


@pytest.mark.parametrize("seed", range(10))
def test_three_calls_in_ten_refused(seed, expected):
    world = throttled(0.3, f"seed {seed}")
    result = survey(world, expected)
    assert world.tries > 50
    assert (result.doubled, result.lost, result.shared, result.strayed, result.miscounted) == (0, 0, 0, 0, 0)
    unknown = {delivery.key for delivery in world.deliveries.unknown(world.now + HOUR)}
    assert {request.key for request in world.sent} | unknown == expected


@pytest.mark.parametrize("minute", [0, 30, 62, 64, 659])
def test_everything_refused_for_a_minute(minute, expected):
    world = out_for_a_minute(BEGINS + minute * MINUTE)
    result = survey(world, expected)
    assert (result.delivered, result.doubled, result.lost, result.unknown) == (len(expected), 0, 0, 0)
    assert (result.shared, result.strayed, result.miscounted) == (0, 0, 0)


def test_streams_trimmed_for_25_hours_and_replayed(expected):
    world = stream_lost_for(25)
    result = survey(world, expected)
    assert (result.doubled, result.lost, result.unknown, result.shared, result.strayed, result.miscounted) == (0, 0, 0, 0, 0, 0)
    reasons = {decision.reason for decision in world.decisions.all()}
    assert "expired" in reasons, "what comes a day late is not sent, and says so"


def test_replaying_a_day_that_was_not_lost_changes_nothing(expected):
    world = play()
    before = {customer: world.customers.load(customer).state.document() for customer in world.customers.known()}
    counts = replay(world.ports, BEGINS)
    world.run_until_idle()
    assert counts["events"] > 20
    assert {customer: world.customers.load(customer).state.document() for customer in world.customers.known()} == before
    assert {request.key for request in world.sent} == expected
