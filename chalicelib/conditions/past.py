"""past: functions about what happened to the customer.

    happened('Product Viewed', '7d')                           how often
    total('Order Completed', 'properties.total', '30d')        how much that came to
    last_time('Order Completed')                               when it was last

Names and times are written as they are ('...'), so that it is known beforehand what a rule asks and only that is kept.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jmespath.exceptions import ArityError, JMESPathTypeError
from jmespath.functions import signature

from ..model.instant import DAY, format_instant, parse_duration
from ..model.windows import Question, mark_of
from .arguments import Call, calls_in
from .known import Knowing, NotKnown

LONGEST_WINDOW = 365 * DAY
_NOT_IN_FIELDS = frozenset("|?!")
_EXAMPLES = {
    "happened": "happened('Product Viewed', '7d')",
    "total": "total('Order Completed', 'properties.total', '30d')",
    "last_time": "last_time('Order Completed')",
}
_SAME = {
    "happened": "happened('Product Viewed', '7d', 'properties.category', event.properties.category)",
    "total": "total('Order Completed', 'properties.total', '30d', 'properties.store_id', 'sofia-1')",
}
_LEAST = {"happened": 2, "total": 3, "last_time": 1}
ABOUT_PAST = tuple(_EXAMPLES)
TAKES = {name: f"{_LEAST[name]} or {_LEAST[name] + 2}" for name in _SAME}
"""How many arguments, where some may be left out."""


class Past(Knowing):
    """Events count from the moment they are in the customer's log; the event at hand counts. Only events the shop's server or a signed
    call told count where anybody could have made them up (orders)."""

    @signature({"types": ["string"]}, {"types": ["string"], "variadic": True})
    def _func_happened(self, event: str, window: str, *same: Any) -> int | None:
        """How often an event happened within a window (up to 365d) until now; with a field and a value, how often with this value in the
        field. Null when the value is null; invalid-type when it is a list or an object."""
        return _first(self._count("happened", Question(event, by=_by("happened", same, 2)), window, same))

    @signature({"types": ["string"]}, {"types": ["string"]}, {"types": ["string"], "variadic": True})
    def _func_total(self, event: str, field: str, window: str, *same: Any) -> float | None:
        """What the numbers in a field of these events come to; events without a number there do not count. Field and value as in
        happened()."""
        counted = self._count("total", Question(event, field, by=_by("total", same, 3)), window, same)
        return None if counted is None else counted[1]

    @signature({"types": ["string"]})
    def _func_last_time(self, event: str) -> str | None:
        """The moment an event happened last, for hours_since() and days_since(). Null: never, as far as the last 2,000 events tell."""
        try:
            at = self.ask("last_time").last(Question(event, last=True))
        except KeyError:
            raise NotKnown(f"when {event!r} happened last is not known") from None
        return None if at is None else format_instant(at)

    def _count(self, function: str, question: Question, window: str, same: tuple[Any, ...]) -> tuple[int, float] | None:
        known, mark = self.ask(function), None
        if same:
            if same[1] is None:
                return None
            mark = mark_of(same[1])
            if mark is None:
                raise JMESPathTypeError(function, same[1], type(same[1]).__name__, ["string", "number", "boolean", "null"])
        try:
            return known.count(question, _length(window), mark)
        except KeyError:
            raise NotKnown(f"how often {question.event!r} happened is not known yet") from None


def questions(parsed: dict[str, Any]) -> Iterator[tuple[Question, int]]:
    """What an expression asks about the past, each with its window (milliseconds; 0 for what was last). ValueError says what is wrong."""
    for call in calls_in(parsed, *_EXAMPLES):
        yield _question(call)


def fields_of(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Where a call about the past names fields of the event: what is summed up, and what tells values apart."""
    least, children = _LEAST[node["value"]], node["children"]
    return [*children[1:least - 1], *children[least:least + 1]] if len(children) > 1 else []


def _question(call: Call) -> tuple[Question, int]:
    name, least, given = call.name, _LEAST[call.name], len(call.arguments)
    same, example = given > least and name in _SAME, _EXAMPLES[name]
    if same:
        example = _SAME[name]
    if given != least + 2 * same:
        raise ValueError(f"{name}() takes {TAKES.get(name, least)}, not {given} - write {example}")
    texts = call.texts(*range(least + same))
    if texts is None:
        raise ValueError(f"{name}() takes texts as they are - write {example}")
    if name == "last_time":
        return Question(texts[0], last=True), 0
    window, fields = texts[least - 1], [*texts[1:least - 1], *texts[least:]]
    if any(_NOT_IN_FIELDS & set(field) for field in fields):
        raise ValueError(f"{name}() takes the names of fields with dots between, not {fields[-1]!r} - write {example}")
    length = parse_duration(window)
    if not 0 < length <= LONGEST_WINDOW:
        raise ValueError(f"{name}() looks back at most 365d, not {window}")
    return Question(texts[0], texts[1] if name == "total" else "", texts[least] if same else ""), length


def _by(function: str, same: tuple[Any, ...], least: int) -> str:
    if len(same) not in (0, 2):
        raise ArityError(least + 2, least + len(same), function)
    if same and not isinstance(same[0], str):
        raise JMESPathTypeError(function, same[0], type(same[0]).__name__, ["string"])
    return same[0] if same else ""


_length = lru_cache(maxsize=1_024)(parse_duration)


def _first(counted: tuple[int, float] | None) -> int | None:
    return None if counted is None else counted[0]
