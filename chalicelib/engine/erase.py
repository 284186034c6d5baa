"""erase: a customer's right to be forgotten. Of the state stays what tells nothing of a person: a tombstone that lets no old event in."""

from typing import Any

from ..model.customer import Customer
from ..model.event import (
    CUSTOMER_ABSORBED,
    CUSTOMER_RESTORED,
    ENGINE,
    MERGE_JOURNALED,
    MESSAGE_DEFERRED,
    MESSAGE_REFUSED,
    SUBSCRIPTION_CONFIRMED,
    TIMER_DUE,
    Event,
)
from ..model.outcome import Erase
from ..model.receipt import RECEIPTS
from .consents import SUBSCRIBED, UNSUBSCRIBED
from .offers import give_back
from .watches import give_up
from .work import Work

_OF_A_MESSAGE = (MESSAGE_REFUSED, MESSAGE_DEFERRED)
_OF_A_MERGE = (MERGE_JOURNALED, CUSTOMER_RESTORED)
_REPLIED = "Message Replied"  # who writes comes by themselves
_LINKS = (SUBSCRIBED, UNSUBSCRIBED, SUBSCRIPTION_CONFIRMED)


def erase(work: Work, at: int) -> None:
    """Forget everything up to a moment (milliseconds) and have it erased outside as well, with the records that joined this one."""
    customer = work.customer
    give_up(work)
    named = sorted({identifier.value for identifier in customer.identifiers()} |
                   {entry.value for entries in customer.held.values() for entry in entries if entry.value is not None})
    absorbed = tuple(customer.absorbed)
    for journey in customer.journeys.values():
        give_back(work, journey.offer)
    customer.erase(at)
    work.put_out(Erase(at, absorbed, tuple(named), decided=work.now))


def is_erased(customer: Customer, event: Event) -> bool:
    """Whether an event belongs to what was erased: it happened or was received until then, or tells of what was decided before.

    Who has not come again since gets no receipts and no news: they tell of letters and products from before, as links in letters do.
    """
    if customer.erased_at is None or event.name == TIMER_DUE:
        return False
    told_by_letters = (event.name in RECEIPTS and event.name != _REPLIED) or (event.name in _LINKS and event.source == ENGINE)
    if not customer.first_seen and (told_by_letters or event.is_news):
        return True
    if event.type == "engine":
        told = event.properties
        if event.name in _OF_A_MERGE:
            return bool(told["at"] <= customer.erased_at)
        return event.name in _OF_A_MESSAGE and is_forgotten(customer, f"{told['rule']}|{told['run']}", told["at"])
    return min(event.at, event.received_at) <= customer.erased_at


def is_forgotten(customer: Customer, journey: str, at: int) -> bool:
    """Whether a message of a journey and a moment belongs to what was erased: also one decided while the erasure was on its way."""
    return customer.erased_at is not None and (at <= customer.erased_at or journey not in customer.journeys)


def holds_erased(customer: Customer, event: Event) -> bool:
    """Whether an event is not to stay in the log: it is erased, or brings a record that is erased with this customer."""
    if event.name == CUSTOMER_ABSORBED and event.type == "engine":
        return came_too_late(customer, event.properties)
    return is_erased(customer, event)


def came_too_late(customer: Customer, told: dict[str, Any]) -> bool:
    """Whether a record that a `Customer Absorbed` brings is erased with this customer: a device's that is known since before the erasure,
    a known person's whom the shop had joined before it."""
    since = told.get("asked") if told.get("explicit") else told["state"].get("firstSeen", 0)
    return customer.erased_at is not None and since is not None and since <= customer.erased_at
