"""erasure: five customers erased, with the process stopped, an answer lost or a call refused at every single place in turn.

The law: in the end nothing of theirs is in any store, whatever came late, again or from a replay; and nobody else has lost anything.
"""

from typing import Any

import pytest

from chalicelib.flows.lookup import find_customer
from simulators.cuts import OneCut
from simulators.erasure_day import ERASED, PERSONAL, others, play, traces
from simulators.shop_day import POOL
from simulators.survey import BETWEEN_CALL_AND_RECORD, shared_codes, strayed_codes

from .each_kind import EACH_KIND

LETTERS = ["anna@example.com", "annas-tablet@example.com", "boris@example.com", "boris@example.com", "elena@example.com"]


@pytest.fixture(scope="module")
def undisturbed() -> dict[str, Any]:
    return others(play())


def test_the_day_has_something_of_everything(undisturbed: dict[str, Any]) -> None:
    world = play()
    before = play(until="the erasures")
    assert all(find_customer(before.reliable, name) for name in ERASED), "they were there before"
    assert {word for word in PERSONAL if any(f"times {word}" in trace for trace in traces(before))} == set(PERSONAL)
    assert sorted(request.recipient for request in world.sent) == LETTERS, "of the erased those only that had left before"
    assert {delivery.error for delivery in world.deliveries.all()} == {None, "customer_erased", "suppressed_bounce"}
    assert [decision[1:3] for decision in undisturbed["boris"]["decisions"]] == [(1, "send"), (2, "send")]
    assert undisturbed["grigor"]["cart"] == ["for-grigor"]


def test_nothing_is_left_of_them(undisturbed: dict[str, Any]) -> None:
    world = play()
    assert traces(world) == []
    assert others(world) == undisturbed
    assert world.coupons.stock(POOL).reserved == 0, "no code is kept for anybody who is gone"


@pytest.mark.parametrize("kind", EACH_KIND)
def test_a_fault_at_any_single_call_leaves_nothing_and_harms_nobody_else(kind: Any, undisturbed: dict[str, Any]) -> None:
    """At every call from the first word of an erasure on; test_crashes.py does it to those before."""
    struck = 0
    for number in range(play(until="the erasures").fault.calls + 1, play().fault.calls + 1):
        cut = OneCut(number, kind)
        world = play(cut)
        place = f"{kind} at call {number}, {cut.last_call}"
        assert traces(world) == [], place
        assert others(world) == undisturbed, place
        sent = [request.recipient for request in world.sent]
        assert all(sent.count(address) <= LETTERS.count(address) for address in sent), f"{place}: {sent}"
        assert (shared_codes(world), strayed_codes(world)) == (0, 0), f"{place}: {world.coupons.stock(POOL)}"
        to_boris = sent.count("boris@example.com")
        assert to_boris == 2 or (to_boris == 1 and cut.last_call in BETWEEN_CALL_AND_RECORD[kind]), f"{place}: {sent}"
        struck += bool(cut.last_call)
    assert struck > 200
