"""A rule in shadow takes nothing from the rules that are live: no coupon, no cap, no watch, no wave, no room among the journeys."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.recording import Recording
from chalicelib.backtest.run import Result, run
from chalicelib.backtest.world import World
from chalicelib.engine import journeys, watches
from chalicelib.engine.advance import advance
from chalicelib.engine.work import Work
from chalicelib.model.coupon import Stock
from chalicelib.model.customer import Customer
from chalicelib.model.event import BACK_IN_STOCK, Event
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.instant import HOUR, MINUTE, format_instant
from chalicelib.model.outcome import Record
from chalicelib.rulebook.rulebook import Rulebook
from simulators import shop_day
from tests.vectors.shop import rulebook

from .watching_shop import BACK, DROP, Shop

CALLS = Recording([(at, call) for at, calls in shop_day.story() for call in calls])


def in_shadow(shop: Rulebook, alone: bool = False) -> Rulebook:
    """The rules and, more important than each, the same in shadow under another name; or those alone."""
    shadows = [rule.model_copy(update={"id": f"shadow-{rule.id}", "status": "shadow", "priority": 100}) for rule in shop.rules.values()]
    return replace(shop, rules={**({} if alone else shop.rules), **{rule.id: rule for rule in shadows}})


def day(rules: Rulebook, codes: int = 3) -> Result:
    """The shop's day with these rules."""
    return run(rules, CALLS, coupons={shop_day.POOL: codes})


def test_with_every_rule_in_shadow_beside_it_the_day_goes_as_without() -> None:
    without, beside = day(shop_day.rulebook()), day(in_shadow(shop_day.rulebook()))
    live = [decision.line() for decision in beside.decisions if not decision.rule.startswith("shadow-")]
    assert live == [decision.line() for decision in without.decisions]
    assert [request.key for request in beside.world.sent] == [request.key for request in without.world.sent]
    shadows = {(decision.verdict, decision.reason) for decision in beside.decisions if decision.rule.startswith("shadow-")}
    assert ("deny", "shadow_only") in shadows and not any(verdict == "send" for verdict, _ in shadows)


def test_alone_in_shadow_nobody_is_written_to_and_no_code_is_kept() -> None:
    told = day(in_shadow(shop_day.rulebook(), alone=True))
    would_go = {decision.rule for decision in told.decisions if decision.reason == "shadow_only"}
    assert would_go == {f"shadow-{name}" for name in shop_day.rulebook().rules}
    assert (told.world.sent, told.world.deliveries.all()) == ([], [])
    assert told.world.coupons.stock(shop_day.POOL) == Stock(3, 0, 0)


def test_what_a_cascade_in_shadow_would_have_sent_goes_from_channel_to_channel_as_if_nobody_answered() -> None:
    sending = {"channels": ["email", "sms"], "template": "cart", "wait": "1h"}
    opened, sent = ({"id": proof, "status": "shadow", "trigger": {"kind": "event", "event": "Checkout Started"},
                     "steps": [{"send": {**sending, "until": proof}}]} for proof in ("opened", "sent"))
    world = World(rulebook(opened, sent), shop_day.BEGINS)
    anna = {"userId": "anna", "timestamp": format_instant(world.now)}
    agreed = {"email": "anna@example.com", "phone": "+359888123456", "consents": {"email": True, "sms": True}}
    world.post([{**anna, "type": "identify", "messageId": "m1", "traits": agreed},
                {**anna, "type": "track", "messageId": "m2", "event": "Checkout Started"}])
    world.advance_to(None)
    assert [(decision.rule, decision.channel, decision.reason) for decision in world.decisions.all() if decision.rule == "opened"] == [
        ("opened", "email", "shadow_only"), ("opened", "sms", "shadow_only")]
    assert [(decision.channel, decision.reason) for decision in world.decisions.all() if decision.rule == "sent"] == [
        ("email", "shadow_only"), ("sms", "cascade_stopped")]


@pytest.mark.parametrize(("before", "after", "goes"), [("shadow", "live", True), ("shadow", "shadow", False), ("live", "live", False)])
def test_the_pause_after_a_drop_told_in_shadow_keeps_none_from_being_sent(before: str, after: str, goes: bool) -> None:
    rule: dict[str, Any] = {**DROP, "trigger": {"kind": "price_drop", "every": "30d"}}
    shop, book = Shop(rule), rulebook({**rule, "status": before})
    shop.world.ports = replace(shop.world.ports, rulebook=lambda: book)
    shop.world.post([{"type": "identify", "userId": "anna", "messageId": "i", "timestamp": format_instant(shop.world.now),
                      "traits": {"email": "anna@example.com", "consents": {"email": True}}}])
    shop.does("anna", price=20, currency="EUR")
    for price in (20, 15):
        shop.passes(MINUTE)
        shop.feed(price=price, stock=9)
    shop.passes(MINUTE)
    first = (1, 0) if before == "live" else (0, 1)
    assert (len(shop.world.sent), shadows(shop.world)) == first
    book = rulebook({**rule, "status": after})
    shop.passes(HOUR)
    shop.feed(price=10, stock=9)
    shop.passes(MINUTE)
    assert (len(shop.world.sent), shadows(shop.world)) == (first[0] + goes, first[1])


def shadows(world: World) -> int:
    """How many messages would have gone."""
    return sum(decision.reason == "shadow_only" for decision in world.decisions.all())


def test_of_too_many_journeys_those_in_shadow_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journeys, "MOST_JOURNEYS", 4)
    again: dict[str, Any] = {"trigger": {"kind": "event", "event": "Order Shipped", "key": "event.properties.order_id"}, "reentry": "0s",
                             "steps": [{"send": {"channel": "email", "template": "note"}},
                                       {"after": "1d", "send": {"channel": "email", "template": "note"}}]}
    world = World(rulebook({"id": "live", **again}, {"id": "silent", "status": "shadow", **again}), shop_day.BEGINS)
    for number in range(4):
        world.post([{"type": "track", "messageId": f"m{number}", "userId": "anna", "timestamp": format_instant(world.now),
                     "event": "Order Shipped", "properties": {"order_id": f"o{number}"}}])
    made_room = [decision.rule for decision in world.decisions.all() if decision.reason == "run_limit"]
    assert made_room == ["silent"] * 4


def test_when_a_state_is_too_large_what_is_in_shadow_goes_first() -> None:
    once = {"trigger": {"kind": "event", "event": "Order Shipped"}, "steps": [
        {"send": {"channel": "email", "template": "note"}}, {"after": "1d", "send": {"channel": "email", "template": "note"}}]}
    rules = rulebook({"id": "first", **once}, {"id": "second", **once}, {"id": "silent", "status": "shadow", **once})
    shipped = Event(id="shipped", type="track", name="Order Shipped", at=shop_day.BEGINS, received_at=shop_day.BEGINS)
    state = advance(Customer("anna"), shipped, NO_FACTS, rules, shop_day.BEGINS).state
    work = Work(state, NO_FACTS, rules, shop_day.BEGINS)
    assert journeys.make_room(work)
    assert [journey.rule for journey in state.journeys.values()] == ["first", "second"]
    assert [(effect.decision.rule, effect.decision.reason) for effect in work.effects if isinstance(effect, Record)] == [
        ("silent", "run_limit")]


def test_a_rule_in_shadow_watches_where_a_live_one_does_not_and_as_far_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watches, "MOST_WATCHES", 3)
    silent = {**DROP, "id": "silent", "status": "shadow"}
    for rules, watched in (([silent], ["b-2", "b-3", "b-4"]), ([BACK, silent], ["b-4"])):
        shop = Shop(*rules)
        for number in range(5):
            shop.does("anna", "Product Back In Stock Requested" if number < 2 else "Product Viewed", product=f"b-{number}", price=20,
                      currency="EUR")
            shop.does("anna", product=f"b-{number}", price=20, currency="EUR")
            shop.passes(MINUTE)
        assert [f"b-{number}" for number in range(5) if shop.watching(product=f"b-{number}")] == watched


@pytest.mark.parametrize(("rules", "told"), [
    ([BACK], 4), ([BACK, {**BACK, "id": "more", "status": "shadow", "trigger": {"kind": "back_in_stock", "peoplePerPiece": 5}}], 4),
    ([{**BACK, "status": "shadow"}], 4),
], ids=["live", "with a more generous one in shadow", "in shadow alone"])
def test_a_wave_is_as_large_as_the_live_rules_say(rules: list[dict[str, Any]], told: int) -> None:
    shop = Shop(*rules)
    shop.feed(price=20, stock=0)
    shop.asks(*(f"reader-{number}" for number in range(9)))
    shop.passes(HOUR)
    shop.feed(price=20, stock=2)
    assert len(shop.told(BACK_IN_STOCK)) == told
