"""test_conditions: documents and conditions go in, values come out: every operator on null, on what is missing and on the wrong type.

The files have the form of the JMESPath compliance suite, so that `beckon eval --cases` plays them too; `holds` says whether a rule with
this condition goes on (by default: as the result is true or not).
"""

import json
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from jmespath import functions, visitor
from pydantic import ValidationError

from chalicelib.cli.evaluate import problem_of, read_cases
from chalicelib.conditions.arguments import nodes_of
from chalicelib.conditions.condition import Condition, Scope, parse
from chalicelib.model.errors import ConditionFailed, ConditionInvalid

from .jmespath_py import outcome
from .shop import rulebook

COMPLIANCE = Path(__file__).parents[3] / "shared" / "data" / "jmespath_compliance"
FILES = sorted((Path(__file__).parent / "conditions").glob("*.json"))
CASES = [pytest.param(suite["given"], case, id=f"{path.stem}: {suite['comment']}: {case['expression']}")
         for path in FILES for suite in json.loads(path.read_text("utf-8")) for case in suite["cases"]]


@pytest.mark.parametrize(("document", "case"), CASES)
def test_the_condition_has_this_value(document: Any, case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises((ConditionInvalid, ConditionFailed)) as raised:
            Condition(case["expression"]).value(document)
        assert raised.value.kind == case["error"]
        return
    condition = Condition(case["expression"])
    value = condition.value(document)
    assert (value, type(value)) == (case["result"], type(case["result"]))
    assert condition.holds(document) == case.get("holds", case["result"] not in (None, False, "", [], {}))


@pytest.mark.parametrize(("document", "case"), CASES)
def test_the_reference_gives_the_same_once_what_deviates_is_mended(document: Any, case: dict[str, Any]) -> None:
    expected = ("error", case["error"]) if "error" in case else ("value", case["result"])
    assert outcome(case["expression"], document, mended=True) == expected


@pytest.mark.parametrize(("document", "case"), [param for param in CASES if str(param.id).startswith("deviations")])
def test_what_is_said_to_deviate_does(document: Any, case: dict[str, Any]) -> None:
    expected = ("error", case["error"]) if "error" in case else ("value", case["result"])
    assert outcome(case["expression"], document) != expected


def test_every_kind_of_node_and_every_function_of_jmespath_has_vectors_that_succeed_and_functions_some_that_fail() -> None:
    nodes: set[str] = set()
    called: dict[str, set[str]] = {"result": set(), "error": set()}
    for _, case in (param.values for param in CASES):
        if case.get("error") == "syntax":
            continue
        found = list(nodes_of(parse(case["expression"])))
        calls = {node["value"] for node in found if node["type"] == "function_expression"}
        called["error" if "error" in case else "result"] |= calls
        if "result" in case:
            nodes |= {node["type"] for node in found}
    assert nodes == {name.removeprefix("visit_") for name in dir(visitor.TreeInterpreter) if name.startswith("visit_")}
    known = functions.Functions.FUNCTION_TABLE.keys()
    assert called["result"] >= known
    never_fail = {"to_array", "to_string", "to_number", "type"}  # they take anything
    assert called["error"] >= known - never_fail


@pytest.mark.filterwarnings("ignore:deprecated string literal syntax:PendingDeprecationWarning")
@pytest.mark.skipif(not COMPLIANCE.is_dir(), reason="../shared/data/jmespath_compliance, the cases of JMESPath, is not here")
def test_all_cases_of_jmespath_give_their_result_or_their_kind_of_error() -> None:
    problems = [problem_of(document, case) for path in sorted(COMPLIANCE.glob("*.json")) for document, case in read_cases(path)]
    assert [problem for problem in problems if problem] == []
    assert len(problems) == 892


def test_every_comparison_is_tried_on_null_on_what_is_missing_and_on_every_type() -> None:
    comparisons = json.loads((FILES[0].parent / "comparisons.json").read_text("utf-8"))
    tried = {(case["expression"].split()[0], case["expression"].split()[1]) for suite in comparisons for case in suite["cases"]}
    kinds = ("nothing", "missing", "text", "yes", "list", "object", "number")
    signs = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
    assert {signs[name] for name in visitor.TreeInterpreter.COMPARATOR_FUNC} == set(signs.values())
    assert tried >= {(kind, sign) for kind in kinds for sign in signs.values()}


@pytest.mark.parametrize(("text", "problem"), [
    ("cart.value >", "Incomplete expression"), ("cart..value", "Parse error at column 5"), ("cart.value = `5`", "Bad jmespath expression"),
    ("", "empty"), ("a" * 501, "too many"), ("||".join(["a"] * 90), "parts"),
    ("!" * 30 + "a", "deep"), ("a" + "|[@,@][]" * 20, "parts"),
])
def test_a_condition_that_cannot_be_read_or_costs_too_much_is_refused(text: str, problem: str) -> None:
    with pytest.raises(ConditionInvalid, match=problem):
        Condition(text)


@pytest.mark.parametrize(("text", "problem"), [
    ("!customer.blocked", r"write !\(customer.blocked\)"), ("!cart.products[?brand == 'Lark']", r"write !\("),
    ("customer.vip && !customer.blocked", r"write !\("), ("size(cart.products) > `3`", r"no function size\(\)"),
    ("contains(customer.tags)", r"contains\(\) takes 2, not 1"), ("not_null()", r"takes 1 or more, not 0"),
    ("cart.value >", "nothing comes after >"),
])
def test_a_condition_that_would_always_be_silent_is_refused_when_its_rule_is_read(text: str, problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        rulebook({"id": "rule", "trigger": {"kind": "abandonment", "start": [{"event": "Product Added"}]}, "condition": text})


@pytest.mark.parametrize("text", [
    "!(customer.blocked)", "!contains(customer.tags || `[]`, 'vip')", "!(cart.products[?brand == 'Lark'])", "!cart",
    "not_null(customer.a, customer.b, customer.c)", "length(cart.products[?!price])",
])
def test_negation_and_functions_used_well_are_not(text: str) -> None:
    rules = rulebook({"id": "rule", "trigger": {"kind": "abandonment", "start": [{"event": "Product Added"}]}, "condition": text})
    assert rules.rules["rule"].condition == text


SCALARS = some.none() | some.booleans() | some.integers(-3, 3) | some.floats(allow_nan=False) | some.sampled_from(["", "a", "b", "10"])
DOCUMENTS = some.recursive(
    SCALARS, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from("abc"), inner, max_size=3))
TERMS = some.sampled_from([
    "a", "b.c", "a[0]", "a[*].b", "*", "@", "`1`", "'a'", "`null`", "a[?b > `1`]", "a[].b", "a[::0]", "a[1:]", "{x: a, y: b}", "[a, b]",
    "length(a)", "max(a)", "min_by(a, &b)", "max_by(a, &to_number(b))", "sort_by(a, &b)", "sort(a)", "sum(a)", "avg(a)", "abs(a)",
    "ceil(a)", "floor(a)", "contains(a, b)", "contains(@, 'a')", "starts_with(a, b)", "ends_with(a, 'a')", "join(',', a)", "keys(@)",
    "values(a)", "merge(a, b)", "map(&b, a)", "reverse(a)", "to_array(a)", "to_number(a)", "to_string(a)", "type(a)", "not_null(a, b)",
])
SIGNS = some.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||", "|"])
CONDITIONS = some.recursive(TERMS, lambda inner: some.one_of(
    some.tuples(inner, SIGNS, inner).map(lambda three: f"({' '.join(three)})"), inner.map(lambda one: f"!({one})"),
    inner.map(lambda one: f"a[?{one}]")), max_leaves=5)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(CONDITIONS, DOCUMENTS)
def test_any_condition_on_any_document_gives_a_value_or_says_what_is_wrong(text: str, document: Any) -> None:
    try:
        condition = Condition(text)
        condition.value(document)
    except (ConditionInvalid, ConditionFailed) as error:
        assert str(error).strip(string.whitespace)
        return
    assert condition.holds(document) in (True, False)


@pytest.mark.parametrize("text", ["cart.value", "@.cart.value", "keys(@)", "*.value", "[cart.value, customer.city]",
                                  "{a: cart, b: customer}", "cart.products[?price > `5`].name", "@", "length(@)", "values(@) | [0]",
                                  "(cart || customer).value",
                                  "cart.products[*].[name, price][]", "!missing && customer.city", "cart.products | [0].name"])
def test_what_is_made_when_it_is_asked_for_is_what_stands_there(text: str) -> None:
    document = {"cart": {"value": 20, "products": [{"name": "Sea", "price": 9}]}, "customer": {"city": "Sofia"}}
    lazily = Scope({}, None, {name: lambda part=part: part for name, part in document.items()})
    assert Condition(text).value(lazily) == Condition(text).value(document) == Condition(text).value(Scope(document))
