"""condition: a JMESPath expression, checked when a rule is read and run as a Python function on a scope.

The scope is `event` (as stored, Segment's names), `customer`, `cart` and, once a trigger fired, `trigger`; functions of our own
(`functions.py`) ask what is known beyond it. Truth is JMESPath's:
false, null and empty texts, lists and objects are false; everything else, 0 included, is true. Bounds keep a rule from costing
more than rules may.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from types import CodeType
from typing import Annotated, Any

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator

from ..model.errors import ConditionFailed, ConditionInvalid
from .bounds import MOST_CHARACTERS, check_size, check_text
from .compiled import code_of, function_of
from .diagnosis import diagnose
from .generate import source_of
from .mistakes import find_mistake, roots
from .refusal import ConditionRefused, Mistake
from .scope import Scope as Scope
from .unseen import unseen_root


def parse(text: str) -> dict[str, Any]:
    """The parsed expression. ConditionInvalid names the place when the text is no JMESPath or beyond the bounds."""
    check_text(text)
    try:
        parsed: dict[str, Any] = jmespath.compile(text).parsed
    except JMESPathError as error:
        raise ConditionInvalid(f"condition {text!r}", _first_line(error), "numbers are written `20`, texts 'like this'",
                               position=getattr(error, "lex_position", 0)) from error
    except RecursionError as error:
        raise ConditionInvalid(f"condition {text[:40]!r}...", "it is nested too deeply", "take it apart", kind="too-costly") from error
    check_size(text, parsed)
    return parsed


class Condition:
    """An expression as a function."""

    __slots__ = ("_parsed", "code", "constants", "text", "value")

    def __init__(self, text: str, compiled: tuple[CodeType, tuple[Any, ...]] | None = None) -> None:
        """ConditionInvalid as `parse` has it. `compiled`: its code and constants, where they are kept from before: nothing is parsed."""
        self.text = text
        self._parsed: dict[str, Any] | None = None
        if compiled is None:
            self._parsed = parse(text)
            source = source_of(self._parsed)
            compiled = code_of(source.text), source.constants
        self.code, self.constants = compiled
        self.value: Callable[[Any], Any] = function_of(*compiled)
        """The value of the expression on a scope or any document. ConditionFailed when a function gets what it cannot take."""

    @property
    def parsed(self) -> dict[str, Any]:
        """The parsed expression."""
        if self._parsed is None:
            self._parsed = parse(self.text)
        return self._parsed

    def holds(self, scope: Any) -> bool:
        """Whether the value is true; an expression that fails on this scope does not hold."""
        value_of = self.value
        try:
            value = value_of(scope)
        except ConditionFailed:
            return False
        return value is True or is_true(value)


def is_true(value: Any) -> bool:
    """Whether a value is true: 0 is."""
    return bool(value) or type(value) is int or type(value) is float


@lru_cache(maxsize=16_384)
def condition(text: str) -> Condition:
    """The condition of a text, parsed once."""
    return Condition(text)


_BELIEVED = ContextVar("believed", default=False)


@contextmanager
def believed(yes: bool) -> Iterator[None]:
    """Conditions read here were checked before by this same Beckon: they are parsed when one is first asked."""
    before = _BELIEVED.set(yes)
    try:
        yield
    finally:
        _BELIEVED.reset(before)


def _checked(text: str) -> str:
    if _BELIEVED.get():
        return text
    try:
        parsed = condition(text).parsed
    except ConditionInvalid as error:
        mistake = diagnose(text) if len(text) <= MOST_CHARACTERS else None
        raise ConditionRefused(text, mistake or Mistake("condition-size", error.problem, error.mend, 0, len(text))) from error
    mistake = find_mistake(parsed)
    if mistake is not None:
        raise ConditionRefused(text, diagnose(text) or mistake)
    return text


def check_roots(text: str | None, sees: tuple[str, ...], mend: str) -> None:
    """ValueError when a condition asks for something it never sees: it would be silent for ever."""
    if text and not _BELIEVED.get() and roots(condition(text).parsed) - set(sees):
        raise ConditionRefused(text, unseen_root(text, sees, mend))


def asking(texts: Iterable[str], *functions: str) -> Iterator[dict[str, Any]]:
    """The parsed conditions that may call one of these functions: their names stand in the text, and most texts need not be parsed."""
    for text in texts:
        if any(name in text for name in functions):
            yield condition(text).parsed


ConditionText = Annotated[str, AfterValidator(_checked)]
"""A field of a rule that holds a JMESPath expression."""


def _first_line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
