"""What the linter says never or always holds never, or always, does: tried on documents of every kind."""

from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.conditions.condition import condition
from chalicelib.conditions.demands import demands
from chalicelib.rulebook.lint.contradiction import contradict
from chalicelib.rulebook.lint.implication import implies

PLACES = some.sampled_from(["a", "b", "a.c"])
LITERALS = some.sampled_from(["`0`", "`1`", "`2`", "'x'", "'y'", "''", "`true`", "`null`"])
SIGNS = some.sampled_from(["==", "!=", "<", "<=", ">", ">="])
PARTS = some.one_of(
    PLACES, PLACES.map("!({})".format), some.tuples(PLACES, SIGNS, LITERALS).map(" ".join),
    some.tuples(LITERALS, SIGNS, PLACES).map(" ".join),
    some.tuples(LITERALS, LITERALS, PLACES).map("contains([{0[0]}, {0[1]}], {0[2]})".format),
)
TEXTS = some.recursive(PARTS, lambda inner: some.tuples(inner, some.sampled_from(["&&", "||"]), inner).map("({0[0]} {0[1]} {0[2]})".format)
                       | inner.map("!({})".format), max_leaves=5)
VALUES = some.sampled_from([None, 0, 1, 1.5, 2, 3, "", "x", "y", "z", True, False, [], [1], {}, {"c": 1}, {"c": "x"}, {"c": None},
                            {"c": False}])
DOCUMENTS = some.dictionaries(some.sampled_from(["a", "b"]), VALUES)


@settings(max_examples=400, deadline=None)
@given(TEXTS, some.lists(DOCUMENTS, min_size=8, max_size=8))
def test_what_contradicts_itself_never_holds_and_what_cannot_be_false_always_does(text: str, documents: list[object]) -> None:
    parsed = condition(text).parsed
    if contradict(demands(parsed)):
        assert not any(condition(text).holds(document) for document in documents)
    if contradict(demands({"type": "not_expression", "children": [parsed]})):
        assert all(condition(text).holds(document) for document in documents)


@settings(max_examples=400, deadline=None)
@given(TEXTS, TEXTS, some.lists(DOCUMENTS, min_size=8, max_size=8))
def test_what_follows_holds_wherever_the_other_does(text: str, other: str, documents: list[object]) -> None:
    if implies(text, other):
        assert all(condition(other).holds(document) for document in documents if condition(text).holds(document))
