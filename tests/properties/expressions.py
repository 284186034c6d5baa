"""expressions: conditions over small documents with fields `a`, `b`, `c`: every node and function, on what fits and on what does not."""

from hypothesis import strategies as some
from jmespath import functions

ALL_FUNCTIONS = functions.Functions.FUNCTION_TABLE
BY_EXPRESSION = ("sort_by", "min_by", "max_by")

scalars = some.none() | some.booleans() | some.integers(-2, 3) | some.sampled_from([0.0, 1.0, 2.5, -0.5]) | some.sampled_from(
    ["", "a", "b", "ab", "10", "x1", "2.5"])
documents = some.recursive(scalars, lambda inner: some.one_of(
    some.lists(inner, max_size=4), some.dictionaries(some.sampled_from("abc"), inner, max_size=3)), max_leaves=14)
objects = some.dictionaries(some.sampled_from("abc"), documents, max_size=3)
alike = some.lists(some.fixed_dictionaries({"a": some.integers(0, 5)}, optional={"b": scalars, "c": documents}), max_size=4)
shops = some.fixed_dictionaries({"a": alike, "b": some.lists(some.sampled_from(["a", "b", "c"]), max_size=4), "c": objects})
any_document = shops | objects | documents

_leaves = some.sampled_from([
    "a", "b", "c", "@", "a.b", "b.c.a", "c.a", "a[0]", "b[-1]", "a[*].a", "a[].b", "*", "[*]", "[]", "`1`", "`0`", "`2.5`", "`true`",
    "`false`", "`null`", "'a'", "'10'", "''", "`[]`", "`{}`", "`[1, 2]`", "`[\"b\", \"a\"]`", "`{\"a\": 1}`", "a[?a > `1`]", "a[*].[a, b]",
    "sum(a[*].a)", "max(a[*].a)", "sort_by(a, &a)", "max_by(a, &a)", "join(',', b)", "sort(b)", "length(b)", "keys(c)", "a[?b]", "a[*].b"])
_numbers = some.sampled_from(["", "0", "1", "-1", "2", "-3"])
_steps = some.sampled_from(["", "0", "1", "-1", "2", "-2"])


def _bigger(inner: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
    def of(form: str, *parts: some.SearchStrategy[str]) -> some.SearchStrategy[str]:
        return some.tuples(*parts).map(lambda given: form.format(*given))

    fields = some.sampled_from("abc")
    calls = [of(name + "({})", some.lists(inner, min_size=len(entry["signature"]), max_size=len(entry["signature"])).map(", ".join))
             for name, entry in ALL_FUNCTIONS.items() if name not in BY_EXPRESSION and name != "map"]
    return some.one_of(
        of("({}).{}", inner, fields), of("({})[{}]", inner, some.sampled_from(["0", "1", "-1", "-2", "7"])),
        of("({})[{}:{}:{}]", inner, _numbers, _numbers, _steps), of("({})[*].{}", inner, fields),
        of("({})[*].[{}, {}]", inner, inner, inner),
        of("({}).*", inner), of("({})[]", inner), of("({})[].{}", inner, fields), of("({})[?{}]", inner, inner),
        of("({})[?{}].{}", inner, inner, fields),
        of("({}) {} ({})", inner, some.sampled_from(["==", "!=", "<", "<=", ">", ">=", "&&", "||", "|"]), inner),
        of("!({})", inner), of("[{}, {}]", inner, inner), of("{{a: {}, x: {}}}", inner, inner), some.one_of(calls),
        of("{}({}, &{})", some.sampled_from(BY_EXPRESSION), inner, inner), of("map(&({}), {})", inner, inner),
        of("{}({}, not_null(&{}))", some.sampled_from(BY_EXPRESSION), inner, inner),
        of("merge({}, {})", inner, inner), of("not_null({}, {})", inner, inner),
        of("{}({})", some.sampled_from(["abs", "size", "join"]), inner))


conditions = some.recursive(_leaves, _bigger, max_leaves=6).filter(lambda text: len(text) <= 400)
scraps = some.lists(some.sampled_from([
    "a", "b", ".", "*", "[", "]", "[]", "[?", "(", ")", "{", "}", ":", ",", "|", "||", "&", "&&", "!", "==", "=", "<=", "1", "-1", "-",
    "`1`", "'x'", '"q"', '"', "'", "`", "`{`", "@", " ", "length(", "sort_by(a, &b)", "[*]", "[::2]", "\\", "é", "\ud800", "#", "\x00",
]), max_size=12).map("".join)
"""Texts that are mostly no conditions."""
