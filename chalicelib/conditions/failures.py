"""failures: why a condition has no value on a document, as generated conditions tell it.

A message never shows the value itself: it is a customer's, and may be as large as can be.
"""

from typing import Any, NoReturn

from jmespath.exceptions import ArityError, JMESPathTypeError

from ..model.errors import ConditionFailed
from .functions import Functions
from .kinds import NUMBERS, kind_named, named
from .known import NotKnown

FAILURES = (ValueError, TypeError, ArithmeticError, RecursionError)
"""What Python and jmespath raise where a function cannot take a value."""

_KINDS: tuple[tuple[type[Exception], str], ...] = (
    (TypeError, "invalid-type"), (NotKnown, "not-known"), (ArityError, "invalid-arity"), (RecursionError, "too-costly"))


def fail(error: Exception) -> NoReturn:
    """The same as a ConditionFailed."""
    if isinstance(error, JMESPathTypeError):
        takes, gets = named(list(error.expected_types)), named([error.actual_type])
        raise ConditionFailed(f"{error.function_name}() takes {takes}, but gets {gets}", kind="invalid-type") from error
    kind = next((kind for failure, kind in _KINDS if isinstance(error, failure)), "invalid-value")
    raise ConditionFailed(str(error).strip().partition("\n")[0] or type(error).__name__, kind=kind) from error


def stop() -> NoReturn:
    """Too much."""
    raise ConditionFailed("it takes too many steps on this document - ask for less at a time", kind="too-costly")


def no_step() -> NoReturn:
    """A slice cannot go on by nothing."""
    raise ConditionFailed("a slice goes on by 1 or more, or backwards, not by 0", kind="invalid-value")


def unknown(name: str) -> NoReturn:
    """There is no such function."""
    raise ConditionFailed(f"there is no function {name}()", kind="unknown-function")


def miscounted(name: str, wanted: int, given: int) -> NoReturn:
    """A function has too few or too many arguments."""
    raise ConditionFailed(f"{name}() takes {wanted}, not {given}", kind="invalid-arity")


def unfit(name: str, value: Any, where: str = "") -> NoReturn:
    """A function cannot take this value, which stands there (` in the list`)."""
    takes = " and ".join(named(list(each["types"])) for each in Functions.FUNCTION_TABLE[name]["signature"])
    raise ConditionFailed(f"{name}() takes {takes}, but gets {kind_named(value)}{where}", kind="invalid-type")


def kind_of(name: str, value: Any, before: Any) -> Any:
    """The type of a value that is compared with others; it must be that of those before: numbers or texts."""
    kind = type(value)
    if (kind is not str and kind not in NUMBERS) or (before is not None and (before is str) != (kind is str)):
        unfit(name, value, " among what it compares")
    return kind
