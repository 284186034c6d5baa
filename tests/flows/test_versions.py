"""Every decision names its rule's version and the rulebook that was asked: at the fold, and at the last gate, which may have a newer."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.memory import MemoryTransport
from chalicelib.backtest.world import World
from chalicelib.flows.dispatch import dispatch
from chalicelib.flows.profile import look_up
from chalicelib.model.errors import TransportFailed
from chalicelib.model.instant import HOUR
from chalicelib.rulebook.rulebook import Rulebook
from simulators.shop_day import BEGINS, rulebook

from .test_dispatch_races import on_its_way

VERA = {"userId": "vera"}


def rules(version: int, name: str, **changes: Any) -> Rulebook:
    book = rulebook()
    rule = book.rules["abandoned-cart"].model_copy(update={"version": version, **changes})
    return replace(book, rules={rule.id: rule}, digest=name)


def test_a_decision_names_its_version_and_its_rulebook_for_people_too() -> None:
    world = World(rules(3, "third"), BEGINS)
    on_its_way(world, VERA)
    assert [(decision.verdict, decision.version, decision.rulebook) for decision in world.decisions.all()] == [("send", 3, "third")]
    seen = look_up(world.ports, "vera")
    assert seen is not None
    assert [(decision["version"], decision["rulebook"]) for decision in seen["decisions"]] == [(3, "third")]


@pytest.mark.parametrize(("now", "version"), [(rules(4, "fourth", status="paused"), 4), (replace(rules(3, "without"), rules={}), None)])
def test_what_the_last_gate_refuses_names_the_rulebook_of_the_gate(now: Rulebook, version: int | None) -> None:
    world = World(rules(3, "third"), BEGINS)
    message = on_its_way(world, VERA)
    dispatch(replace(world.ports, rulebook=lambda: now), message)
    world.run_until_idle()
    assert [(decision.verdict, decision.version, decision.rulebook) for decision in world.decisions.all()] == [
        ("send", 3, "third"), ("deny", version, now.digest)]


def test_what_waits_for_its_provider_names_the_rulebook_of_the_gate() -> None:
    class Busy(MemoryTransport):
        def send(self, request: Any) -> str:
            raise TransportFailed("busy", retryable=True, retry_after=HOUR)

    world = World(rules(3, "third"), BEGINS, transports={"email": Busy()})
    message = on_its_way(world, VERA)
    dispatch(replace(world.ports, rulebook=lambda: rules(4, "fourth")), message)
    world.run_until_idle()
    assert [(decision.verdict, decision.version, decision.rulebook) for decision in world.decisions.all()] == [
        ("send", 3, "third"), ("hold", 4, "fourth")]
