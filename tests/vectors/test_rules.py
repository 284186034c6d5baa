"""test_rules: what may stand in a rule, and what is said when it may not."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chalicelib.rulebook.rule import Rule

from .reading import cases, read

RULE = read("rules.json")["rule"]


def rule(**fields: Any) -> Rule:
    """The rule of the vectors, with more written in it."""
    return Rule.model_validate({**RULE, **fields})


@cases("rules.json")
def test_it_is_a_rule_or_this_is_said(case: dict[str, Any]) -> None:
    if "says" not in case:
        rule(**case["with"])
        return
    with pytest.raises(ValidationError) as refused:
        rule(**case["with"])
    assert case["says"] in str(refused.value)


@given(st.text(max_size=30), st.floats(0, 100), st.floats(0, 100))
def test_who_is_in_stays_in_when_the_part_grows(customer: str, one: float, other: float) -> None:
    fewer, more = sorted((one, other))
    assert not rule(percentage=fewer).includes(customer) or rule(percentage=more).includes(customer)
    assert rule(percentage=100).includes(customer)
    assert not rule(percentage=0).includes(customer)


def test_a_part_is_as_large_as_it_says_and_another_one_for_each_rule() -> None:
    customers = [f"customer-{number}" for number in range(4_000)]
    mine = {customer for customer in customers if rule(percentage=25).includes(customer)}
    others = {customer for customer in customers if rule(id="another", percentage=25).includes(customer)}
    assert 900 < len(mine) < 1_100
    assert 170 < len(mine & others) < 330
