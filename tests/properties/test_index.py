"""The index finds exactly the rules that asking every one finds, in the same order, however it came to be; and it asks for no more."""

import json
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from chalicelib.conditions.condition import Scope
from chalicelib.conditions.demand import Demand, Exists, Falsy, NoneOf, OneOf, Range, Truthy, is_met
from chalicelib.rulebook import bounds
from chalicelib.rulebook.bounds import Bounds, bits, bound_below
from chalicelib.rulebook.field_index import FieldIndex
from chalicelib.rulebook.index import Index
from chalicelib.rulebook.plain_matcher import PlainMatcher
from chalicelib.rulebook.rule import Rule

from ..vectors.shop import STEPS

NAMES = ("Viewed", "Bought")
FIELDS = ["event.properties.a", "event.properties.a", "event.properties.b", "event.properties.c.d", "customer.a", 'customer."ä b"', "cart"]
VALUES = [None, True, False, 0, 1, 1.0, 2, 2**53, 2**53 + 1, "", "a", "b", "ä", [], ["a"], {}, {"d": 1}]
TEXTS = ["", "a", "b", "ä"]
ATOMS = ["{f}", "!({f})", "{f} == {v}", "{v} == {f}", "{f} != {v}", "{f} == 'a'", "{f} > {n}", "{f} >= {n}", "{f} < {n}", "{n} >= {f}",
         "{f} < 'b'", "{f} > {v}", "contains({l}, {f})", "!contains({l}, {f})", "contains({f}, 'a')", "length({f}) > `0`", "{f} == {f2}",
         "{f} != `null`"]


def condition_of(chance: Random, values: list[Any] = VALUES[:13]) -> str:
    """One to three demands of all kinds, mostly joined by `&&`."""
    def atom() -> str:
        filled = {"v": chance.choice([*values, *VALUES[13:]]), "n": chance.choice([0, 1, 1.5, 2, 2**53, 1e300]),
                  "l": chance.choices(values, k=chance.choice([1, 3, 6]))}
        written = {name: f"`{json.dumps(value)}`" for name, value in filled.items()}
        return chance.choice(ATOMS).format(f=chance.choice(FIELDS), f2=chance.choice(FIELDS), **written)

    text = atom()
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        text = f"({text}) {chance.choice(['&&', '&&', '||'])} {atom()}"
    return text


def match_of(chance: Random) -> dict[str, str]:
    return {"event": chance.choice(NAMES), **({"where": condition_of(chance)} if chance.random() < 0.9 else {})}


def rule_of(chance: Random, id: str) -> Rule:
    """A rule of any kind; of an abandonment the same event often stands twice."""
    trigger = chance.choice([{"kind": "event", **match_of(chance)}, {"kind": "event", **match_of(chance)}, {"kind": "price_drop"}, {
        "kind": "abandonment", "start": [match_of(chance) for _ in range(chance.choice([1, 2]))], "cancel": [match_of(chance)]}])
    return Rule.model_validate({"id": id, "priority": chance.randrange(3), "trigger": trigger, "steps": STEPS,
                                "status": chance.choice(["live", "live", "live", "shadow", "paused"])})


def seen_of(chance: Random) -> dict[str, Any]:
    def document() -> Any:
        return {name: chance.choice(VALUES) for name in ("a", "b", "c", "ä b") if chance.random() < 0.7}

    return {"event": {"type": "track", "properties": document() if chance.random() < 0.9 else chance.choice(VALUES)},
            "customer": document(), "cart": document()}


def scope(seen: dict[str, Any]) -> Scope:
    """As the engine makes it: the customer and the cart when they are asked for."""
    return Scope({"event": seen["event"]}, None, {name: lambda name=name: seen[name] for name in ("customer", "cart")})


def found(matcher: Any, seen: dict[str, Any], remembering: list[str]) -> dict[str, list[str]]:
    return {name: matcher.match(name, scope(seen), remembering) for name in (*NAMES, "Product Added", "Heard Of Nowhere")}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(some.randoms(use_true_random=True))
def test_it_finds_what_asking_every_rule_finds(chance: Random) -> None:
    ids = [*"abcdefghij", "a-b", "a_b"]
    rules = {id: rule_of(chance, id) for id in chance.sample(ids, chance.randrange(8))}
    index = Index.of(rules.values())
    for _ in range(chance.randrange(8)):
        before, still, seen = index, found(index, seen_of(Random(0)), []), seen_of(Random(0))
        if rules and chance.random() < 0.3:
            index = index.without(rules.pop(chance.choice(list(rules))).id)
        else:
            rule = rule_of(chance, chance.choice(ids))
            rules[rule.id], index = rule, index.with_rule(rule)
        assert found(before, seen, []) == still, "an index never changes"
    plain = PlainMatcher(rules.values())
    for _ in range(8):
        seen, remembering = seen_of(chance), chance.sample(ids, chance.choice([0, 1, 4]))
        assert found(index, seen, remembering) == found(plain, seen, remembering)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(some.randoms(use_true_random=True), some.sampled_from([1, 20, 500_000]))
def test_many_rules_on_one_event_too(chance: Random, room: int) -> None:
    values = chance.choice([VALUES[:13], TEXTS, TEXTS])
    few = [condition_of(chance, values) for _ in range(6)]
    conditions = few * 4 + [f"event.properties.a {sign} `{number}` && ({one})" for one in few[:2] for sign in (">", "<=")
                            for number in (-1, 0, 0.5, 1, 2)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds, "MOST_BYTES", room)
        rules = [Rule.model_validate({"id": f"r{number}", "priority": number % 7, "steps": STEPS,
                                      "trigger": {"kind": "event", "event": "Viewed", "where": where}})
                 for number, where in enumerate(conditions)]
        index = Index.of(rules[:25])
        for rule in rules[25:]:
            index = index.with_rule(rule)
    plain = PlainMatcher(rules)
    for _ in range(6):
        seen = seen_of(chance)
        assert index.match("Viewed", scope(seen)) == plain.match("Viewed", scope(seen))


TEXT_OR_ANY = some.sampled_from([TEXTS, VALUES[:13]])
DEMANDS = TEXT_OR_ANY.flatmap(lambda values: some.lists(some.one_of(
    some.lists(some.sampled_from(values), max_size=6).map(lambda some_values: OneOf(("x",), tuple(some_values))),
    some.lists(some.sampled_from(values), max_size=3).map(lambda some_values: NoneOf(("x",), tuple(some_values))),
    some.tuples(some.sampled_from([0, 1, 1.5, None]), some.booleans(), some.sampled_from([1, 2.5]), some.booleans()).map(
        lambda ends: Range(("x",), *ends)),
    some.sampled_from([Exists(("x",)), Truthy(("x",)), Falsy(("x",))])), max_size=12))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(DEMANDS, some.integers(0, 12), some.sampled_from([1, 500_000]))
def test_a_value_fails_the_rules_whose_demands_it_does_not_meet(demands: list[Demand], at_once: int, room: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds, "MOST_BYTES", room)
        entries = list(enumerate(demands))
        index = FieldIndex().added(entries[:at_once])
        for entry in entries[at_once:]:
            index = index.added([entry])
    for value in (*VALUES, -1, 0.5, 1.5, 2.5, 3, "c", float("inf")):
        assert index.failed_by(value) == bits(place for place, demand in entries if not is_met(demand, {"x": value})), value


@settings(max_examples=80, deadline=None, derandomize=True)
@given(some.lists(some.floats(-5, 5).map(lambda bound: round(bound, 1)), max_size=40), some.integers(0, 40),
       some.lists(some.floats(-6, 6) | some.integers(-6, 6), min_size=10, max_size=10), some.sampled_from([1, 20, 500_000]))
def test_a_number_fails_the_bounds_that_it_is_not_above(least: list[float], at_once: int, values: list[float], room: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bounds, "MOST_BYTES", room)
        pairs = [(bound, place) for place, bound in enumerate(least)]
        kept = Bounds.of(pairs[:at_once])
        for bound, place in pairs[at_once:]:
            kept = kept.added(bound, place)
    for value in (*values, *least):
        assert kept.failed_by(value) == bits(place for bound, place in pairs if not value > bound)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(some.integers(-2**54, 2**54) | some.floats(allow_nan=False), some.booleans(), some.integers(-2, 2))
@example(2**52 - 1, True, 0)
@example(float("inf"), False, 0)
def test_to_be_above_the_bound_below_is_to_be_above_or_at_it(least: float, with_it: bool, off: int) -> None:
    bound = bound_below(least, with_it)
    if bound is None:
        assert abs(least) >= 2**52
        return
    for value in (least + off, least, least - 0.5, float(least) * (1 + 2e-16), int(least), int(least) + off):
        assert (value > bound) == (value >= least if with_it else value > least)


@pytest.mark.parametrize(("status", "heard"), [("live", ["r"]), ("shadow", ["r"]), ("draft", []), ("paused", [])])
def test_only_rules_that_run_are_found(status: str, heard: list[str]) -> None:
    rule = Rule.model_validate({"id": "r", "status": status, "steps": STEPS, "trigger": {"kind": "event", "event": "Viewed"}})
    for matcher in (Index.of([rule]), Index.of([]).with_rule(rule), PlainMatcher([rule])):
        assert matcher.match("Viewed", Scope({"event": {}}), ["r"]) == heard


def test_what_no_rule_left_asks_for_is_not_made() -> None:
    def index(*conditions: str) -> Index:
        return Index.of(Rule.model_validate({"id": f"r{number}", "steps": STEPS,
                                             "trigger": {"kind": "event", "event": "Viewed", "where": where}})
                        for number, where in enumerate(conditions))

    made: list[str] = []
    lazily = {name: lambda name=name: made.append(name) or {} for name in ("customer", "cart")}
    seen = {"event": {"type": "track", "properties": {"a": "x", "price": 5}}}
    about_both = "event.properties.a == 'y' && customer.b == 'z'", "event.properties.price > `7` && cart.value > `1`"
    assert index("event.properties.a == 'x'", *about_both).match("Viewed", Scope(seen, None, lazily)) == ["r0"]
    assert made == []
    assert index("event.properties.a == 'x' && customer.b == 'z'", *about_both).match("Viewed", Scope(seen, None, lazily)) == []
    assert made == ["customer"]


def test_an_index_is_worn_when_many_of_its_places_are_empty() -> None:
    rules = [Rule.model_validate({"id": f"r{number}", "steps": STEPS, "trigger": {"kind": "event", "event": NAMES[number % 2]}})
             for number in range(9)]
    index = Index.of(rules)
    for rule in rules[:3]:
        assert not index.worn
        index = index.with_rule(rule)
    assert not index.worn and index.without("r8").worn
    assert not Index.of(rules[:8]).worn
