"""The index finds exactly the rules that asking every one finds, in the same order, however it came to be; and it asks for no more."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from chalicelib.conditions.condition import Scope
from chalicelib.rulebook import bounds
from chalicelib.rulebook.bounds import Bounds, bits, bound_below
from chalicelib.rulebook.index import Index
from chalicelib.rulebook.plain_matcher import PlainMatcher
from chalicelib.rulebook.rule import Rule

from ..vectors.shop import STEPS

NAMES = ("Viewed", "Bought")
FIELDS = some.sampled_from(["event.properties.a", "event.properties.b", "event.properties.c.d", "event.type", "customer.a", "customer.b",
                            "cart.a", "cart", "customer", "event.properties.\"ä b\""])
SCALARS = some.sampled_from([None, True, False, 0, 1, 1.0, -1, 2, 2.5, 2**53 + 1, 2**53, 1e300, "", "a", "b", "ä", "1"])
LITERALS = (SCALARS | some.sampled_from([[], [1], {}])).map(lambda value: f"`{json.dumps(value)}`")
NUMBERS = some.sampled_from([-1, 0, 1, 1.5, 2, 2**52, 2**53, 10**30, 1e300, 5e-324]).map(lambda value: f"`{json.dumps(value)}`")
ORDER, EQUALITY = some.sampled_from(["<", "<=", ">", ">="]), some.sampled_from(["==", "!="])
LISTS = some.lists(SCALARS, min_size=1, max_size=6).map(lambda values: f"`{json.dumps(values)}`")
ATOMS = some.one_of(
    FIELDS, FIELDS.map(lambda name: f"!({name})"), some.tuples(FIELDS, EQUALITY, LITERALS).map(" ".join),
    some.tuples(FIELDS, ORDER, NUMBERS).map(" ".join), some.tuples(NUMBERS, ORDER, FIELDS).map(" ".join),
    some.tuples(FIELDS, ORDER, LITERALS).map(" ".join), some.tuples(FIELDS, ORDER, FIELDS).map(" ".join),
    some.tuples(LISTS, FIELDS).map(lambda two: f"contains({two[0]}, {two[1]})"), FIELDS.map(lambda name: f"length({name}) > `0`"),
    FIELDS.map(lambda name: f"contains({name}, 'a')"))
CONDITIONS = some.recursive(ATOMS, lambda inner: some.tuples(inner, some.sampled_from(["&&", "&&", "||"]), inner).map(
    lambda three: f"({' '.join(three)})"), max_leaves=4)
MATCHES = some.fixed_dictionaries({"event": some.sampled_from(NAMES)}, optional={"where": CONDITIONS})
TRIGGERS = some.one_of(
    MATCHES.map(lambda match: {"kind": "event", **match}),
    some.fixed_dictionaries({"kind": some.just("abandonment"), "start": some.lists(MATCHES, min_size=1, max_size=2),
                             "cancel": some.lists(MATCHES, max_size=2)}),
    some.just({"kind": "price_drop"}))
RULES = some.fixed_dictionaries({
    "id": some.sampled_from([*"abcdefghijkl", "a-b", "a_b"]), "priority": some.integers(0, 2), "trigger": TRIGGERS,
    "status": some.sampled_from(["live", "live", "live", "shadow", "paused"])}).map(
        lambda written: Rule.model_validate({"steps": STEPS, **written}))
VALUES = SCALARS | some.sampled_from([[], ["a"], {}, {"d": 1}, {"d": "a"}, [1], float("inf")])
OBJECTS = some.dictionaries(some.sampled_from(["a", "b", "c", "ä b", "type"]), VALUES, max_size=4)
SCOPES = some.fixed_dictionaries({"event": some.fixed_dictionaries({"type": some.just("track")}, optional={"properties": OBJECTS | VALUES}),
                                  "customer": OBJECTS, "cart": OBJECTS})


def scope(seen: dict[str, Any]) -> Scope:
    """As the engine makes it: the customer and the cart when they are asked for."""
    return Scope({"event": seen["event"]}, None, {name: lambda name=name: seen[name] for name in ("customer", "cart")})


def found(matcher: Any, seen: dict[str, Any], remembering: list[str]) -> dict[str, list[str]]:
    return {name: matcher.match(name, scope(seen), remembering) for name in (*NAMES, "Product Added", "Heard Of Nowhere")}


@settings(max_examples=100, deadline=None, derandomize=True)
@given(some.lists(RULES, max_size=14), some.integers(0, 14), some.lists(some.sampled_from("abcdefghijkl"), max_size=3),
       some.lists(SCOPES, min_size=3, max_size=6), some.lists(some.sampled_from("abcl"), max_size=2))
def test_it_finds_what_asking_every_rule_finds(
        written: list[Rule], at_once: int, gone: list[str], seen: list[dict[str, Any]], remembering: list[str]) -> None:
    rules = {rule.id: rule for rule in written[:at_once]}
    index = Index.of(rules.values())
    for rule in written[at_once:]:
        before, still = index, found(index, seen[0], remembering)
        rules[rule.id], index = rule, index.with_rule(rule)
        assert found(before, seen[0], remembering) == still, "an index never changes"
    for name in gone:
        rules.pop(name, None)
        index = index.without(name)
    plain = PlainMatcher(rules.values())
    for one in seen:
        assert found(index, one, remembering) == found(plain, one, remembering)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(some.lists(CONDITIONS, min_size=4, max_size=6), some.lists(SCOPES, min_size=4, max_size=4), some.sampled_from([1, 20, 500_000]))
def test_many_rules_on_one_event_too(few: list[str], seen: list[dict[str, Any]], room: int) -> None:
    conditions = few * 3 + [f"{one} && event.properties.a {sign} `{number}`" for one in few[:2] for sign in (">", "<=")
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
        for one in seen:
            assert index.match("Viewed", scope(one)) == plain.match("Viewed", scope(one))


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
