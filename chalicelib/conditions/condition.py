"""condition: a JMESPath expression, checked when a rule is read and evaluated on a scope.

The scope is `event` (as stored, Segment's names), `customer`, `cart` and, once a trigger fired, `trigger`; functions of our own
(`past.py`) ask what happened before. Truth is JMESPath's:
false, null and empty texts, lists and objects are false; everything else, 0 included, is true. Bounds keep a rule from costing
more than rules may: some expressions of 200 characters run for minutes.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.visitor import Options, TreeInterpreter
from pydantic import AfterValidator

from ..model.errors import ConditionFailed, ConditionInvalid
from .mistakes import find_mistake, nodes_of, roots
from .past import Functions, Past

MOST_CHARACTERS = 500
MOST_NODES = 120
MOST_DEPTH = 24


class Scope(dict[str, Any]):
    """What a condition sees, by name. `past` answers what it asks about what happened; without one, that is not known.

    What is costly to show is made when it is first asked for (`lazily`, by name): most events are asked about little.
    """

    __slots__ = ("_lazily", "past")

    def __init__(self, seen: Mapping[str, Any], past: Past | None = None, lazily: Mapping[str, Callable[[], Any]] | None = None) -> None:
        super().__init__(seen)
        self.past = past
        self._lazily = dict(lazily or {})

    def get(self, name: str, default: Any = None) -> Any:
        """What is seen under a name."""
        if name in self._lazily:
            self[name] = self._lazily.pop(name)()
        return super().get(name, default)

    def whole(self) -> "Scope":
        """Itself, with everything made."""
        for name in list(self._lazily):
            self.get(name)
        return self


class _Interpreter(TreeInterpreter):
    """JMESPath's evaluator. Where it lets Python raise (a text compared with a number), the specification says null."""

    def visit_comparator(self, node: dict[str, Any], value: Any) -> Any:
        try:
            return super().visit_comparator(node, value)
        except TypeError:
            return None


class Condition:
    """A parsed expression."""

    def __init__(self, text: str) -> None:
        """ConditionInvalid names the place when the text is no JMESPath or beyond the bounds."""
        self.text = text
        if len(text) > MOST_CHARACTERS:
            raise ConditionInvalid("condition", f"{len(text)} characters are too many", f"keep it within {MOST_CHARACTERS}")
        try:
            self.parsed: dict[str, Any] = jmespath.compile(text).parsed
        except JMESPathError as error:
            raise ConditionInvalid(f"condition {text!r}", _first_line(error), "numbers are written `20`, texts 'like this'") from error
        except RecursionError as error:
            raise ConditionInvalid(f"condition {text[:40]!r}...", "it is nested too deeply", "take it apart") from error
        self._looks_at_all = any(node["type"] in ("current", "identity") for node in nodes_of(self.parsed))
        nodes, depth = _measure(self.parsed)
        if nodes > MOST_NODES or depth > MOST_DEPTH:
            raise ConditionInvalid(f"condition {text[:40]!r}...", f"it has {nodes} parts, {depth} deep",
                                   f"keep it within {MOST_NODES} parts, {MOST_DEPTH} deep")

    def value(self, scope: Any) -> Any:
        """The value of the expression on a scope. ConditionFailed when a function gets what it cannot take."""
        try:
            past = scope.past if isinstance(scope, Scope) else None
            if self._looks_at_all and isinstance(scope, Scope):
                scope = dict(scope.whole())  # JMESPath's functions know a plain object only
            return _Interpreter(Options(custom_functions=Functions(past))).visit(self.parsed, scope)
        # JMESPathError is a ValueError, as is a slice with step 0; a number looked for in a text is a TypeError
        except (ValueError, RecursionError, ArithmeticError, TypeError) as error:
            raise ConditionFailed(f"{self.text!r}: {_first_line(error)}") from error

    def holds(self, scope: Any) -> bool:
        """Whether the value is true; an expression that fails on this scope does not hold."""
        try:
            value = self.value(scope)
        except ConditionFailed:
            return False
        return not (value is None or value is False or value in ("", [], {}))


@lru_cache(maxsize=4_096)
def condition(text: str) -> Condition:
    """The condition of a text, parsed once."""
    return Condition(text)


def _checked(text: str) -> str:
    try:
        mistake = find_mistake(condition(text).parsed)
    except ConditionInvalid as error:
        raise ValueError(f"{error.problem} - {error.mend}") from error
    if mistake:
        raise ValueError(mistake)
    return text


def check_roots(text: str | None, sees: tuple[str, ...], mend: str) -> None:
    """ValueError when a condition asks for something it never sees: it would be silent for ever."""
    unseen = sorted(roots(condition(text).parsed) - set(sees)) if text else []
    if unseen:
        raise ValueError(f"{text!r} asks for {unseen[0]!r}, but sees only {', '.join(sees)} - {mend}")


ConditionText = Annotated[str, AfterValidator(_checked)]
"""A field of a rule that holds a JMESPath expression."""


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__


def _measure(node: dict[str, Any]) -> tuple[int, int]:
    """Nodes and depth of a parsed expression. A flattened multi-select may double its input: a few of them are the most there can be."""
    nodes, deepest = 1, 0
    for child in node.get("children", []):
        if isinstance(child, dict):
            below, depth = _measure(child)
            nodes, deepest = nodes + below, max(deepest, depth)
    if node.get("type") == "flatten" and node["children"] and _ends_in_multiselect(node["children"][0]):
        nodes += MOST_NODES // 3
    return nodes, deepest + 1


def _ends_in_multiselect(node: dict[str, Any]) -> bool:
    while node.get("type") in ("subexpression", "projection", "pipe") and node["children"]:
        node = node["children"][-1]
    return node.get("type") == "multi_select_list"
