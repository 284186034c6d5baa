"""What dispatch takes of a rule's budget, when, and what goes back."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.memory import MemoryTransport
from chalicelib.backtest.world import World
from chalicelib.flows.dispatch import dispatch
from chalicelib.flows.rights import ask_erasure
from chalicelib.model.budget import Spent
from chalicelib.model.decision import Message
from chalicelib.model.errors import TransportFailed
from chalicelib.model.instant import DAY, HOUR, format_instant
from chalicelib.model.reason import Reason
from chalicelib.model.suppression import Suppression
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook

BEGINS = 1_772_445_600_000  # 2026-03-02T10:00:00Z
COSTS = {"email": "0.0001 EUR", "sms": "0.05 EUR", "webhook": "0 EUR"}
BRAND = {"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "Europe/Sofia", "costs": COSTS,
         "channels": {"sms": {}, "webhook": {"url": "https://crm.shop.example/beckon"}}}
WORDS = {"email.en.subject": "Ready", "email.en.text": "{{ unsubscribeUrl }}", "email.en.html": "{{ unsubscribeUrl }}",
         "sms.en.text": "{{ trigger.event.text }}", "webhook.en.text": "Ready"}
TODAY = "2026-03-02"


class Answering(MemoryTransport):
    """A provider that answers as it is told, then takes everything."""

    def __init__(self, *answers: TransportFailed) -> None:
        super().__init__()
        self.answers = list(answers)

    def send(self, request: Any) -> str:
        if self.answers:
            raise self.answers.pop(0)
        return super().send(request)


def world_of(channel: str = "email", transport: MemoryTransport | None = None, **budget: Any) -> World:
    rule = Rule.model_validate({
        "id": "ready", "messageType": "transactional", "topic": "orders", "reentry": "0s", "budget": budget,
        "trigger": {"kind": "event", "event": "Ready"}, "steps": [{"send": {"channel": channel, "template": "t"}}]})
    world = World(Rulebook(brand=Brand.model_validate(BRAND), rules={"ready": rule}, templates={"t": WORDS}, digest="test"), BEGINS,
                  transports={channel: transport} if transport else None)
    say(world, "identify", traits={"email": "anna@example.com", "phone": "+359888123456"})
    return world


def say(world: World, kind: str = "track", **more: Any) -> None:
    """Anna, or what befalls her."""
    number, moment = len(world.events.stream), format_instant(world.now)
    more = more or {"event": "Ready", "properties": {"text": "Ready"}}
    world.post([{"type": kind, "userId": "anna", "messageId": f"m{number}", "timestamp": moment, **more}])


def denied(world: World) -> list[str | None]:
    return [decision.reason for decision in sorted(world.decisions.all(), key=lambda entry: entry.decided_at) if decision.verdict == "deny"]


def spent(world: World) -> Spent:
    return world.budgets.spent("ready", TODAY)


def waiting(world: World) -> Message:
    """The message that was decided on, before anybody sends it."""
    kept: list[Message] = []
    queues = world.ports.queues
    world.ports = replace(world.ports, queues=dict.fromkeys(queues, type("Slow", (), {"put": staticmethod(kept.extend)})()))
    say(world)
    world.ports = replace(world.ports, queues=queues)
    return kept[0]


def test_the_budget_is_spent_and_says_so() -> None:
    world = world_of(messages=2)
    for _ in range(3):
        say(world)
    assert len(world.sent) == 2
    assert denied(world) == ["budget_exhausted"]
    said = [line for decision in world.decisions.all() for line in decision.trace if line["check"] == "budget"]
    assert said == [{"check": "budget", "verdict": "deny", "reason": "budget_exhausted",
                     "note": "too little is left of 2 messages in all"}]
    world.now += 10 * DAY
    say(world)
    assert denied(world) == ["budget_exhausted"] * 2, "in all is for ever"


@pytest.mark.parametrize(("text", "cost"), [("Ready", 50_000), ("x" * 161, 100_000), ("я" * 135, 150_000)])
def test_a_text_message_costs_each_of_its_parts(text: str, cost: int) -> None:
    world = world_of("sms", moneyPerDay="1 EUR")
    say(world, event="Ready", properties={"text": text})
    assert spent(world) == Spent(1, cost)


def test_money_goes_as_far_as_whole_messages_go() -> None:
    world = world_of("sms", moneyPerDay="0.12 EUR")
    for _ in range(4):
        say(world)
    assert (len(world.sent), spent(world), denied(world)) == (2, Spent(2, 100_000), ["budget_exhausted"] * 2)


def test_what_the_provider_refuses_goes_back() -> None:
    transport = Answering(TransportFailed("never"))
    world = world_of(transport=transport, messages=1)
    say(world)
    assert (denied(world), spent(world)) == (["transport_refused"], Spent())
    say(world)
    assert (len(transport.sent), spent(world)) == (1, Spent(1, 100))


def test_what_must_wait_goes_back_until_then() -> None:
    transport = Answering(TransportFailed("busy", retryable=True, retry_after=HOUR))
    world = world_of(transport=transport, messages=1)
    say(world)
    assert (len(transport.sent), spent(world)) == (0, Spent())
    world.advance_to(BEGINS + 2 * HOUR)
    assert (len(transport.sent), spent(world)) == (1, Spent(1, 100))


def test_what_may_have_left_does_not_go_back() -> None:
    world = world_of(transport=Answering(TransportFailed("no answer", ambiguous=True)), messages=1)
    say(world)
    say(world)
    assert (denied(world), spent(world)) == (["budget_exhausted"], Spent(1, 100))


@pytest.mark.parametrize("reason", ["bounced", "erased"])
def test_what_an_attempt_took_that_died_goes_back_when_the_next_one_does_not_send(reason: str) -> None:
    world = world_of(messages=5)
    message = waiting(world)
    dies(world, message)
    assert spent(world) == Spent(1, 100)
    if reason == "bounced":
        world.ports.suppressions.add(Suppression("email", "anna@example.com", "*", Reason.SUPPRESSED_BOUNCE, BEGINS))
    else:
        assert ask_erasure(world.ports, "anna")
        world.run_until_idle()
    dispatch(world.ports, message)
    assert (len(world.sent), spent(world)) == (0, Spent())


def test_what_an_attempt_took_that_died_goes_back_while_the_message_waits_for_the_morning() -> None:
    world = world_of(messages=5)
    book = world.ports.rulebook()
    offers = book.rules["ready"].model_copy(update={"message_type": "marketing"})
    world.ports = replace(world.ports, rulebook=lambda: replace(book, rules={"ready": offers}))
    say(world, "identify", traits={"timezone": "Europe/Sofia", "consents": {"email": ["orders"]}})
    message = waiting(world)
    dies(world, message)
    world.now += 11 * HOUR  # 23:00 in Sofia
    dispatch(world.ports, message)
    assert (len(world.sent), spent(world)) == (0, Spent())
    world.run_until_idle()
    assert [decision.reason for decision in world.decisions.all() if decision.verdict == "hold"] == ["quiet_hours"]


@pytest.mark.parametrize("gone", [False, True])
def test_what_an_attempt_took_goes_back_though_the_rule_has_lost_its_budget_meanwhile(gone: bool) -> None:
    world = world_of(messages=5)
    message, book = waiting(world), world.ports.rulebook()
    dies(world, message)
    assert spent(world) == Spent(1, 100)
    paused = book.rules["ready"].model_copy(update={"budget": None, "status": "paused"})
    world.ports = replace(world.ports, rulebook=lambda: replace(book, rules={} if gone else {"ready": paused}))
    dispatch(world.ports, message)
    assert (len(world.sent), spent(world), world.budgets.spent("ready")) == (0, Spent(), Spent())


def dies(world: World, message: Message) -> None:
    """An attempt that took its share and died before it claimed the call."""

    class Gone(Exception):
        pass

    def call(*_: object) -> bool:
        raise Gone

    deliveries = world.ports.deliveries
    dying = type("Dying", (), {"__getattr__": lambda self, name: call if name == "call" else getattr(deliveries, name)})()
    with pytest.raises(Gone):
        dispatch(replace(world.ports, deliveries=dying), message)


def test_an_attempt_that_died_and_the_next_one_count_once() -> None:
    world = world_of(messages=1)
    message = waiting(world)
    dies(world, message)
    dispatch(world.ports, message)
    dispatch(world.ports, message)
    assert (len(world.sent), spent(world), denied(world)) == (1, Spent(1, 100), [])


def test_one_that_knows_keys_is_told_again_and_counts_once() -> None:
    transport = Answering(TransportFailed("no answer", ambiguous=True), TransportFailed("never"))
    world = world_of("webhook", transport, messages=1)
    message = waiting(world)
    with pytest.raises(TransportFailed):
        dispatch(world.ports, message)
    dispatch(world.ports, message)
    assert spent(world) == Spent(1), "the first attempt may have been heard though the second was refused"


def test_without_a_budget_nothing_is_counted() -> None:
    world = world_of(messages=1)
    rules = world.ports.rulebook()
    free = rules.rules["ready"].model_copy(update={"budget": None})
    world.ports = replace(world.ports, rulebook=lambda: replace(rules, rules={"ready": free}))
    say(world)
    say(world)
    assert (len(world.sent), spent(world)) == (2, Spent())
