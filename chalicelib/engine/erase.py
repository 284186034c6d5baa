"""erase: a customer's right to be forgotten. Of the state stays what tells nothing of a person: a tombstone that lets no old event in."""

from ..model.customer import Customer
from ..model.event import CUSTOMER_RESTORED, MERGE_JOURNALED, MESSAGE_DEFERRED, MESSAGE_REFUSED, TIMER_DUE, Event
from ..model.outcome import Erase
from .work import Work

_OF_A_PERSON = (MESSAGE_REFUSED, MESSAGE_DEFERRED, MERGE_JOURNALED, CUSTOMER_RESTORED)  # what else Beckon tells itself names nobody


def erase(work: Work, at: int) -> None:
    """Forget everything up to a moment (milliseconds) and have it erased outside as well, with the records that joined this one."""
    customer = work.customer
    named = sorted({identifier.value for identifier in customer.identifiers()} |
                   {entry.value for entries in customer.held.values() for entry in entries if entry.value is not None})
    absorbed = tuple(customer.absorbed)
    customer.erase(at)
    work.put_out(Erase(at, absorbed, tuple(named)))


def is_erased(customer: Customer, event: Event) -> bool:
    """Whether an event belongs to what was erased: it happened or was received until then, or tells of what was decided until then."""
    if customer.erased_at is None or event.name == TIMER_DUE:
        return False
    if event.type == "engine":
        return event.name in _OF_A_PERSON and bool(event.properties["at"] <= customer.erased_at)
    return min(event.at, event.received_at) <= customer.erased_at
