"""absorb: two records that turned out to be one person become one: the loser is frozen, its state joins the survivor's.

What the join changed is told to the survivor's log, so that `separate.py` can undo it.
"""

from typing import Any

from ..model.customer import MOST_MERGES, changed_parts, customer_from
from ..model.event import MERGE_JOURNALED, Event
from ..model.merge import Merge
from ..model.outcome import Absorb, Erase, Tell
from .erase import came_too_late
from .kinds import forget_other_kinds
from .remember import fill_in
from .watches import take_over
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
    work.put_out(Absorb(survivor, customer.document(), bool(asked.get("explicit")), at, asked.get("cause", ""),
                        tuple((kind, value) for kind, value in asked.get("led", []))))
    customer.merged_into = survivor
    customer.timers = {}


def follow(work: Work, told: dict[str, Any]) -> None:
    """The record this one was to join had joined another itself: it is that other where this one's state has gone (`Merge Moved`)."""
    if work.customer.merged_into is not None and work.customer.restored == told["number"]:
        work.customer.merged_into = told["into"]


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
    forget_other_kinds(other, work.rulebook)  # lest one kind's marks join another's
    for journey in other.journeys.values():  # whoever is in a part of the customers, or held out, is so to the journey's end
        journey.hashed = journey.hashed or other.id
    before, merge = customer.copy().document(), Merge(other.id, other.restored, 0, work.now, other.name, told.get("cause", ""))
    if customer.user_id and other.user_id and other.first_seen < customer.first_seen:
        customer.user_id, other.user_id = other.user_id, customer.user_id
    if customer.user_id and other.user_id and other.user_id != customer.user_id:
        other.other_user_ids.append(other.user_id)
    other.absorbed.append(other.id)
    customer.absorb(other, work.now)
    if work.facts.past is not None:
        fill_in(customer, work.rulebook.asks, work.facts.past, work.now)
    customer.orders.bound(customer.id)
    customer.merges = [*customer.merges, merge][-MOST_MERGES:]
    take_over(work, other)
    work.put_out(Tell(journal_event(merge, *changed_parts(before, customer.copy().document()), work.now)))


def journal_event(merge: Merge, before: dict[str, Any], after: dict[str, Any], now: int) -> Event:
    """The event that tells what a join changed."""
    return Event(id=merge.journal_id, type="engine", name=MERGE_JOURNALED, at=now, received_at=now, source="engine",
                 properties={"from": merge.id, "at": now, "before": before, "after": after})
