"""remember: keeps of a customer's past what live rules ask about it; `known.py` answers them.

When a rule is new, its past is filled in once from the customer's log (`facts.past`); when no rule asks any more, it is dropped.
"""

from collections.abc import Iterable
from typing import Any

from ..model.asks import Asks
from ..model.customer import Customer
from ..model.event import Event
from ..model.instant import DAY
from ..model.product import amount_of
from ..model.recent import short_id
from ..model.windows import Question, Window, mark_of

LATEST_ARRIVAL = 3 * DAY  # an event that comes late is judged by what was before it

def past_needed(customer: Customer, asked: Asks, now: int) -> bool:
    """Whether the customer's log must be read to answer what is asked now."""
    return bool(customer.first_seen) and any(_is_unknown(customer, name, window, now) for name, (_, window) in asked.named.items())


def fill_in(customer: Customer, asked: Asks, past: Iterable[Event], now: int) -> None:
    """Take what is asked anew out of the past: events in the log that are in this state already; the others are still to come."""
    taken = [event for event in past if event.id in customer.recent or event.received_at <= customer.recent.forgotten_until]
    for name, (question, window) in asked.named.items():
        if _is_unknown(customer, name, window, now):
            customer.windows[name] = Window(0 if question.last else now - window - LATEST_ARRIVAL)
            for event in taken:
                _note(customer, question, event)


def note_event(customer: Customer, asked: Asks, event: Event) -> None:
    """Take an event into what is asked about it."""
    for question in asked.of.get(event.name or "", ()):
        if str(question) in customer.windows:
            _note(customer, question, event)


def forget_unasked(customer: Customer, asked: Asks, now: int) -> None:
    """Drop what no rule asks, and what is longer ago than any asks."""
    for name in list(customer.windows):
        if name not in asked.named:
            del customer.windows[name]
            continue
        question, window = asked.named[name]
        if not question.last:
            customer.windows[name].forget(now - window - LATEST_ARRIVAL)


def _is_unknown(customer: Customer, name: str, window: int, now: int) -> bool:
    kept = customer.windows.get(name)
    return kept is None or kept.since > now - window


def _note(customer: Customer, question: Question, event: Event) -> None:
    if question.event != event.name or event.type != "track" or not event.counts:
        return
    amount = _amount(event, question.field) if question.field else 0.0
    mark = mark_of(_value(event, question.by)) if question.by else ""
    if amount is not None and mark is not None:
        moment = [event.at, 1, amount, short_id(event.id), *([mark] if question.by else [])]
        customer.windows[str(question)].add(moment, last=question.last)


def _amount(event: Event, field: str) -> float | None:
    """The number in a field of the event; None when there is none."""
    amount = amount_of({"amount": _value(event, field)}, "amount")
    return None if amount is None else round(float(amount), 6)


def _value(event: Event, field: str) -> Any:
    value: Any = {"properties": event.properties, "context": event.context}
    for name in field.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
