"""While everything is paused nothing begins and nothing is sent, each silence says why, and what happens is remembered."""

from dataclasses import replace
from typing import Any

from chalicelib.backtest.world import SERVER, World
from chalicelib.flows import catalog, fan_out, fold, ingest, profile, relay, wake
from chalicelib.flows.dispatch import dispatch
from chalicelib.model.instant import HOUR, MINUTE, format_instant
from chalicelib.ports import Ports
from chalicelib.rulebook.loading import load_rulebook
from chalicelib.rulebook.rulebook import Rulebook
from local.world import ROOT
from simulators.shop_day import BEGINS, rulebook

from .test_dispatch_races import on_its_way

VERA = {"userId": "vera"}
KNOWN = {"type": "identify", **VERA, "traits": {"email": "vera@example.com", "consents": {"email": True}}}


class Shop:
    """A world whose rules can be paused."""

    def __init__(self) -> None:
        self.world, self.rulebook = World(rulebook(), BEGINS), rulebook()
        self.world.ports = replace(self.world.ports, rulebook=lambda: self.rulebook)

    def pause(self, on: bool = True) -> None:
        self.rulebook = self.rulebook.in_force_as(self.rulebook.number + 1, paused=on)

    def adds(self, product: str = "b-1") -> None:
        self.world.post([{"type": "track", **VERA, "event": "Product Added", "properties": {"product_id": product, "price": 5}}])

    def decided(self) -> list[tuple[str, int, str, str | None]]:
        return [(format_instant(decision.decided_at)[8:16], decision.step, decision.verdict, decision.reason)
                for decision in sorted(self.world.decisions.all(), key=lambda decision: decision.decided_at)]


def test_nothing_begins_and_what_happens_is_remembered() -> None:
    shop = Shop()
    shop.world.post([KNOWN])
    shop.pause()
    shop.adds()
    shop.world.advance_to(BEGINS + 2 * HOUR)
    assert shop.decided() == [("02T11:00", 1, "deny", "rulebook_paused")]
    assert [line["check"] for decision in shop.world.decisions.all() for line in decision.trace] == ["journey"]
    shop.adds("b-2")  # its hour ends after the pause
    shop.pause(False)
    shop.world.advance_to(BEGINS + 4 * HOUR)
    assert shop.decided()[1:] == [("02T13:00", 1, "send", None)]
    (sent,) = [decision for decision in shop.world.decisions.all() if decision.verdict == "send"]
    assert [line["productId"] for line in sent.data["products"]] == ["b-1", "b-2"], "the cart went on"


def test_a_step_whose_moment_falls_into_the_pause_is_left_out_for_good() -> None:
    shop = Shop()
    shop.world.post([KNOWN])
    shop.adds()
    shop.world.advance_to(BEGINS + 2 * HOUR)
    shop.pause()
    shop.world.advance_to(BEGINS + 26 * HOUR)
    shop.pause(False)
    shop.world.advance_to(BEGINS + 60 * HOUR)
    assert shop.decided() == [("02T11:00", 1, "send", None), ("03T11:00", 2, "deny", "rulebook_paused")]
    assert len(shop.world.sent) == 1


def test_the_last_gate_lets_nothing_out_and_the_cap_is_given_back() -> None:
    shop = Shop()
    message = on_its_way(shop.world, VERA)
    shop.pause()
    dispatch(shop.world.ports, message)
    shop.world.run_until_idle()
    assert shop.world.sent == []
    assert [(decision.verdict, decision.reason) for decision in shop.world.decisions.all()] == [
        ("send", None), ("deny", "rulebook_paused")]
    (state,) = [record.state for record in [shop.world.customers.load(message.customer)] if record]
    assert state.sends == []


def test_transactional_messages_are_silent_too() -> None:
    shop = Shop()
    shop.pause()
    shop.world.post([{"type": "track", **VERA, "event": "Callback Asked"}])
    assert [(decision.rule, decision.verdict, decision.reason) for decision in shop.world.decisions.all()] == [
        ("call-back", "deny", "rulebook_paused")]
    assert shop.world.sent == []


def test_each_run_of_a_flow_sees_one_rulebook() -> None:
    """Whatever is published while it runs: it asks at most once, in every flow that a day of the shop goes through."""
    world = World(rulebook(), BEGINS)
    asked: list[int] = []
    day, whole = rulebook(), load_rulebook(ROOT / "rules")
    everything = replace(day, rules={**day.rules, "price-drop": whole.rules["price-drop"]}, templates={**whole.templates, **day.templates})

    def changing() -> Rulebook:
        asked.append(world.now)
        return everything

    def counted(ports: Ports, run: Any) -> int:
        del asked[:]
        run(replace(ports, rulebook=changing))
        return len(asked)

    calls = [KNOWN, {"type": "identify", "userId": "boris", "traits": {"email": "boris@example.com", "phone": "0888123456"}},
             *({"type": "track", "userId": who, "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}
               for who in ("vera", "boris"))]
    assert counted(world.ports, lambda ports: ingest.ingest(ports, ingest.Request(SERVER, calls))) == 1
    assert counted(world.ports, lambda ports: fold.fold(ports, world.events.stream)) == 1
    world.run_until_idle()
    assert counted(world.ports, lambda ports: profile.look_up(ports, "vera")) == 1
    world.now += HOUR + MINUTE
    wake.wake(world.ports)
    assert counted(world.ports, lambda ports: fold.fold(ports, world.events.stream[world._folded:])) == 1
    world._folded = len(world.events.stream)
    for change in world.customers.stream[world._relayed:]:
        relay.relay(world.ports, *change)
    message = world.queues["email", "marketing"].messages.pop()
    assert counted(world.ports, lambda ports: dispatch(ports, message)) == 1
    catalog.take_products(world.ports, [{"productId": "b-1", "price": 9, "currency": "EUR"}])
    catalog.take_products(world.ports, [{"productId": "b-1", "price": 5, "currency": "EUR"}])
    assert counted(world.ports, lambda ports: fan_out.fan_out(ports, world.products.stream[-1])) == 1
