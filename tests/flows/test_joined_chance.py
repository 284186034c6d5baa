"""Two records join in the middle of a journey: chance, which goes by the record's id, does not decide of it anew."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.engine.advance import advance
from chalicelib.model.canonical import fraction
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import CUSTOMER_ABSORBED, TIMER_DUE, Event
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.instant import DAY
from chalicelib.model.outcome import Outcome, Record
from chalicelib.rulebook.rulebook import Rulebook
from tests.vectors.shop import STEPS, rulebook

BEGINS = 1_772_445_600_000  # 2026-03-02T10:00:00Z
RULE: dict[str, Any] = {"id": "letters", "trigger": {"kind": "event", "event": "Asked"}, "steps": [*STEPS, {"after": "1d", **STEPS[0]}]}


def records(salt: str, of: str) -> tuple[str, str]:
    """An id of the lower half of a hundred, and one of the upper."""
    names = [f"customer-{number}" for number in range(100)]
    return (next(name for name in names if fraction(salt, of, name) < 0.5), next(name for name in names if fraction(salt, of, name) >= 0.5))


def verdicts(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(effect.decision.verdict, effect.decision.reason) for effect in outcome.effects if isinstance(effect, Record)]


def steps(rules: Rulebook, began: str, survivor: str, later: Rulebook) -> list[tuple[str, str | None]]:
    """What is decided of two steps, of which the second comes after the record that began joined another."""
    told = [{"type": "identify", "traits": {"email": "anna@example.com", "consents": {"email": True}}}, {"type": "track", "name": "Asked"}]
    state, decided = Customer(began), []
    for place, call in enumerate(told):
        event = Event(**{"id": f"m{place}", "name": None, "at": BEGINS, "received_at": BEGINS, "source": "server/shop", **call})
        outcome = advance(state, event, NO_FACTS, rules, BEGINS)
        state, decided = outcome.state, decided + verdicts(outcome)
    absorbed = Event("a", "engine", CUSTOMER_ABSORBED, BEGINS, BEGINS, properties={"from": began, "at": BEGINS, "state": state.document()})
    joined = customer_from(advance(Customer(survivor), absorbed, NO_FACTS, rules, BEGINS).state.document())
    ring = Event("r", "engine", TIMER_DUE, BEGINS + DAY, BEGINS + DAY, properties={"ring": joined.rings})
    return decided + verdicts(advance(joined, ring, NO_FACTS, later, BEGINS + DAY))


def test_whoever_was_inside_stays_inside() -> None:
    inside, outside = records("percentage", "letters")
    rules = rulebook({**RULE, "percentage": 50})
    assert steps(rules, inside, outside, rules) == [("send", None)] * 2


def test_a_part_that_shrinks_still_ends_what_began() -> None:
    inside, outside = records("percentage", "letters")
    fewer = rulebook({**RULE, "percentage": 0})
    assert steps(rulebook({**RULE, "percentage": 50}), inside, outside, fewer) == [("send", None), ("deny", "outside_percentage")]


@pytest.mark.parametrize("of", ["letters", ""])
def test_whoever_was_held_out_stays_so_and_whoever_was_not_does_too(of: str) -> None:
    held, free = records("holdout", of)
    rules = rulebook({**RULE, **({"holdout": 50} if of else {})})
    rules = rules if of else replace(rules, brand=rules.brand.model_copy(update={"holdout": 50}))
    assert steps(rules, held, free, rules) == [("deny", "holdout_rule" if of else "holdout_global")] * 2
    assert steps(rules, free, held, rules) == [("send", None)] * 2
