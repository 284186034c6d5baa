"""test_past: what rules ask about the past is filled in from the log when a rule is new, kept while it is asked, and dropped then."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.dispatch import dispatch
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.replay import replay
from chalicelib.model.customer import Customer
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant, parse_instant
from chalicelib.model.windows import MOST_MOMENTS, mark_of
from chalicelib.rulebook.audience import Audience
from chalicelib.rulebook.rulebook import Rulebook
from simulators.shop_day import rulebook as shop_day
from tests.vectors.shop import rulebook

from .test_dispatch_races import on_its_way

BEGINS = parse_instant("2026-03-02T10:00:00Z") or 0
WEEK = "happened('Product Viewed', '7d') >= `3`"


class ChangingWorld(World):
    """A world whose rulebook can be changed, and which counts how often a log is read back."""

    def __init__(self) -> None:
        super().__init__(rulebook(), BEGINS)
        self.book, self.looks = rulebook(), 0
        plain = self.events.latest
        self.ports = replace(self.ports, rulebook=lambda: self.book)

        def counted(customer: str, limit: int) -> Any:
            self.looks += 1
            return plain(customer, limit)

        self.events.latest = counted  # type: ignore[method-assign]

    def asks(self, **conditions: str) -> None:
        """From now on these are the audiences."""
        self.book = with_audiences(**conditions)

    def view(self, device: str, number: int, **more: Any) -> None:
        """Somebody looks at a product now."""
        self.post([{"type": "track", "event": "Product Viewed", "messageId": f"{device}-{number}", "anonymousId": device,
                    "timestamp": format_instant(self.now), "properties": {"product_id": f"b-{number}", **more}}])

    def state(self, who: str) -> Customer:
        """What is kept of somebody."""
        found = find_customer(self.ports, who)
        assert found is not None
        return found


def with_audiences(**conditions: str) -> Rulebook:
    """A rulebook of audiences alone."""
    return replace(rulebook(), audiences={name: Audience(id=name, condition=text) for name, text in conditions.items()})


def test_a_new_rule_finds_what_happened_before_it_and_looks_once() -> None:
    world = ChangingWorld()
    for number in range(2):
        world.view("phone", number)
        world.advance_to(world.now + HOUR)
    world.asks(curious=WEEK)
    world.view("phone", 2)
    assert (list(world.state("phone").audiences), world.looks) == (["curious"], 1)
    world.view("phone", 3)
    assert world.looks == 1


def test_what_is_in_the_log_and_not_yet_in_the_state_counts_once() -> None:
    world = ChangingWorld()
    world.view("phone", 0)
    world.asks(curious="happened('Product Viewed', '7d') >= `4`")
    world.post([{"type": "track", "event": "Product Viewed", "messageId": f"late-{number}", "anonymousId": "phone",
                 "timestamp": format_instant(world.now)} for number in range(2)])
    world.view("phone", 1)
    world.view("phone", 1)
    state = world.state("phone")
    assert [moment[1] for moment in state.windows["Product Viewed|"].moments] == [1, 1, 1, 1]
    assert list(state.audiences) == ["curious"]


def test_a_longer_look_back_is_filled_in_and_what_nobody_asks_is_dropped() -> None:
    world = ChangingWorld()
    world.asks(curious="happened('Product Viewed', '1h') >= `3`")
    for number in range(3):
        world.view("phone", number)
        world.advance_to(world.now + 6 * DAY)
    assert not world.state("phone").audiences
    world.asks(curious="happened('Product Viewed', '30d') >= `4`")
    world.view("phone", 3)
    assert list(world.state("phone").audiences) == ["curious"]
    world.asks()
    world.view("phone", 4)
    assert not world.state("phone").windows and not world.state("phone").audiences


def test_what_two_records_did_counts_together_once_they_are_one() -> None:
    world = ChangingWorld()
    for device in ("phone", "web"):
        for number in range(2):
            world.view(device, number)
    world.asks(curious="happened('Product Viewed', '7d') == `4`")
    for device in ("phone", "web"):
        world.post([{"type": "identify", "messageId": f"i-{device}", "userId": "anna", "anonymousId": device}])
    assert list(world.state("anna").audiences) == ["curious"]


@pytest.mark.parametrize("survivor", ["phone", "web"])
def test_what_the_record_did_that_was_never_asked_counts_too_once_they_are_one(survivor: str) -> None:
    world = ChangingWorld()
    for device in ("phone", "web"):
        for number in range(2):
            world.view(device, number)
    world.now += HOUR
    world.asks(curious="happened('Product Viewed', '7d') == `5`", lately="last_time('Product Viewed') == '2026-03-02T11:00:00.000Z'")
    world.view("phone", 2)
    assert not world.state("web").windows and list(world.state("phone").audiences) == ["lately"]
    for device in dict.fromkeys((survivor, "phone", "web")):
        world.post([{"type": "identify", "messageId": f"i-{device}", "userId": "anna", "anonymousId": device}])
    assert sorted(world.state("anna").audiences) == ["curious", "lately"]


def test_a_replay_changes_no_answer() -> None:
    world = ChangingWorld()
    world.asks(curious=WEEK)
    for number in range(3):
        world.view("phone", number)
    before = world.state("phone").document()
    replay(world.ports, BEGINS - DAY)
    world.run_until_idle()
    assert world.state("phone").document() == before


def test_a_robot_costs_no_more_moments_than_anybody() -> None:
    world = ChangingWorld()
    world.asks(curious=WEEK, spender="total('Product Viewed', 'properties.price', '30d') > `5`")
    for number in range(400):
        world.now += MINUTE
        world.view("robot", number, price=1)
    windows = world.state("robot").windows
    assert {len(window.moments) for window in windows.values()} == {MOST_MOMENTS}
    assert windows["Product Viewed|properties.price"].count(0, world.now) == (400, 400.0)
    assert abs(windows["Product Viewed|"].count(world.now - HOUR, world.now)[0] - 60) <= 10


def test_a_request_to_be_told_lapses_after_ninety_days() -> None:
    world = ChangingWorld()
    world.post([{"type": "track", "event": "Product Back In Stock Requested", "messageId": "r", "anonymousId": "phone",
                 "timestamp": format_instant(world.now), "properties": {"product_id": "b-1"}}])
    for days, waits in ((90, True), (1, False)):
        world.advance_to(world.now + days * DAY)
        world.view("phone", days)
        assert bool(world.state("phone").requests) is waits


def test_each_audience_waits_for_its_own_moment_alone() -> None:
    world = ChangingWorld()
    world.asks(one="days_until(customer.one) <= `3`", other="days_until(customer.other) <= `10`")
    world.post([{"type": "identify", "messageId": "i", "userId": "anna", "traits": {"one": "2026-04-30", "other": "2026-05-31"}}])
    summer = 3 * HOUR  # by the clock in Sofia
    assert world.state("anna").timers == {"audience|one|": (parse_instant("2026-04-27") or 0) - summer,
                                          "audience|other|": (parse_instant("2026-05-21") or 0) - summer}


def test_values_are_told_apart_in_bounded_space() -> None:
    world = ChangingWorld()
    world.asks(curious="happened('Product Viewed', '30d', 'properties.category', customer.likes) >= `3`")
    for number in range(150):
        world.now += MINUTE
        world.view("robot", number, category="Sea" if number % 2 else f"kind {number % 20}")
    kept = world.state("robot").windows["Product Viewed|?properties.category"]
    assert len(kept.moments) == MOST_MOMENTS
    assert kept.count(0, world.now, mark_of("Sea"))[0] == 75
    assert kept.count(0, world.now, mark_of("kind 4"))[0] == 8
    for number in range(150, 300):
        world.now += MINUTE
        world.view("robot", number, category=f"kind {number}")
    kept = world.state("robot").windows["Product Viewed|?properties.category"]
    assert len(kept.moments) == MOST_MOMENTS
    assert [kept.count(0, world.now, mark_of(f"kind {number}"))[0] for number in (299, 250, 4)] == [1, 1, 0]


def test_a_new_rule_finds_the_values_of_what_happened_before_it() -> None:
    world = ChangingWorld()
    for number, category in enumerate(("Sea", "Snow", "Sea")):
        world.view("phone", number, category=category)
    world.asks(curious="happened('Product Viewed', '7d', 'properties.category', 'Sea') == `2`",
               also="happened('Product Viewed', '7d', 'properties.brand', 'Lark') == `0`")
    world.view("phone", 3, category="Snow")
    assert (sorted(world.state("phone").audiences), world.looks) == (["also", "curious"], 1)


@pytest.mark.parametrize(("condition", "then"), [
    ("happened('Order Completed', '90d') == `0`", ("send", None)),
    ("happened('Product Added', '90d') == `0`", ("deny", "no_longer_matches")),
    ("customer.city && happened('Order Completed', '90d') == `0`", ("deny", "no_longer_matches")),
])
def test_a_message_on_its_way_when_a_rule_begins_to_ask_is_decided_again_once_it_is_known(condition: str, then: Any) -> None:
    world = ChangingWorld()
    world.book = shop_day()
    message = on_its_way(world, {"userId": "vera"})
    rule = world.book.rules["abandoned-cart"].model_copy(update={"condition": condition})
    world.book = replace(world.book, rules={**world.book.rules, rule.id: rule}, digest="asks")
    world.now += 1_000
    dispatch(world.ports, message)
    world.run_until_idle()
    world.advance_to(world.now + MINUTE)
    decided = sorted(world.decisions.all(), key=lambda decision: decision.decided_at)
    assert [(decision.verdict, decision.reason) for decision in decided] == [("send", None), ("hold", "past_unknown"), then]
    assert (len(world.sent), world.looks) == (then[0] == "send", 1)
