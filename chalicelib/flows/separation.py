"""separation: a merge that was a mistake is undone: people ask for it, the survivor's fold decides what goes back, the relay gives it back.

    Separation Asked (survivor's log) -> effect Restore -> Customer Restored (the other's log) -> identifiers lead there again

Only what joined a record directly can be taken out of it: of a chain the outer link comes first. What the survivor's log told of the other
is taken out of it as well, so that each has only their own.
"""

from typing import Any

from ..engine.absorb import journal_event
from ..model.customer import Customer, changed_parts, customer_from, take_apart
from ..model.errors import EventRejected, StoreUnavailable
from ..model.event import CUSTOMER_RESTORED, SEPARATION_ASKED, Event
from ..model.facts import Journal
from ..model.identity import Identifier, customer_id
from ..model.instant import HOUR
from ..model.merge import Merge
from ..model.outcome import Restore
from ..ports import Ports
from .lookup import find_customer, merge_view, names_of
from .ownership import set_apart


def separate(ports: Ports, who: str, joined: str) -> dict[str, Any] | None:
    """Have a record taken out of a customer again that had joined; None for no such customer. Asked twice is asked once.

    `joined` is the record's id, its name, or an identifier it had. EventRejected says why it cannot be done; StoreUnavailable: not yet.
    """
    customer, now = find_customer(ports, who), ports.clock()
    if customer is None:
        return None
    merge = _find(ports, customer, joined)
    if ports.events.get(customer.id, merge.journal_id) is None:
        if now - merge.at < HOUR:
            raise StoreUnavailable(f"the journal of the merge of {merge.id} into {customer.id} is still on its way")
        raise EventRejected("journal_gone", "this merge can no longer be undone: it is so long ago that its journal is gone")
    ports.events.append(customer.id, Event(
        id=f"separation-{merge.id}-{merge.number}", type="engine", name=SEPARATION_ASKED, at=now, received_at=now, source="engine",
        properties={"from": merge.id, "number": merge.number}))
    return {"customer": customer.name, "separated": merge_view(merge)}


def journal_of(ports: Ports, customer: Customer, asked: Event) -> Journal | None:
    """What the log tells of the merge that is to be undone; None when it tells nothing."""
    wanted = (asked.properties["from"], asked.properties["number"])
    merge = next((merge for merge in customer.merges if (merge.id, merge.number) == wanted), None)
    if merge is None:
        return None
    journal, absorbed = (ports.events.get(customer.id, event_id) for event_id in (merge.journal_id, merge.absorbed_id))
    if journal is None or absorbed is None:
        return None
    return Journal(journal.properties["before"], journal.properties["after"], absorbed.properties["state"],
                   tuple((kind, value) for kind, value in absorbed.properties["led"]))


def give_back(ports: Ports, customer: str, effect: Restore) -> None:
    """Let the other record be somebody of its own again, with what led to it, and take out of this log what told of it."""
    merge, at = effect.merge, effect.at
    ports.events.append(merge.id, Event(
        id=f"restored-{merge.id}-{merge.number}", type="engine", name=CUSTOMER_RESTORED, at=at, received_at=at, source="engine",
        properties={"from": customer, "number": merge.number, "at": at, "state": effect.state}))
    user = customer_from(effect.state).user_id
    set_apart(ports, merge.id, customer, merge.number, None if user is None else customer_id(Identifier("user", user)))
    for identifier in (Identifier(kind, value) for kind, value in effect.led):
        if ports.identifiers.claim(identifier, merge.id) == customer:
            ports.identifiers.move(identifier, merge.id)
    _forget(ports, customer, effect)


def _forget(ports: Ports, customer: str, effect: Restore) -> None:
    """Write the journals of later merges anew as if this one had never been, then take its own events away."""
    undone = ports.events.get(customer, effect.merge.journal_id)
    for later in effect.rest if undone else ():
        written = Merge(later.id, later.number, later.writing - 1, later.at, later.name, later.cause)
        journal = ports.events.get(customer, written.journal_id)
        if undone and journal:
            before, after = (_without(journal.properties[part], undone) for part in ("before", "after"))
            ports.events.append(customer, journal_event(later, *changed_parts(before, after), effect.at))
            ports.events.remove(customer, journal)
    for event_id in (effect.merge.absorbed_id, effect.merge.journal_id):
        told = ports.events.get(customer, event_id)
        if told is not None:
            ports.events.remove(customer, told)


def _without(parts: dict[str, Any], undone: Event) -> dict[str, Any]:
    stays, _ = take_apart(undone.properties["before"], undone.properties["after"], parts, {})
    return {name: value for name, value in stays.items() if name in parts}


def _find(ports: Ports, customer: Customer, joined: str) -> Merge:
    """The merge that is meant. EventRejected for none, for more than one, and for one that lies deeper."""
    meant = [merge for merge in customer.merges if joined in (merge.id, merge.name)]
    for outer in customer.merges if not meant else ():
        if _lies_in(ports, outer.id, joined):
            raise EventRejected("joined_through_another", f"it joined {outer.name}, which joined {customer.name} later: "
                                                          f"separate {outer.id} first")
    meant = meant or [merge for merge in customer.merges if _had(ports, customer, merge, joined)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise EventRejected("ambiguous", f"more than one record that joined had it; ask by id: {', '.join(merge.id for merge in meant)}")
    raise EventRejected("not_joined", "no record of this id, name or identifier joined this customer; its `merges` tell which did")


def _had(ports: Ports, customer: Customer, merge: Merge, identifier: str) -> bool:
    absorbed = ports.events.get(customer.id, merge.absorbed_id)
    if absorbed is None:
        return False
    had = {*customer_from(absorbed.properties["state"]).identifiers(),
           *(Identifier(kind, value) for kind, value in absorbed.properties["led"])}
    return not had.isdisjoint(names_of(ports, identifier))


def _lies_in(ports: Ports, record: str, joined: str) -> bool:
    waiting = [record]
    while waiting:
        frozen = ports.customers.load(waiting.pop())
        for merge in frozen.state.merges if frozen else ():
            if joined in (merge.id, merge.name) or (frozen and _had(ports, frozen.state, merge, joined)):
                return True
            waiting.append(merge.id)
    return False
