"""test_last_time: when something was last is kept while a rule asks, filled in from the log, joined and taken apart with the rest."""

import pytest

from chalicelib.conditions.condition import Condition
from chalicelib.engine.scope import scope_of
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.separation import separate
from chalicelib.model.event import AUDIENCE_ENTERED, CUSTOMER_ABSORBED, Event
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from chalicelib.model.windows import MOST_LAST, Question, separate_windows

from .test_past import BEGINS, ChangingWorld


def ordered(world: ChangingWorld, device: str, order: str, at: int) -> None:
    """The shop's server tells now of an order that somebody made at a moment."""
    world.post([{"type": "track", "event": "Order Completed", "messageId": f"{device}-{order}", "anonymousId": device,
                 "timestamp": format_instant(at), "properties": {"order_id": order, "total": 5}}])


LAPSED = "hours_since(last_time('Order Completed')) >= `48`"


def test_a_new_rule_finds_when_something_was_last_and_looks_once() -> None:
    world = ChangingWorld()
    ordered(world, "phone", "o-1", BEGINS)
    world.advance_to(BEGINS + 3 * DAY)
    world.asks(lapsed=LAPSED)
    world.view("phone", 0)
    assert (list(world.state("phone").audiences), world.looks) == (["lapsed"], 1)
    world.view("phone", 1)
    assert world.looks == 1
    world.asks()
    world.view("phone", 2)
    assert not world.state("phone").windows


def test_never_is_known_once_the_log_was_looked_through() -> None:
    world = ChangingWorld()
    world.view("phone", 0)
    world.asks(never="!last_time('Order Completed')")
    world.view("phone", 1)
    world.view("phone", 2)
    assert (list(world.state("phone").audiences), world.looks) == (["never"], 1)


def test_what_comes_late_or_twice_is_not_what_was_last() -> None:
    world = ChangingWorld()
    world.asks(lapsed=LAPSED)
    ordered(world, "phone", "o-1", BEGINS - HOUR)
    ordered(world, "phone", "o-0", BEGINS - 2 * DAY)
    ordered(world, "phone", "o-1", BEGINS - HOUR)
    assert [moment[0] for moment in world.state("phone").windows["Order Completed|!last"].moments] == [BEGINS - 2 * DAY, BEGINS - HOUR]
    world.advance_to(BEGINS + DAY)
    assert not world.state("phone").audiences


def test_an_event_that_comes_late_finds_what_was_last_before_it_or_that_nobody_knows_any_more() -> None:
    world = ChangingWorld()
    world.asks(lapsed=LAPSED)
    for hour in range(MOST_LAST + 2):
        world.now = BEGINS + hour * HOUR
        ordered(world, "phone", f"o-{hour}", world.now)
    state, question = world.state("phone"), Question("Order Completed", last=True)
    for at, found in ((BEGINS + 9 * HOUR, MOST_LAST + 1), (BEGINS + MOST_LAST * HOUR + MINUTE, MOST_LAST), (BEGINS + 2 * HOUR, 2)):
        assert scope_of(state, at).known.last(question) == BEGINS + found * HOUR  # type: ignore[union-attr]
    with pytest.raises(KeyError):
        scope_of(state, BEGINS + HOUR).known.last(question)  # type: ignore[union-attr]
    assert not Condition("!last_time('Order Completed')").holds(scope_of(state, BEGINS + HOUR))


def test_what_was_last_of_two_records_is_the_later_and_each_has_its_own_again_once_they_are_taken_apart() -> None:
    world = ChangingWorld()
    world.asks(lapsed=LAPSED)
    ordered(world, "phone", "o-1", BEGINS - 3 * DAY)
    ordered(world, "web", "o-2", BEGINS - HOUR)
    for device in ("phone", "web"):
        world.post([{"type": "identify", "messageId": f"i-{device}", "userId": "anna", "anonymousId": device}])
    anna = world.state("anna")
    assert anna.windows["Order Completed|!last"].newest(world.now) == BEGINS - HOUR and not anna.audiences
    world.now += HOUR
    separate(world.ports, "anna", "web")
    world.run_until_idle()
    assert world.state("web").windows["Order Completed|!last"].newest(world.now) == BEGINS - HOUR
    assert world.state("anna").windows["Order Completed|!last"].newest(world.now) == BEGINS - 3 * DAY
    world.view("phone", 1)
    assert list(world.state("anna").audiences) == ["lapsed"]


def test_of_what_two_records_did_last_the_newest_few_are_kept() -> None:
    world = ChangingWorld()
    world.asks(lapsed=LAPSED)
    for number in range(2 * MOST_LAST):
        world.now += HOUR
        ordered(world, ("phone", "web")[number % 2], f"o-{number}", world.now)
    for device in ("phone", "web"):
        world.post([{"type": "identify", "messageId": f"i-{device}", "userId": "anna", "anonymousId": device}])
    kept = world.state("anna").windows["Order Completed|!last"]
    assert [moment[0] for moment in kept.moments] == [world.now - hours * HOUR for hours in reversed(range(MOST_LAST))]


def test_before_the_log_was_looked_through_nobody_knows_when_something_was_last() -> None:
    world = ChangingWorld()
    world.view("phone", 0)
    scope = scope_of(world.state("phone"), world.now)
    assert not Condition("last_time('Order Completed')").holds(scope)
    assert not Condition("!last_time('Order Completed')").holds(scope)


def test_an_erasure_forgets_when_something_was_last() -> None:
    world = ChangingWorld()
    world.asks(lapsed=LAPSED)
    ordered(world, "phone", "o-1", BEGINS - 3 * DAY)
    ask_erasure(world.ports, "phone")
    world.run_until_idle()
    world.now += HOUR
    world.view("phone", 1)
    state = world.state("phone")
    assert state.windows["Order Completed|!last"].newest(world.now) is None and not state.audiences


def test_what_a_record_did_that_joined_before_anybody_asked_is_known_of_the_person() -> None:
    """A rulebook is published between the freezing of one record and its joining the other."""
    world = ChangingWorld()
    world.view("web", 0)
    ordered(world, "phone", "o-1", BEGINS)
    world.post([{"type": "identify", "messageId": "i-web", "userId": "anna", "anonymousId": "web"}])
    plain = world.events.append

    def published(customer: str, event: Event) -> bool:
        if event.name == CUSTOMER_ABSORBED:
            world.asks(never="happened('Order Completed', '90d') == `0` || !last_time('Order Completed')",
                       once="happened('Order Completed', '90d') == `1`")
        return plain(customer, event)

    world.events.append = published  # type: ignore[method-assign]
    world.post([{"type": "identify", "messageId": "i-phone", "userId": "anna", "anonymousId": "phone"}])
    anna = world.state("anna")
    assert anna.orders.totals()["count"] == 1 and list(anna.audiences) == ["once"]
    entered = [arrival.event.properties["audience"] for arrival in world.events.stream if arrival.event.name == AUDIENCE_ENTERED]
    assert entered == ["once"]
    separate(world.ports, "anna", "phone")
    world.run_until_idle()
    world.view("web", 1)
    assert [moment[1] for moment in world.state("anna").windows["Order Completed|"].moments] == []
    assert list(world.state("anna").audiences) == ["never"]


def test_a_window_that_a_join_dropped_is_asked_for_again_once_the_two_are_taken_apart() -> None:
    mine, of_both = [0, [[5, 1, 0.0, "o-1"]]], [0, [[5, 1, 0.0, "o-1"], [7, 1, 0.0, "o-2"]]]
    assert separate_windows({"Order Completed|": mine}, {}, {"Order Completed|": of_both}, {}) == ({}, {})
