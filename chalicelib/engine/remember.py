"""remember: keeps of a customer's past what live rules ask about it, and answers them.

When a rule is new, its past is filled in once from the customer's log (`facts.past`); when no rule asks any more, it is dropped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..model.customer import Customer
from ..model.event import Event
from ..model.instant import DAY
from ..model.product import amount_of
from ..model.recent import short_id
from ..model.windows import Question, Window

LATEST_ARRIVAL = 3 * DAY  # an event that comes late is judged by what was before it

Asked = Mapping[Question, int]
"""By question how far back the longest window reaches (milliseconds)."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A customer's past as of a moment (milliseconds): `Past` for conditions."""

    customer: Customer
    now: int

    def count(self, question: Question, window: int) -> tuple[int, float]:
        """See `Past`."""
        kept = self.customer.windows.get(str(question))
        after = self.now - window
        if kept is None and not self.customer.first_seen:
            return 0, 0.0
        if kept is None or kept.since > after:
            raise KeyError(str(question))
        return kept.count(after, self.now)


def past_needed(customer: Customer, asked: Asked, now: int) -> bool:
    """Whether the customer's log must be read to answer what is asked now."""
    return bool(customer.first_seen) and any(_is_unknown(customer, question, window, now) for question, window in asked.items())


def fill_in(customer: Customer, asked: Asked, past: Iterable[Event], now: int) -> None:
    """Take what is asked anew out of the past: events in the log that are in this state already; the others are still to come."""
    taken = [event for event in past if event.id in customer.recent or event.received_at <= customer.recent.forgotten_until]
    for question, window in asked.items():
        if _is_unknown(customer, question, window, now):
            customer.windows[str(question)] = Window(now - window - LATEST_ARRIVAL)
            for event in taken:
                _note(customer, question, event)


def note_event(customer: Customer, asked: Asked, event: Event) -> None:
    """Take an event into what is asked about it."""
    for question in asked:
        if str(question) in customer.windows:
            _note(customer, question, event)


def forget_unasked(customer: Customer, asked: Asked, now: int) -> None:
    """Drop what no rule asks, and what is longer ago than any asks."""
    if not customer.windows:
        return
    longest = {str(question): window for question, window in asked.items()}
    for question in list(customer.windows):
        if question in longest:
            customer.windows[question].forget(now - longest[question] - LATEST_ARRIVAL)
        else:
            del customer.windows[question]


def _is_unknown(customer: Customer, question: Question, window: int, now: int) -> bool:
    kept = customer.windows.get(str(question))
    return kept is None or kept.since > now - window


def _note(customer: Customer, question: Question, event: Event) -> None:
    if question.event != event.name or event.type != "track" or not event.counts:
        return
    amount = _amount(event, question.field) if question.field else 0.0
    if amount is not None:
        customer.windows[str(question)].add([event.at, 1, amount, short_id(event.id)])


def _amount(event: Event, field: str) -> float | None:
    """The number in a field of the event; None when there is none."""
    value: Any = {"properties": event.properties, "context": event.context}
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    amount = amount_of({"amount": value}, "amount")
    return None if amount is None else round(float(amount), 6)
