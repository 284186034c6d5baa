"""offers: what dispatch and the relay do with coupon pools, which are global: a code taken, kept, marked before the call, and given back.

    taken when the gate has said yes -> rendered -> marked with the attempt -> claim `calling` -> provider

Marked before the call, a code that may have left is nobody else's for ever. The marks of a message that is known not to have left go away,
and with the last of them the code goes back.
"""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..model.coupon import Coupon
from ..model.customer import Customer
from ..model.decision import Message
from ..model.errors import StoreUnavailable
from ..model.offer import holder_in, offer_view
from ..ports import Ports
from ..rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Taken:
    """What a message offers, as its template sees it (None: nothing), and the code of a pool that it takes along."""

    shown: dict[str, Any] | None = None
    coupon: Coupon | None = None


def reserve(ports: Ports, pool: str, holder: str, until: int, now: int) -> Coupon | None:
    """The holder's code of a pool; None when the pool is empty. Counts what makes people fill it."""
    coupon = ports.coupons.reserve(pool, holder, until, now)
    if coupon is None or coupon.left is not None:
        ports.meter.count("coupons_low")
        ports.meter.count("coupons", outcome="empty" if coupon is None else "low", pool=pool)
    return coupon


def take_offer(ports: Ports, message: Message, customer: Customer, rulebook: Rulebook, now: int) -> Taken | None:
    """What this message offers; None when it needs a code and there is none."""
    offer = message.offer
    if offer is None:
        return Taken()
    shown = offer_view(offer, _zone(customer.timezone, rulebook.brand.timezone))
    holder = holder_in(offer)
    if holder is None:
        return Taken(shown)
    coupon = reserve(ports, offer["pool"], holder, offer["until"], now)
    if coupon is None:
        return Taken() if offer.get("without_code") else None
    return Taken({**shown, "code": coupon.code}, coupon)


def mark(ports: Ports, message: Message, attempt: str, taken: Taken) -> None:
    """From now on the code may leave. StoreUnavailable: it went back in between; the message is to come again and be looked at anew."""
    holder = holder_in(message.offer)
    if holder and taken.coupon and not ports.coupons.commit(holder, taken.coupon.claim, _mark(message, attempt)):
        raise StoreUnavailable(f"message {message.key}: its coupon went back while it was made")


def unmark(ports: Ports, message: Message, attempt: str) -> None:
    """The code has not left with this attempt; it stays with the journey."""
    holder = holder_in(message.offer)
    if holder:
        ports.coupons.withdraw(holder, _mark(message, attempt))


def let_go(ports: Ports, message: Message, attempt: str = "") -> None:
    """The code has not left with this message, or this attempt at it: it goes back if no other message may have taken it along."""
    holder = holder_in(message.offer)
    if holder:
        ports.coupons.withdraw(holder, _mark(message, attempt))
        ports.coupons.give_back(holder)


def _mark(message: Message, attempt: str) -> str:
    return f"{message.key}#{attempt}"


def _zone(*names: str | None) -> ZoneInfo:
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue  # a zone nobody knows is no zone; the next may do
    return ZoneInfo("UTC")
