"""What the linter takes for known of customers, carts, events and triggers is what the engine shows of them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chalicelib.backtest.recording import CATALOG, Recording
from chalicelib.backtest.run import run
from chalicelib.model.instant import format_instant, parse_instant
from chalicelib.rulebook.lint.scope_shapes import CART, CUSTOMER, TOLD, event_shape, trigger_shape
from chalicelib.rulebook.lint.shape import Shape
from chalicelib.rulebook.loading import load_rulebook
from chalicelib.triggers.registry import TRIGGERS

RULES = Path(__file__).resolve().parents[2] / "rules"
RULEBOOK = load_rulebook(RULES)
TYPES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object", type(None): "null"}


def misfits(value: Any, shape: Shape, path: str) -> list[str]:
    """Where a value is otherwise than its shape says."""
    if TYPES[type(value)] not in shape.types:
        return [f"{path} is {value!r}"]
    if isinstance(value, list) and shape.entry is not None:
        return [found for number, entry in enumerate(value) for found in misfits(entry, shape.entry, f"{path}[{number}]")]
    found = []
    for name, entry in value.items() if isinstance(value, dict) else ():
        inner = shape.within(name)
        found += [f"{path} has {name}"] if inner is None else misfits(entry, inner, f"{path}.{name}")
    return found


def test_the_scope_that_the_page_shows_is_as_the_linter_has_it() -> None:
    shown = re.search(r"```json scope.json\n(.*?)```", (RULES / "README.md").read_text("utf-8"), re.DOTALL)
    assert shown
    scope = json.loads(shown[1])
    shapes = {"customer": CUSTOMER, "cart": CART, "event": event_shape(None), "trigger": trigger_shape("abandonment", None)}
    assert scope.keys() == shapes.keys()
    assert [found for name, value in scope.items() for found in misfits(value, shapes[name], name)] == []
    assert CART.fields is not None and scope["cart"].keys() == CART.fields.keys()


def test_every_kind_of_trigger_has_its_shape() -> None:
    assert TOLD.keys() == TRIGGERS.keys()
    assert {rule.trigger.kind for rule in RULEBOOK.rules.values()} == TRIGGERS.keys(), "the test below tries them all"


@pytest.mark.parametrize("rule", RULEBOOK.rules)
def test_what_a_trigger_tells_is_as_the_linter_has_it(rule: str) -> None:
    example = RULEBOOK.rules[rule].examples[0]
    starts = parse_instant(example.starts)
    assert starts is not None
    lines = [(starts + event.at, {**event.model_dump(exclude={"at"}), "timestamp": format_instant(starts + event.at)})
             for event in example.events]
    recording = Recording([(at, {"messageId": f"m-{at}", **line}) for at, line in lines if line["type"] not in CATALOG],
                          [(at, line["type"], line) for at, line in lines if line["type"] in CATALOG])
    decisions = run(RULEBOOK.rehearsing(rule), recording).decisions
    assert decisions
    shape = trigger_shape(RULEBOOK.rules[rule].trigger.kind, None)
    assert [found for decision in decisions for found in misfits(decision.data, shape, "trigger")] == []
