"""Conditions made to cost: each is refused when it is read, or stopped by its steps when it runs, whoever let it through; others go on."""

from typing import Any

import jmespath
import pytest

from bench.conditions import COSTLIEST, LARGE
from chalicelib.conditions.bounds import MOST_BRACKETS, MOST_CHARACTERS, MOST_DEPTH, MOST_NODES
from chalicelib.conditions.compiled import code_of, function_of
from chalicelib.conditions.condition import Condition, Scope
from chalicelib.conditions.generate import source_of
from chalicelib.conditions.steps import STEPS
from chalicelib.model.errors import ConditionFailed, ConditionInvalid

GROWING = [
    "cart.products" + "|[@,@][]" * 60, "cart.products" + "|map(&[@,@],@)[]" * 40, "cart.products" + "|[@[],@[]][]" * 40,
    "event.properties.text" + "|join('',[@,@])" * 40, "event.properties.text" + "|join(@,[@,@])" * 12,
    "event.properties.text" + "|to_string([@])" * 40, "event.properties" + "|[@,@]" * 40, "event.properties" + "|{a:@,b:@}" * 40,
    "event.properties" + "|[@,@]" * 40 + "|to_string(@)", "event.properties" + "|[@,@]" * 40 + "|[@,[@]]|@[0] == @[1][0]",
    "event.properties" + "|[@,@]" * 40 + "|[[@],@]|contains(@[0],@[1])", "event.properties" + "|[@,@]" * 40 + "|length(to_string(@))",
    "cart.products" + "|[@,@][]" * 15 + "|sort_by(@,&name)", "cart.products" + "|[@,@][]" * 15 + "|[?price > `1`]",
    "event.properties.words" + "|[@,@][]" * 15 + "|max(@)", "event.properties.words" + "|[@,@][]" * 15 + "|reverse(@)",
    "[event.properties.text]" + "|[@,@][]" * 14 + "|[?contains(@,'yes')]",
    "[event.properties.text]" + "|[@,@][]" * 14 + "|[?@ < join('',[@])]",
    "[event.properties.text]" + "|[@,@][]" * 14 + "|[?@ == join('',[@])]", "[event.properties.text]" + "|[@,@][]" * 14 + "|sort(@)",
    "event.properties.words[*].[@,@,@,@,@,@,@,@][].[@,@,@,@,@,@,@,@][].[@,@,@,@,@,@,@,@][]",
    "event.properties.words | map(&map(&map(&@, keys(`{\"a\":1}`)), [@,@,@,@,@,@,@,@]), [@,@,@,@,@,@,@,@][])",
    "cart.products" + "|[@,@][]" * 6 + "|sort_by(@,not_null(&name)) | map(not_null(&to_string(@)), @)",
]


@pytest.mark.parametrize("text", GROWING)
def test_what_grows_is_stopped_by_its_steps_though_no_bound_kept_it_from_being_saved(text: str) -> None:
    source = source_of(jmespath.compile(text).parsed)
    with pytest.raises(ConditionFailed) as stopped:
        function_of(code_of(source.text), source.constants)(Scope(LARGE))
    assert stopped.value.kind == "too-costly"
    assert len(str(stopped.value)) < 200, "what was too large is not told in full"


@pytest.mark.parametrize("text", COSTLIEST)
def test_the_costliest_are_refused_or_stopped_or_answered_within_the_steps(text: str) -> None:
    try:
        condition = Condition(text)
    except ConditionInvalid as refused:
        assert refused.kind == "too-costly" and len(str(refused)) < 300
        return
    try:
        value = condition.value(Scope(LARGE))
    except ConditionFailed as stopped:
        assert stopped.kind == "too-costly"
        assert condition.holds(Scope(LARGE)) is False
    else:
        assert entries_in(value) <= STEPS


def entries_in(value: Any) -> int:
    """How many values a value holds, itself among them."""
    inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return 1 + sum(map(entries_in, inner))


@pytest.mark.parametrize(("text", "problem"), [
    ("a" * (MOST_CHARACTERS + 1), "characters"), ("`[" + "1," * 50_000 + "1]`", "characters"), ("(" * 500 + "a" + ")" * 500, "characters"),
    ("(" * 240 + "a" + ")" * 240, "nested"), ("[" * 240 + "a" + "]" * 240, "nested"), ("!" * (MOST_BRACKETS + 1) + "a", "nested"),
    ("&" + "!" * MOST_BRACKETS + "a", "nested"), ("a" + ".*" * (MOST_BRACKETS + 1), "nested"), ("a" + "[*]" * 99, "nested"),
    ("!" * MOST_DEPTH + "a", "deep"), ("a" + "[*]" * 20, "deep"), ("a" + ".b" * 120, "parts"),
    ("||".join("a" * (MOST_NODES // 2 + 1)), "parts"),
    ("a" + "[?b" * 19 + "]" * 19, "within each other"), ("cart.products" + "|[@,@][]" * 20, "parts"),
])
def test_what_is_too_large_is_refused_when_it_is_read(text: str, problem: str) -> None:
    with pytest.raises(ConditionInvalid, match=problem) as refused:
        Condition(text)
    assert refused.value.kind == "too-costly"


@pytest.mark.parametrize("text", [
    " || ".join(f"a == '{number}'" for number in range(27)), "a" + "[?b" * 11 + "]" * 11, "!" * (MOST_DEPTH - 1) + "a",
    "a[0] == `1` && " * 12 + "b", "(" * 90 + "a" + ")" * 90,
])
def test_what_a_marketer_may_write_is_not(text: str) -> None:
    assert Condition(text).holds({"a": "26"}) in (True, False)


def test_each_condition_has_steps_of_its_own() -> None:
    scope = Scope(LARGE)
    costly, plain = Condition("cart.products" + "|map(&[@,@],@)[]" * 10), Condition("length(cart.products[?price > `1`]) > `0`")
    for _ in range(3):
        assert (costly.holds(scope), plain.holds(scope)) == (False, True)


def test_a_long_list_is_counted_though_it_is_asked_outside_of_any_other() -> None:
    text = " && ".join([f"length(a[?b || c || d || e{number}]) >= `0`" for number in range(8)])
    assert Condition(text).holds({"a": [{}] * 100}) is True
    assert Condition(text).holds({"a": [{}] * 2_000}) is False


@pytest.mark.parametrize("text", ["a[?b[?@ > `5`]]", "a[*].b[]", "a[*].b[::2]", "map(&length(b[*].c), a)", "a[?contains(b, `-1`)]",
                                  "a[*].sum(b)"])
def test_lists_within_a_list_are_counted_together(text: str) -> None:
    entry = {"b": list(range(500))}
    assert Condition(text).value({"a": [entry] * 5}) is not None
    with pytest.raises(ConditionFailed, match="too many steps"):
        Condition(text).value({"a": [entry] * 500})


def test_what_stands_twice_is_made_once() -> None:
    twice = "length(a[?b || c || d || e]) >= `0` && length(a[?b || c || d || e]) < `9000`"
    assert Condition(twice).holds({"a": [{}] * 4_000}) is True
    assert Condition(twice.replace("e]) <", "f]) <")).holds({"a": [{}] * 4_000}) is False
