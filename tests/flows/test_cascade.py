"""cascades where something is in the way: a provider that takes nothing, a refusal that comes late, a step that is left out."""

from typing import Any

import pytest

from chalicelib.adapters.memory import MemoryTransport
from chalicelib.backtest.world import World
from chalicelib.channels.registry import best_proof
from chalicelib.engine.cascade import ways_left
from chalicelib.model.errors import TransportFailed
from chalicelib.model.instant import HOUR, MINUTE, format_instant, parse_instant
from chalicelib.model.journey import journey_from
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from chalicelib.rulebook.step import Step

from .slow_queue import Slow

BEGINS = parse_instant("2026-03-02T10:00:00Z") or 0
BRAND = Brand.model_validate({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "UTC",
                              "channels": {"sms": {}, "push": {}, "telegram": {"bot": "ShopBot"}}})
WORDS = {"email.en.subject": "Ready", "email.en.text": "Ready", "email.en.html": "Ready", "sms.en.text": "Ready", "push.en.title": "Ready",
         "push.en.text": "Ready", "telegram.en.text": "Ready"}
HELLO = {"type": "identify", "userId": "anna", "traits": {
    "email": "anna@example.com", "phone": "+359888123456", "pushToken": "anna:phone", "telegramId": "770001",
    "consents": {"email": True, "sms": True, "push": True, "telegram": True}}}


class Busy(MemoryTransport):
    """A provider whose account is closed: it takes nothing, and may be asked again in an hour."""

    def send(self, request: Any) -> str:
        raise TransportFailed("SNS sends nothing for this account", retryable=True, retry_after=HOUR)


class Refusing(MemoryTransport):
    """A provider that will never take this."""

    def send(self, request: Any) -> str:
        raise TransportFailed("SNS refused the message")


def world_of(steps: list[dict[str, Any]], **more: Any) -> World:
    rule = Rule.model_validate({"id": "ready", "messageType": "transactional", "topic": "orders", "reentry": "0s", "expiresAfter": "1d",
                                "trigger": {"kind": "event", "event": "Ready"}, "steps": steps})
    return World(Rulebook(brand=BRAND, rules={"ready": rule}, templates={"plain": WORDS}, digest="test"), BEGINS, **more)


def cascade(*channels: str, wait: str = "30m", until: str = "delivered") -> dict[str, Any]:
    return {"send": {"channels": list(channels), "template": "plain", "wait": wait, "until": until}}


def went_out(world: World) -> list[tuple[str, str]]:
    """When (after the beginning) and on which channel something was sent."""
    sent = [delivery for delivery in world.deliveries.all() if delivery.status == "sent"]
    return [(format_instant(delivery.at)[11:16], delivery.channel) for delivery in sorted(sent, key=lambda delivery: delivery.at)]


def test_a_provider_that_takes_nothing_for_an_hour_makes_way() -> None:
    world = world_of([cascade("sms", "email")], transports={"sms": Busy()})
    world.post([HELLO, {"type": "track", "userId": "anna", "event": "Ready"}])
    world.advance_to(BEGINS + 24 * HOUR)
    assert went_out(world) == [("10:00", "email")]
    assert [(decision.verdict, decision.channel, decision.reason) for decision in world.decisions.all()] == [
        ("send", "sms", None), ("deny", "sms", "transport_busy"), ("send", "email", None)]


def test_the_last_channel_waits_for_its_provider() -> None:
    world = world_of([{"send": {"channel": "sms", "template": "plain"}}], transports={"sms": Busy()})
    world.post([HELLO, {"type": "track", "userId": "anna", "event": "Ready"}])
    world.advance_to(BEGINS + 2 * HOUR)
    assert ("hold", "transport_busy") in {(decision.verdict, decision.reason) for decision in world.decisions.all()}


def test_a_refusal_that_comes_late_hurries_nobody() -> None:
    """The push was kept in its queue while the e-mail went out: when it is refused, the SMS still waits for its time."""
    world = world_of([cascade("push", "email", "sms", wait="4h", until="opened")], transports={"push": Refusing()})
    slow = Slow()
    world.queues["push", "transactional"] = world.ports.queues["push", "transactional"] = slow
    world.post([HELLO, {"type": "track", "userId": "anna", "event": "Ready"}])
    world.advance_to(BEGINS + 4 * HOUR + MINUTE)
    slow.let_go()
    world.run_until_idle()
    world.advance_to(BEGINS + 24 * HOUR)
    assert went_out(world) == [("14:00", "email"), ("18:00", "sms")]


@pytest.mark.parametrize("stuck", [True, False])
def test_what_is_stuck_in_its_queue_has_reached_nobody(stuck: bool) -> None:
    """Telegram tells of nothing but that it took a message, so that is all there is to wait for; one that never left proves nothing."""
    world = world_of([cascade("telegram", "email", until="opened")])
    if stuck:
        world.queues["telegram", "transactional"] = world.ports.queues["telegram", "transactional"] = Slow()
    world.post([HELLO, {"type": "track", "userId": "anna", "event": "Ready"}])
    world.advance_to(BEGINS + 24 * HOUR)
    assert went_out(world) == ([("10:30", "email")] if stuck else [("10:00", "telegram")])


def test_a_step_left_out_at_the_last_moment_leaves_the_next_one() -> None:
    letter = {"channel": "email", "template": "plain"}
    world = world_of([{"when": "cart.value > `50`", "send": letter}, {"after": "2h", "send": letter}])
    slow = Slow()
    world.queues["email", "transactional"] = world.ports.queues["email", "transactional"] = slow
    added = {"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 60}}
    world.post([HELLO, added, {"type": "track", "userId": "anna", "event": "Ready"}])
    world.post([{"type": "track", "userId": "anna", "event": "Product Removed", "properties": {"product_id": "b-1"}}])
    slow.let_go()
    world.run_until_idle()
    world.advance_to(BEGINS + 3 * HOUR)
    slow.let_go()
    world.run_until_idle()
    assert [(decision.step, decision.verdict) for decision in world.decisions.all()] == [(1, "send"), (1, "deny"), (2, "send")]
    assert len(went_out(world)) == 1


@pytest.mark.parametrize(("channel", "until", "clicks", "proof"), [
    ("email", "clicked", True, "clicked"), ("email", "clicked", False, "opened"), ("email", "opened", True, "opened"),
    ("sms", "clicked", True, "delivered"), ("telegram", "opened", True, "sent"), ("telegram", "clicked", True, "clicked"),
    ("push", "opened", True, "opened"), ("push", "replied", True, "clicked")])
def test_a_channel_is_judged_on_the_most_it_can_tell(channel: str, until: Any, clicks: bool, proof: str) -> None:
    assert best_proof(channel, until, clicks) == proof


def test_a_journey_stored_with_the_place_of_its_next_channel_goes_on_by_what_it_tried() -> None:
    """Before channels were told by name, `way` was the place of the next one in the rule as it was then."""
    stored = {"rule": "ready", "run": "r", "key": None, "at": 0, "started": 0, "cause": "c", "data": {}, "entered": 0, "way": 1,
              "tries": [{"step": 1, "key": "k", "channel": "email", "refused": False}]}
    journey = journey_from(stored)
    for channels, left in ((["email", "sms"], ["sms"]), (["sms", "email"], ["sms"]), (["email", "push"], ["push"])):
        assert ways_left(journey, 1, Step.model_validate(cascade(*channels))) == left
    assert ways_left(journey, 1, Step.model_validate({"send": {"channel": "email", "template": "plain"}})) == []
    assert journey_from(journey.document()) == journey


def test_a_channel_that_was_passed_over_stays_so() -> None:
    """There was no phone to push to when its turn came; one that comes while the SMS waits for its proof changes nothing."""
    world = world_of([cascade("push", "sms", "email", wait="1h", until="clicked")])
    world.post([{**HELLO, "traits": {**HELLO["traits"], "pushToken": None}}, {"type": "track", "userId": "anna", "event": "Ready"}])
    world.post([{"type": "identify", "userId": "anna", "traits": {"pushToken": "anna:phone"}}])
    world.advance_to(BEGINS + 24 * HOUR)
    assert [channel for _, channel in went_out(world)] == ["sms", "email"]
