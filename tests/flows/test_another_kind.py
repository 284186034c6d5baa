"""A rule that is published again with another kind of trigger: what the old kind remembered and began is not read by the new one."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.engine.advance import advance
from chalicelib.engine.kinds import forget_other_kinds
from chalicelib.engine.needed import products_needed
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import CUSTOMER_ABSORBED, TIMER_DUE, Event
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from chalicelib.rulebook.rulebook import Rulebook
from tests.vectors.shop import STEPS, rulebook

from .slow_queue import Slow

BEGINS = 1_772_445_600_000  # 2026-03-02T10:00:00Z
KINDS: dict[str, dict[str, Any]] = {
    "abandonment": {"wait": "1h", "start": [{"event": "Product Added"}], "cancel": [{"event": "Order Completed"}]},
    "event": {"event": "Order Shipped", "lateness": "5m"}, "order_life": {"on": "shipped"}, "price_drop": {}, "back_in_stock": {}}


def of_kind(kind: str) -> Rulebook:
    return rulebook({"id": "letters", "reentry": "0s", "steps": [*STEPS, {"after": "1d", **STEPS[0]}],
                     "trigger": {"kind": kind, **KINDS[kind]}})


class Shop:
    """Anna in a world whose rule changes."""

    def __init__(self, kind: str) -> None:
        self.rulebook, self.world = of_kind(kind), World(of_kind(kind), BEGINS)
        self.world.ports = replace(self.world.ports, rulebook=lambda: self.rulebook)
        self.says("identify", traits={"email": "anna@example.com", "consents": {"email": True}})

    def says(self, kind: str, **more: Any) -> None:
        number, moment = len(self.world.events.stream), format_instant(self.world.now)
        self.world.post([{"type": kind, "userId": "anna", "messageId": f"m{number}", "timestamp": moment, **more}])

    def adds(self) -> None:
        self.says("track", event="Product Added", properties={"product_id": "b-1", "price": 5, "currency": "EUR"})

    def waits(self, time: int) -> None:
        self.world.advance_to(self.world.now + time)

    def decided(self) -> list[tuple[int, str, str | None]]:
        assert not self.world.ports.parking.parked("fold", 1)
        return [(decision.step, decision.verdict, decision.reason)
                for decision in sorted(self.world.decisions.all(), key=lambda decision: (decision.decided_at, decision.step))]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "abandonment"])
def test_a_cart_that_waits_is_forgotten(kind: str) -> None:
    shop = Shop("abandonment")
    shop.adds()
    shop.rulebook = of_kind(kind)
    shop.waits(3 * DAY)
    assert shop.decided() == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "event"])
def test_an_event_that_waits_is_forgotten(kind: str) -> None:
    shop = Shop("event")
    shop.says("track", event="Order Shipped", properties={"order_id": "o-1"})
    shop.rulebook = of_kind(kind)
    shop.waits(3 * DAY)
    assert shop.decided() == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "event"])
def test_a_journey_ends_between_two_letters(kind: str) -> None:
    shop = Shop("event")
    shop.says("track", event="Order Shipped", properties={"order_id": "o-1", "products": [{"product_id": "b-1"}]})
    shop.waits(HOUR)
    shop.rulebook = of_kind(kind)
    shop.waits(3 * DAY)
    assert shop.decided() == [(1, "send", None), (2, "deny", "rule_retired")]
    shop.rulebook = of_kind("event")
    shop.waits(3 * DAY)
    assert len(shop.world.sent) == 1, "what is over stays over"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "event"])
def test_a_letter_on_its_way_does_not_leave(kind: str) -> None:
    shop = Shop("event")
    queue, slow = shop.world.queues["email", "marketing"], Slow()
    shop.world.queues["email", "marketing"] = shop.world.ports.queues["email", "marketing"] = slow  # type: ignore[index]
    shop.says("track", event="Order Shipped", properties={"order_id": "o-1", "products": [{"product_id": "b-1"}]})
    shop.waits(HOUR)
    assert shop.decided() == [(1, "send", None)]
    shop.rulebook = of_kind(kind)
    slow.messages, slow.kept = slow.kept, []
    shop.world.run_until_idle()
    shop.waits(3 * DAY)
    assert shop.decided()[1:] == [(1, "deny", "rule_retired"), (2, "deny", "rule_retired")]
    assert not shop.world.sent and not queue.messages


def test_the_new_kind_begins_with_what_happens_from_now_on() -> None:
    shop = Shop("event")
    shop.says("track", event="Order Shipped", properties={"order_id": "o-1"})
    shop.rulebook = of_kind("abandonment")
    shop.adds()
    shop.waits(2 * HOUR)
    assert shop.decided() == [(1, "send", None)]
    assert shop.world.decisions.all()[0].data["products"][0]["productId"] == "b-1"


def test_a_rule_that_was_gone_meanwhile_comes_back_as_it_was_or_anew() -> None:
    for kind, decided in (("abandonment", [(1, "send", None)]), ("event", [])):
        shop = Shop("abandonment")
        shop.adds()
        shop.rulebook = rulebook()
        shop.waits(10 * MINUTE)
        shop.says("track", event="Page Read")
        shop.rulebook = of_kind(kind)
        shop.waits(2 * HOUR)
        assert shop.decided() == decided


def test_a_state_stored_before_kinds_were_kept_is_of_the_kind_of_now() -> None:
    anna = customer_from({"v": 3, "id": "anna", "memory": {"letters": {"": [[BEGINS, "start", "m1"]]}}})
    assert not forget_other_kinds(anna, of_kind("abandonment"))
    assert anna.memory and anna.kinds == {"letters": "abandonment"}
    anna.timers = {"trigger|letters|": BEGINS, "trigger|letters-too|": BEGINS}
    assert forget_other_kinds(anna, of_kind("event"))
    assert (anna.memory, anna.kinds, anna.timers) == ({}, {}, {"trigger|letters-too|": BEGINS})


def test_products_that_another_kind_remembers_are_not_looked_for_in_its_way() -> None:
    anna = Customer("anna", memory={"letters": {"b-1": [[BEGINS]]}}, kinds={"letters": "abandonment"})
    ring = Event(id="r", type="engine", name=TIMER_DUE, at=BEGINS, received_at=BEGINS)
    assert products_needed(anna, [ring], of_kind("price_drop")) == []


def test_what_another_kind_remembers_does_not_come_along_when_two_records_join() -> None:
    mine = Customer("anna", memory={"letters": {"": [[BEGINS, "b", "m1", {}]]}}, kinds={"letters": "event"})
    theirs = Customer("phone", memory={"letters": {"": [[BEGINS, 1, "m2"]]}}, kinds={"letters": "abandonment"})
    absorbed = Event(id="a", type="engine", name=CUSTOMER_ABSORBED, at=BEGINS, received_at=BEGINS,
                     properties={"from": "phone", "at": BEGINS, "state": theirs.document()})
    joined = advance(mine, absorbed, NO_FACTS, of_kind("event"), BEGINS).state
    assert joined.memory == {"letters": {"": [[BEGINS, "b", "m1", {}]]}}
