"""A rule's conditions are found wherever they stand, each with its place in the file; they are looked for once, and anew in a copy."""

from typing import Any

import pytest

from chalicelib.rulebook import rule as rules
from chalicelib.rulebook.rule import Rule

from .shop import STEPS

WRITTEN: dict[str, Any] = {
    "id": "r", "condition": "customer.a", "goal": {"event": "Bought", "where": "event.properties.b"}, "reentry": "1d",
    "trigger": {"kind": "abandonment", "key": "event.properties.c",
                "start": [{"event": "Viewed"}, {"event": "Seen", "where": "customer.d"}],
                "cancel": [{"event": "Bought", "key": "event.properties.e"}]},
    "exits": [{"event": "Gone", "where": "customer.f", "key": "event.properties.g"}],
    "steps": [*STEPS, {"after": "1h", "when": "cart.h", "send": {"channel": "email", "template": "cart"}}],
    "examples": [{"name": "where", "events": [{"at": "0s", "event": "Viewed", "properties": {"where": "no condition", "key": "none"}}],
                  "expect": []}]}


def test_they_are_found_with_their_places() -> None:
    assert dict(Rule.model_validate(WRITTEN).asked()) == {
        ("trigger", "start", 1, "where"): "customer.d", ("trigger", "cancel", 0, "key"): "event.properties.e",
        ("trigger", "key"): "event.properties.c", ("condition",): "customer.a", ("goal", "where"): "event.properties.b",
        ("exits", 0, "where"): "customer.f", ("exits", 0, "key"): "event.properties.g", ("steps", 1, "when"): "cart.h"}


def test_they_are_looked_for_once_and_anew_in_a_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = Rule.model_validate(WRITTEN)
    assert len(rule.conditions) == 8 and rule.conditions is rule.conditions
    other = rule.model_copy(update={"condition": "customer.other"})
    assert "customer.other" in other.conditions and "customer.a" not in other.conditions
    assert other != rule and rule == Rule.model_validate(WRITTEN) and "conditions" not in rule.model_dump()
    monkeypatch.setattr(rules, "_note_conditions", lambda *_: pytest.fail("they were found before"))
    assert "customer.a" in rule.conditions
