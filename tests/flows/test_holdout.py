"""The silence of a holdout: by a hash alone, decided once, and as if the message had gone."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.memory import MemoryCoupons
from chalicelib.backtest.world import World
from chalicelib.model.canonical import fraction
from chalicelib.model.coupon import Stock
from chalicelib.model.customer import Customer
from chalicelib.model.instant import DAY, HOUR, format_instant
from chalicelib.model.verdict import Deny
from chalicelib.policies import holdout
from chalicelib.policies.policy import Candidate
from chalicelib.rulebook.rulebook import Rulebook
from tests.vectors.shop import rulebook

BEGINS = 1_772_445_600_000  # 2026-03-02T10:00:00Z
LETTER = {"id": "letter", "reentry": "0s", "trigger": {"kind": "event", "event": "Asked"}}
DROP = {"id": "drop", "trigger": {"kind": "price_drop", "every": "0s"}, "reentry": "0s"}
PEOPLE = [f"customer-{number}" for number in range(10_000)]


def held_out(percent: float, rule: str | None = None) -> set[str]:
    """Whom the brand, or a rule, holds out of ten thousand."""
    out = set()
    for name in PEOPLE:
        candidate = Candidate(customer=Customer(name), rule=rule or "", channel="email", topic="offers", message_type="marketing", key="k",
                              address="a", now=0, brand_timezone=None, **{"holdout_rule" if rule else "holdout_brand": percent})
        if isinstance(holdout.judge(holdout.Settings(), candidate), Deny):
            out.add(name)
    return out


@pytest.mark.parametrize("percent", [0.5, 5, 50])
def test_about_as_many_are_held_out_as_the_share_says(percent: float) -> None:
    expected = len(PEOPLE) * percent / 100
    assert abs(len(held_out(percent)) - expected) < 4 * (expected * (1 - percent / 100)) ** 0.5  # four standard deviations


def test_a_share_that_grows_keeps_whom_it_has() -> None:
    assert held_out(5) < held_out(10) < held_out(100)
    assert held_out(100) == set(PEOPLE)
    assert held_out(0) == set()


def test_the_groups_of_the_brand_and_of_two_rules_have_nothing_to_do_with_each_other() -> None:
    groups = [held_out(20), held_out(20, "cart"), held_out(20, "drop")]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert 300 < len(groups[one] & groups[other]) < 500  # a fifth of a fifth of ten thousand is 400


def world_of(rules: Rulebook) -> World:
    world = World(rules, BEGINS)
    say(world, "identify", traits={"email": "anna@example.com", "consents": {"email": True}})
    return world


def say(world: World, kind: str, **more: Any) -> None:
    """Anna does something now."""
    number, moment = len(world.events.stream), format_instant(world.now)
    world.post([{"type": kind, "userId": "anna", "messageId": f"m{number}", "timestamp": moment, **more}])


def told(world: World) -> list[tuple[str, str | None]]:
    """What was decided, in order."""
    return [(decision.verdict, decision.reason) for decision in sorted(world.decisions.all(), key=lambda entry: entry.decided_at)]


def test_a_message_that_was_decided_on_goes_out_though_its_customer_is_held_out_since() -> None:
    world = world_of(rulebook(LETTER))
    waiting: list[Any] = []
    queues, arriving = dict(world.ports.queues), world.ports.rulebook()
    queue = queues["email", "marketing"]
    world.ports = replace(world.ports, queues={**queues, ("email", "marketing"): type("Slow", (), {"put": staticmethod(waiting.extend)})()})
    say(world, "track", event="Asked")
    brand = arriving.brand.model_copy(update={"holdout": 100})
    world.ports = replace(world.ports, queues=queues, rulebook=lambda: replace(arriving, brand=brand))
    queue.put(waiting)
    world.run_until_idle()
    assert len(world.sent) == 1
    world.now += 2 * DAY
    say(world, "track", event="Asked")
    assert told(world) == [("send", None), ("deny", "holdout_global")]
    assert len(world.sent) == 1


def test_a_price_that_somebody_held_out_would_have_been_told_is_not_told_again() -> None:
    world = world_of(rulebook({**DROP, "holdout": 100}))
    feed(world, 20)
    say(world, "track", event="Product Viewed", properties={"product_id": "b-1"})
    for price in (15, 20, 15):  # the second fall to 15 is no news to whoever heard of the first
        world.now += 25 * HOUR
        feed(world, price)
    assert told(world) == [("deny", "holdout_rule")]


def test_a_code_that_was_kept_over_night_for_somebody_held_out_goes_back() -> None:
    rules = rulebook({**LETTER, "holdout": 100, "offer": {"pool": "spring", "percent": 10}})
    world = World(rules, BEGINS, coupons=MemoryCoupons({"spring": 1}))
    say(world, "identify", traits={"email": "anna@example.com", "consents": {"email": True}})
    world.now += 11 * HOUR  # 23:00 in Sofia
    say(world, "track", event="Asked")
    assert world.coupons.stock("spring") == Stock(0, 1, 0)
    world.advance_to(world.now + 12 * HOUR)
    assert told(world) == [("hold", "quiet_hours"), ("deny", "holdout_rule")]
    assert world.coupons.stock("spring") == Stock(1, 0, 0)


def feed(world: World, price: int) -> None:
    """The catalog says what the book costs now."""
    world.products.put("b-1", {"productId": "b-1", "price": price, "currency": "EUR", "at": world.now})
    world.run_until_idle()


def test_who_is_held_out_is_a_hash_of_salt_and_customer() -> None:
    assert held_out(1, "cart") == {name for name in PEOPLE if fraction("holdout", "cart", name) < 0.01}
