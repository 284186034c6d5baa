"""separate: two records that were taken for one person are two again: what `absorb.py` made one is taken apart, part by part.

What the join brought goes back to the other record, what was added since stays, and what speaks for silence (a withdrawal, a
suppression, an erasure) holds for both. What the other's runs have done meanwhile is not done again.
"""

from dataclasses import replace
from typing import Any

from ..model.customer import PARTS, Customer, customer_from, take_apart
from ..model.identity import Identifier
from ..model.outcome import Restore
from ..model.separation import each_its_own
from .watches import begin_anew
from .work import Work, journey_timer, trigger_timer


def separate(work: Work, asked: dict[str, Any]) -> None:
    """Undo a merge, as a `Separation Asked` says. One that is undone already changes nothing; ValueError when its journal is gone."""
    customer, now = work.customer, work.customer.document()
    merge = next((merge for merge in customer.merges if (merge.id, merge.number) == (asked["from"], asked["number"])), None)
    if merge is None:
        return
    journal = work.facts.journal
    if journal is None:
        raise ValueError(f"the journal of the merge with {merge.id} is not there")
    stays, back = take_apart(dict(journal.before), dict(journal.after), now, dict(journal.theirs))
    work.customer = customer = customer_from(stays)
    other = customer_from({"id": merge.id, **back})
    led = [Identifier(kind, value) for kind, value in journal.led]
    _keep_users(customer, other)
    _give_devices(customer, led)
    kept = {*customer.identifiers()} - {*led}
    place = customer.merges.index(merge)
    rest = [replace(later, writing=later.writing + 1) for later in customer.merges[place + 1:]]
    customer.merges[place:] = rest
    for record in (customer, other):
        look_again(record, work.now)
    work.watches_touched = True
    goes = dict.fromkeys([*led, *(identifier for identifier in other.identifiers() if identifier not in kept)])
    work.put_out(Restore(merge, other.document(), tuple((identifier.kind, identifier.value) for identifier in goes), tuple(rest), work.now))


def restore(work: Work, told: dict[str, Any]) -> None:
    """Live again, as a `Customer Restored` tells it: with the state of then, and what is this record's own as it is now."""
    customer, back = work.customer, customer_from(told["state"])
    if customer.merged_into is None or customer.restored != told["number"]:
        return
    for name, declared in PARTS:
        if declared.separation is not each_its_own:
            setattr(customer, name, getattr(back, name))
    customer.merged_into = None
    customer.restored += 1
    begin_anew(work)


def look_again(customer: Customer, now: int) -> None:
    """Wait for what this customer's runs wait for, and let triggers say at once what else: to ring too early is harmless."""
    waiting = {journey_timer(journey): journey.due for journey in customer.journeys.values() if journey.status == "open" and journey.due}
    others = {timer: due for timer, due in customer.timers.items() if not timer.startswith("journey|")}
    triggers = {trigger_timer(rule, key): now for rule, runs in customer.memory.items() for key in runs}
    customer.timers = {**others, **waiting, **triggers}


def _keep_users(customer: Customer, other: Customer) -> None:
    """A user id that both had stays."""
    mine = {customer.user_id, *customer.other_user_ids}
    theirs = [user for user in (other.user_id, *other.other_user_ids) if user and user not in mine]
    other.user_id, other.other_user_ids = (theirs[0], theirs[1:]) if theirs else (None, [])


def _give_devices(customer: Customer, led: list[Identifier]) -> None:
    """What leads to the other from now on is no device of this one, even if that was said when they were joined."""
    given = {identifier.value for identifier in led if identifier.kind == "anonymous"}
    customer.anonymous_ids = [device for device in customer.anonymous_ids if device not in given]
