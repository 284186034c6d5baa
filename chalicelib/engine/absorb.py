"""absorb: two records that turned out to be one person become one: the loser is frozen, its state joins the survivor's."""

from typing import Any

from ..model.customer import Customer, customer_from
from ..model.outcome import Absorb
from .work import Work


def freeze(work: Work, survivor: str, user_id: str) -> None:
    """Hand this record over to another. A record that belongs to another known person stays: two people never merge by themselves."""
    customer = work.customer
    if customer.merged_into is not None or customer.id == survivor or customer.user_id not in (None, user_id):
        return
    work.put_out(Absorb(survivor, customer.document()))
    customer.merged_into = survivor
    customer.timers = {}


def absorb(customer: Customer, merged: dict[str, Any], now: int) -> None:
    """Join a frozen record, as it was stored, into this one."""
    customer.absorb(customer_from(merged), now)
