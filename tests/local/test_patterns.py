"""The filter patterns of event source mappings mean what Lambda's do, and what is not understood is refused."""

import json

import pytest

from local.patterns import PatternUnknown, compile_filters, compile_pattern


def test_a_literal_matches_the_same_value_of_the_same_type():
    matches = compile_pattern({"eventName": ["INSERT", "MODIFY"]})
    assert matches({"eventName": "INSERT"})
    assert not matches({"eventName": "REMOVE"})
    assert not matches({})
    assert not compile_pattern({"n": [1]})({"n": True})


def test_exists_looks_for_the_leaf():
    waiting = compile_pattern({"dynamodb": {"NewImage": {"outbox": {"B": [{"exists": True}]}}}})
    assert waiting({"dynamodb": {"NewImage": {"outbox": {"B": "AAE="}}}})
    assert not waiting({"dynamodb": {"NewImage": {"version": {"N": "1"}}}})
    assert not waiting({"dynamodb": {"Keys": {}}})
    assert compile_pattern({"gone": [{"exists": False}]})({})


@pytest.mark.parametrize(("option", "fits", "fails"), [
    ({"prefix": "Order"}, "Order Completed", "Product Added"),
    ({"anything-but": ["a", "b"]}, "c", "b"),
    ({"numeric": [">", 0, "<=", 5]}, 5, 6),
    ({"numeric": ["=", 3]}, 3, "3"),
])
def test_operators(option, fits, fails):
    matches = compile_pattern({"value": [option]})
    assert matches({"value": fits})
    assert not matches({"value": fails})


def test_of_several_filters_one_is_enough_and_none_lets_everything_pass():
    matches = compile_filters({"Filters": [{"Pattern": json.dumps({"a": [1]})}, {"Pattern": json.dumps({"b": [2]})}]})
    assert matches({"a": 1})
    assert matches({"b": 2})
    assert not matches({"a": 2, "b": 1})
    assert compile_filters(None)({})


@pytest.mark.parametrize("pattern", [
    {"a": [{"cidr": "10.0.0.0/8"}]}, {"$or": [{"a": [1]}]}, {"a": "INSERT"}, {"a": [{"numeric": ["~", 1]}]},
])
def test_what_is_not_implemented_is_an_error_and_not_a_silent_no(pattern):
    with pytest.raises(PatternUnknown):
        compile_pattern(pattern)
