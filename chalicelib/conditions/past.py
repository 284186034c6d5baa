"""past: what conditions may ask about what happened: functions of our own beside JMESPath's.

    happened('Product Viewed', '7d')                           how often
    total('Order Completed', 'properties.total', '30d')        how much that came to

Names and times are written as they are ('...'), so that it is known beforehand what a rule asks and only that is kept.
"""

from collections.abc import Iterator
from typing import Any, Protocol

from jmespath import functions
from jmespath.exceptions import JMESPathError

from ..model.instant import DAY, parse_duration
from ..model.windows import Question

LONGEST_WINDOW = 365 * DAY
_EVENT_LIMIT = 200


class Past(Protocol):
    """Somebody's past, as of a moment."""

    def count(self, question: Question, window: int) -> tuple[int, float]:
        """How often, and how much it came to, within a window (milliseconds) until now. KeyError: it is not known."""


class PastUnknown(JMESPathError):
    """What happened is not known here, so nobody can say."""


class Functions(functions.Functions):
    """JMESPath's functions and ours."""

    def __init__(self, past: Past | None = None) -> None:
        self._past = past

    @functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_happened(self, event: str, window: str) -> int:
        return self._ask(Question(event), window)[0]

    @functions.signature({"types": ["string"]}, {"types": ["string"]}, {"types": ["string"]})
    def _func_total(self, event: str, field: str, window: str) -> float:
        return self._ask(Question(event, field), window)[1]

    def _ask(self, question: Question, window: str) -> tuple[int, float]:
        if self._past is None:
            raise PastUnknown(f"what happened is not known here ({question.event!r})")
        try:
            return self._past.count(question, parse_duration(window))
        except KeyError:
            raise PastUnknown(f"how often {question.event!r} happened is not known yet") from None


ASKING = ("happened", "total")


def questions(parsed: dict[str, Any]) -> Iterator[tuple[Question, int]]:
    """What an expression asks about the past, each with its window (milliseconds). ValueError says what is wrong with it."""
    children = [child for child in parsed["children"] if isinstance(child, dict)]
    if parsed["type"] == "function_expression" and parsed["value"] in ASKING:
        yield _question(parsed["value"], [child["value"] if child["type"] == "literal" else None for child in children])
    for child in children:
        yield from questions(child)


def _question(name: str, given: list[Any]) -> tuple[Question, int]:
    example = {"happened": "happened('Product Viewed', '7d')", "total": "total('Order Completed', 'properties.total', '30d')"}[name]
    if not all(isinstance(text, str) and 0 < len(text) <= _EVENT_LIMIT for text in given):
        raise ValueError(f"{name}() takes texts as they are - write {example}")
    *named, written = given
    window = parse_duration(written)
    if not 0 < window <= LONGEST_WINDOW:
        raise ValueError(f"{name}() looks back at most 365d, not {written}")
    return Question(*named), window
