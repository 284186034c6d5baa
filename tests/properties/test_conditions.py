"""A condition gives what the reference gives, type for type, or fails for the same kind of reason; no text does anything else."""

import copy
import marshal
from typing import Any

import pytest
from hypothesis import assume, given

from chalicelib.conditions.condition import Condition, Scope
from chalicelib.conditions.generate import source_of
from chalicelib.model.errors import ConditionFailed, ConditionInvalid
from tests.vectors.jmespath_py import Outcome, outcome

from .calls import anything, repeatable
from .expressions import any_document, conditions, scraps


def of_ours(condition: Condition, document: Any) -> Outcome:
    """`value` and what it is, or `error` and its kind."""
    try:
        return "value", condition.value(document)
    except ConditionFailed as error:
        assert str(error)
        return "error", error.kind


def same(value: Any, other: Any) -> bool:
    """The same value, type for type, fields in the same order."""
    if type(value) is not type(other):
        return False
    if isinstance(value, dict):
        return list(value) == list(other) and all(same(value[name], other[name]) for name in value)
    if isinstance(value, list):
        return len(value) == len(other) and all(map(same, value, other))
    return bool(value == other) or value != value


@repeatable(500)
@given(conditions, any_document)
def test_any_condition_on_any_document_gives_what_the_reference_gives(text: str, document: Any) -> None:
    try:
        condition = Condition(text)
    except ConditionInvalid as refused:
        assert refused.kind == "too-costly"  # by its size: the reference has no bounds
        assume(False)
    before = copy.deepcopy(document)
    (sort, value), (expected, reference) = of_ours(condition, document), outcome(text, document, mended=True)
    assert sort == expected and same(value, reference), (value, reference)
    assert same(document, before), "nothing handed to a condition changes"
    false = sort == "error" or (type(value) not in (int, float) and value in (None, False, "", [], {}))
    assert condition.holds(document) is not false
    if isinstance(document, dict):
        lazily = Scope({}, None, {name: lambda part=part: part for name, part in document.items()})
        again = of_ours(condition, lazily)
        assert again[0] == sort and (not text.isidentifier() or same(again[1], value))


@pytest.mark.filterwarnings("ignore:deprecated string literal syntax:PendingDeprecationWarning")
@repeatable(300)
@given(scraps, anything)
def test_any_text_is_a_condition_or_refused_and_tells_where(text: str, document: Any) -> None:
    try:
        condition = Condition(text)
    except ConditionInvalid as refused:
        assert refused.kind == "too-costly" or (refused.kind == "syntax" and 0 <= (refused.position or 0) <= len(text))
        assert outcome(text, document) == ("error", refused.kind)
        return
    of_ours(condition, document)


@repeatable(100)
@given(conditions, any_document)
def test_a_condition_kept_and_read_again_is_the_same_and_its_texts_are_not_in_its_source(text: str, document: Any) -> None:
    try:
        condition = Condition(text)
    except ConditionInvalid:
        assume(False)
    kept = Condition(text, marshal.loads(marshal.dumps((condition.code, condition.constants))))
    first, second = of_ours(condition, document), of_ours(kept, document)
    assert first[0] == second[0] and same(first[1], second[1])
    assert "x1" not in source_of(condition.parsed).text


@pytest.mark.parametrize(("text", "other"), [
    ("event.properties.total > `20`", "customer.age.years > `30.5`"), ("a == 'x' && b[0] == 'y'", "q == 'import os' && \"del\"[7] == ''"),
    ("a[?b == 'x'].c", "x[?y == 'longer'].z"), ("happened('A', '7d') > `2`", "happened('B', '9d') > `5`"),
])
def test_conditions_of_one_form_share_their_code_and_not_their_constants(text: str, other: str) -> None:
    one, two = Condition(text), Condition(other)
    assert one.code is two.code
    assert one.constants != two.constants


@pytest.mark.parametrize(("text", "other"), [
    ("a > `20`", "a >= `20`"), ("a == `1`", "a == `2`"), ("a == 'x'", "a == b"), ("a[0]", "a[-1]"), ("a.b && a.c", "a.b && d.c"),
])
def test_conditions_of_another_form_do_not(text: str, other: str) -> None:
    assert Condition(text).code is not Condition(other).code
