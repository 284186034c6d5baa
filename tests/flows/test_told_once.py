"""What keeps a rule from telling the same again: a message still held for the morning, and a pause longer than journeys are kept."""

from typing import Any

from chalicelib.backtest.world import World
from chalicelib.flows.stores import take_stores
from chalicelib.model.instant import DAY, HOUR, format_instant, parse_instant
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook

BEGINS = parse_instant("2026-03-02T10:00:00Z") or 0
BRAND = Brand.model_validate({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "UTC"})
WORDS = {"email.en.subject": "News", "email.en.text": "News", "email.en.html": "News"}
HELLO = {"type": "identify", "userId": "anna", "traits": {"email": "anna@example.com", "consents": {"email": True, "location": True}}}


def world_of(**rule: Any) -> World:
    steps = [{"send": {"channel": "email", "template": "plain"}}]
    whole = Rule.model_validate({"id": "news", "steps": steps, **rule})
    return World(Rulebook(brand=BRAND, rules={"news": whole}, templates={"plain": WORDS}, digest="test"), BEGINS)


def told(world: World) -> list[tuple[str, str, str | None]]:
    decided = sorted(world.decisions.all(), key=lambda decision: decision.decided_at)
    return [(format_instant(decision.decided_at)[8:10], decision.verdict, decision.reason) for decision in decided]


def test_news_that_comes_twice_in_one_night_is_told_once_in_the_morning() -> None:
    world = world_of(reentry="0s", trigger={"kind": "event", "event": "Back", "key": "event.properties.product"})
    world.post([HELLO])
    for hour in (13, 15):  # 23:00 and 01:00
        world.advance_to(BEGINS + hour * HOUR)
        world.post([{"type": "track", "userId": "anna", "messageId": f"back-{hour}", "event": "Back", "properties": {"product": "b-4"}}])
    world.advance_to(BEGINS + 2 * DAY)
    assert told(world) == [("02", "hold", "quiet_hours"), ("03", "deny", "reentry"), ("03", "send", None)]
    assert len(world.sent) == 1


def test_a_pause_between_stores_lasts_as_long_as_it_says() -> None:
    world = world_of(trigger={"kind": "proximity", "cooldown": "30d", "openOnly": False, "radius": 300})
    refused = take_stores(world.ports, [{"storeId": name, "lat": lat, "lon": 24.75, "timezone": "UTC"}
                                        for name, lat in (("one", 42.1), ("two", 42.3))]).refused
    assert not refused
    world.post([HELLO])
    for day, lat in ((0, 42.1), (1, 42.0), (9, 42.0), (10, 42.3)):  # what is forgotten is forgotten on the ninth
        world.advance_to(BEGINS + day * DAY)
        world.post([{"type": "track", "userId": "anna", "messageId": f"position-{day}", "event": "Location Updated",
                     "properties": {"lat": lat, "lon": 24.75, "accuracy": 9}}])
    world.advance_to(BEGINS + 11 * DAY)
    assert told(world) == [("02", "send", None), ("12", "deny", "reentry")]
