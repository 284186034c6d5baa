"""absorb: two records that turned out to be one person become one: the loser is frozen, its state joins the survivor's."""

from typing import Any

from ..model.customer import customer_from
from ..model.outcome import Absorb, Erase
from .erase import came_too_late
from .work import Work


def freeze(work: Work, asked: dict[str, Any], at: int) -> None:
    """Hand this record over to another, as a `Merge Asked` of a moment (milliseconds) says.

    A record that belongs to another known person stays: two people never merge by themselves. When the shop's server asked for it
    (`explicit`) they do, always into the record of the smaller id, so that no two ever wait for each other.
    """
    customer, survivor = work.customer, asked["into"]
    if customer.merged_into is not None or customer.id == survivor:
        return
    if customer.user_id not in (None, asked.get("userId")) and not (asked.get("explicit") and survivor < customer.id):
        return
    work.put_out(Absorb(survivor, customer.document(), bool(asked.get("explicit")), at))
    customer.merged_into = survivor
    customer.timers = {}


def absorb(work: Work, told: dict[str, Any]) -> None:
    """Join a frozen record, as `Customer Absorbed` tells it, into this one. Of two known people the one known longer gives the name.

    What a device collected since before this customer was erased is erased as well; a known person whom the shop joins is not, unless it
    had joined them before the erasure was asked for.
    """
    customer, other = work.customer, customer_from(told["state"])
    if customer.erased_at is not None and came_too_late(customer, told):
        work.put_out(Erase(customer.erased_at, (other.id, *other.absorbed), ()))
        customer.erased_at = max(customer.erased_at, other.erased_at or 0)
        return
    if customer.user_id and other.user_id and other.first_seen < customer.first_seen:
        customer.user_id, other.user_id = other.user_id, customer.user_id
    if customer.user_id and other.user_id and other.user_id != customer.user_id:
        other.other_user_ids.append(other.user_id)
    other.absorbed.append(other.id)
    customer.absorb(other, work.now)
    customer.orders.bound(customer.id)
