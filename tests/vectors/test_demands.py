"""test_demands: what conditions demand and read, by example; and the law: when one holds, every demand does."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from chalicelib.conditions.condition import Condition
from chalicelib.conditions.demand import Demand, Exists, Falsy, NoneOf, OneOf, Range, Truthy, is_met
from chalicelib.conditions.demands import demanded, demands
from chalicelib.conditions.reads import reads

from .reading import read

CASES = [pytest.param(case, id=f"{suite['comment']}: {case['expression']}") for suite in read("demands.json") for case in suite["cases"]]


def shown(demand: Demand) -> dict[str, Any]:
    path = ".".join(demand.path)
    match demand:
        case OneOf():
            return {"path": path, "one_of": list(demand.values)}
        case NoneOf():
            return {"path": path, "none_of": list(demand.values)}
        case Range():
            bounds = {"at_least" if demand.with_low else "above": demand.low, "at_most" if demand.with_high else "below": demand.high}
            return {"path": path, **{name: bound for name, bound in bounds.items() if bound is not None}}
    return {"path": path, "is": {Exists: "there", Truthy: "true", Falsy: "not true"}[type(demand)]}


@pytest.mark.parametrize("case", CASES)
def test_it_demands_and_reads_this(case: dict[str, Any]) -> None:
    parsed = Condition(case["expression"]).parsed
    found = demanded(parsed)
    told = {"expression": case["expression"], "demands": [shown(demand) for demand in found.demands], "whole": found.whole,
            "reads": sorted(".".join(path) for path in reads(parsed))}
    assert json.dumps(told) == json.dumps(case)  # as text, in which 1 is not true
    assert demands(parsed) == found.demands


NAMES = some.sampled_from(["a", "b", "a.a", "a.b", "b.a", "@"])
SCALARS = some.sampled_from([None, True, False, 0, 1, 1.0, -1, 2.5, 10**30, "", "a", "b", "ä", "10"])
VALUES = some.recursive(
    SCALARS, lambda inner: some.lists(inner, max_size=2) | some.dictionaries(some.sampled_from("ab"), inner, max_size=2), max_leaves=6)
DOCUMENTS = some.dictionaries(some.sampled_from("ab"), VALUES, max_size=2)
LITERALS = (SCALARS | some.sampled_from([[], {}, [1], float("nan")])).map(lambda value: f"`{json.dumps(value)}`")
LISTS = some.one_of(some.lists(LITERALS, min_size=1, max_size=3).map(lambda values: f"[{', '.join(values)}]"),
                    some.lists(SCALARS, max_size=3).map(lambda values: f"`{json.dumps(values)}`"))
TERMS = NAMES | LITERALS | some.sampled_from([
    "a[0]", "a[*].b", "a[]", "a[:1].a", "*.a", "length(a)", "max_by(a, &b)", "not_null(a, b)", "to_number(b)", "a.[b, b]", "{b: a}.b",
    "a[?b].a", "(a || b)", "(a && b).a", "(a | b)", "(a < b)"])
SIGNS = some.sampled_from(["==", "!=", "<", "<=", ">", ">="])
ATOMS = some.one_of(
    TERMS, some.tuples(TERMS, SIGNS, TERMS).map(" ".join), some.tuples(NAMES, SIGNS, LITERALS).map(" ".join),
    some.tuples(LISTS, TERMS).map(lambda two: f"contains({two[0]}, {two[1]})"), TERMS.map(lambda term: f"contains({term}, 'a')"))
EXPRESSIONS = some.recursive(ATOMS, lambda inner: some.one_of(
    some.tuples(inner, some.sampled_from(["&&", "||", "|"]), inner).map(lambda three: f"({' '.join(three)})"),
    inner.map(lambda one: f"!({one})"), some.tuples(NAMES, inner).map(lambda two: f"{two[0]} | {two[1]}")), max_leaves=4)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(EXPRESSIONS, some.lists(DOCUMENTS, min_size=8, max_size=12))
@example("a | contains([`null`], b)", [{}, {"a": {}}])
@example("a | !contains(['x'], b)", [{"a": None}, {"a": {}}])
@example("contains(`[1]`, a)", [{"a": True}, {"a": 1}])
@example("!contains([`1`], a)", [{"a": True}, {"a": 2}])
@example("a == `1`", [{"a": True}, {"a": 1.0}])
@example("a > `0`", [{"a": True}, {"a": "1"}, {"a": 1}])
def test_when_it_holds_every_demand_does_and_when_they_are_whole_the_other_way_round(text: str, documents: list[Any]) -> None:
    condition = Condition(text)
    found = demanded(condition.parsed)
    for document in documents:
        met = [is_met(demand, document) for demand in found.demands]
        if condition.holds(document):
            assert all(met), (document, found.demands[met.index(False)])
        elif found.whole:
            assert not all(met), document


@settings(max_examples=80, deadline=None, derandomize=True)
@given(EXPRESSIONS, DOCUMENTS, VALUES)
def test_what_it_does_not_read_does_not_matter(text: str, document: dict[str, Any], value: Any) -> None:
    condition = Condition(text)
    read_paths = reads(condition.parsed)
    for name in ("a", "b"):
        if not any(path[:1] in ((), (name,)) for path in read_paths):
            assert condition.holds({**document, name: value}) == condition.holds(document)
        for below in ("a", "b"):
            inner = document.get(name)
            if isinstance(inner, dict) and not any(path[:2] in ((), (name,), (name, below)) for path in read_paths):
                assert condition.holds({**document, name: {**inner, below: value}}) == condition.holds(document)
