"""test_functions: what somebody did goes in, and what functions of our own say of it at a moment comes out.

A suite has `traits` of Anna, `events` that her shop told at their times, audiences by id, `products` and `stores` of the catalog, the
moment `at`, and `trigger`, the document that conditions see under this name.
"""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.backtest.world import World
from chalicelib.conditions.condition import Condition, Scope
from chalicelib.conditions.functions import OURS, Functions
from chalicelib.engine.scope import scope_of
from chalicelib.flows.lookup import find_customer
from chalicelib.model.customer import Customer
from chalicelib.model.errors import ConditionFailed
from chalicelib.model.facts import Facts
from chalicelib.model.instant import format_instant, parse_instant
from chalicelib.model.product import product_key
from chalicelib.rulebook.audience import Audience
from chalicelib.rulebook.rulebook import Rulebook

from .reading import written_out
from .shop import BRAND, rulebook

FILES = sorted((Path(__file__).parent / "functions").glob("*.json"))
SUITES: list[dict[str, Any]] = [written_out(suite) for path in FILES for suite in json.loads(path.read_text("utf-8"))]
CASES = [pytest.param(number, case, id=f"{suite['comment']}: {case['expression']}")
         for number, suite in enumerate(SUITES) for case in suite["cases"]]


@cache
def scope(number: int) -> Scope:
    """What conditions see of Anna at the end of a suite."""
    suite = SUITES[number]
    world = World(book_of(suite), 0)
    for kind in ("product", "store"):
        assert world.tell(kind, suite.get(f"{kind}s", [])) == []
    calls = [{"type": "identify", "traits": suite.get("traits", {}), "at": suite["at"]}, *suite.get("events", [])]
    for place, call in enumerate(sorted(calls, key=lambda call: call["at"])):
        world.advance_to(parse_instant(call["at"]))
        world.post([{"type": "track", "messageId": f"m{place}", "userId": "anna", "timestamp": format_instant(world.now),
                     **{name: value for name, value in call.items() if name != "at"}}])
    world.advance_to(parse_instant(suite["at"]))
    anna = find_customer(world.ports, "anna")
    assert anna is not None
    facts = Facts(products=world.products.find([product_key(product) for product in suite.get("products", [])]))
    return scope_of(anna, world.now, world.ports.rulebook(), facts, trigger=suite.get("trigger", {}))


def book_of(suite: dict[str, Any]) -> Rulebook:
    """Live rules that ask all that the suite asks."""
    rules = rulebook(*({"id": f"rule-{number}", "condition": case["expression"],
                        "trigger": {"kind": "event", "event": f"Never {number}"}} for number, case in enumerate(suite["cases"])))
    audiences = {name: Audience(id=name, condition=text) for name, text in suite.get("audiences", {}).items()}
    return Rulebook(brand=rules.brand.model_validate({**BRAND, "timezone": suite.get("brandTimezone", BRAND["timezone"])}),
                    rules=rules.rules, templates=rules.templates, audiences=audiences, digest="functions")


@pytest.mark.parametrize(("number", "case"), CASES)
def test_the_function_gives_this(number: int, case: dict[str, Any]) -> None:
    condition = Condition(case["expression"])
    if "error" in case:
        with pytest.raises(ConditionFailed) as failed:
            condition.value(scope(number))
        assert failed.value.kind == case["error"]
        assert not condition.holds(scope(number))
        return
    value = condition.value(scope(number))
    assert (value, type(value)) == (case["result"], type(case["result"]))


def test_every_function_is_tried_on_something_and_on_what_is_missing_and_says_what_it_gives() -> None:
    tried: dict[str, list[Any]] = {name: [] for name in OURS}
    for suite in SUITES:
        for case in suite["cases"]:
            for name in OURS:
                if f"{name}(" in case["expression"]:
                    tried[name].append(case.get("result", case.get("error")))
    assert not {name for name, results in tried.items() if len(results) < 3}
    given = {name for name, entry in Functions.FUNCTION_TABLE.items() if any("null" in part["types"] for part in entry["signature"])}
    assert not {name for name, results in tried.items() if name in given and (None not in results or "invalid-type" not in results)}
    assert all(len(said) > 20 for said in OURS.values())


@pytest.mark.parametrize(("text", "problem"), [
    ("happened('A')", "takes 2 or 4, not 1"), ("happened('A', '7d', 'properties.a')", r"takes 2 or 4, not 3 - write happened\("),
    ("happened('A', '7d', trigger.a, 'b')", "texts in single quotes"), ("total('A', 'properties.a|b', '7d')", "names of fields with dots"),
    ("happened('A', '7d', 'properties.a?', 'b')", "names of fields with dots"), ("last_time(trigger.event)", r"write last_time\('Order"),
    ("last_time('A', '7d')", "takes 1, not 2"), ("total('A', 'b', '0d')", "at most 365d"),
    ("total('A', 'b', '1w')", "'1w' is no duration - write '7d'"),
    ("time_between('9:00', '18:00')", "write '09:00'"), ("time_between(trigger.opens, '18:00')", "as they are"),
    ("in_audience(customer.kind)", r"write in_audience\('regulars'\)"), ("in_audience()", "takes 1, not 0"), ("lower()", "takes 1, not 0"),
    ("stock('b-1', 'sofia-1', 'x')", "takes 1 or 2, not 3"), ("in_stock()", "takes 1 or 2, not 0"),
    ("stores_within('50m')", "write a distance from '100m' to '10km'"), ("stores_within('11km')", "write a distance"),
    ("stores_within('500')", "write a distance"), ("stores_within(trigger.near)", "write a distance"),
    ("stock_within('b-1', trigger.near)", "write a distance"), ("weekday('mon')", "takes 0, not 1"),
    ("days_sinse('2026-01-01')", r"no function days_sinse\(\) - did you mean days_since"),
])
def test_a_call_that_cannot_mean_what_was_meant_is_refused_when_its_rule_is_read(text: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        rulebook({"id": "rule", "trigger": {"kind": "event", "event": "Never"}, "condition": text})


@pytest.mark.parametrize(("text", "problem"), [
    ("weekday() == 'mon'", r"weekday\(\) changes by itself all the time - ask it in the rule's own condition"),
    ("time_between('09:00', '10:00')", "changes by itself"), ("local_date() == '2026-12-24'", "changes by itself"),
    ("in_stock('b-1')", "changes without anything the customer does"), ("stock_within('b-1', '2km') > `1`", "changes without"),
    ("!stores_within('2km')", "changes without"), ("days_since(customer.since)", "must be compared with a number here"),
    ("days_since(customer.since) > days_until(customer.until)", "must be compared with a number here"),
    ("days_since(customer.since) > `3` && days_since(customer.until)", "must be compared with a number here"),
])
def test_an_audience_asks_only_what_it_is_known_beforehand_when_it_changes(text: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Audience(id="these", condition=text)


@pytest.mark.parametrize("text", [
    "`30` <= days_since(customer.since)", "days_until(customer.until) == `3` || years_since(customer.born) < `18`",
])
def test_and_that_it_may_ask(text: str) -> None:
    assert Audience(id="these", condition=text).condition == text


@pytest.mark.parametrize("text", [
    "map(&happened('A', '7d'), trigger.many)", "trigger.many[?days_until_anniversary(@) > `3`]", "map(&in_stock(@), trigger.many)",
    "length(trigger.many[?weekday() == 'mon'])",
])
def test_a_function_asked_of_thousands_is_stopped(text: str) -> None:
    anna = Customer("anna", seen={"timezone": ["Europe/Sofia", 1]})
    assert Condition(text).value(scope_of(anna, 0, trigger={"many": ["05-14"] * 100})) is not None
    with pytest.raises(ConditionFailed) as failed:
        Condition(text).value(scope_of(anna, 0, trigger={"many": ["05-14"] * 2_000}))
    assert failed.value.kind == "too-costly"


@pytest.mark.parametrize(("audience", "asked", "kind"), [
    ("happened('A', '30d') >= `1`", "in_audience('these')", "not-known"),
    ("happened('A', '30d') >= `1`", "!in_audience('these')", "not-known"),
    ("last_time('A')", "!in_audience('these') && !in_audience('these')", "not-known"),
    ("happened('A', '30d')", "!in_audience('x')", "not-known"),
    ("ceil(customer.name) > `1`", "!in_audience('these')", None), ("customer.orders.count == `0`", "in_audience('these')", None),
    ("customer.orders.count", "in_audience('these')", None),
])
def test_nobody_is_outside_an_audience_while_nobody_can_say(audience: str, asked: str, kind: str | None) -> None:
    anna = Customer("anna", first_seen=1, said={"name": ["Anna", 1]})  # her past is not filled in yet
    book = replace(rulebook(), audiences={"these": Audience(id="these", condition=audience)})
    if kind is None:
        assert Condition(asked).value(scope_of(anna, 0, book)) is True
        return
    with pytest.raises(ConditionFailed) as failed:
        Condition(asked).value(scope_of(anna, 0, book))
    assert failed.value.kind == kind
