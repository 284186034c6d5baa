"""separation: a merge that was a mistake is undone: people ask for it, the survivor's fold decides what goes back, the relay gives it back.

    Separation Asked (survivor's log) -> effect Restore -> Customer Restored (the other's log) -> identifiers lead there again

Only what joined a record directly can be taken out of it: of a chain the outer link comes first. What the survivor's log told of the other
is taken out of it as well, so that each has only their own.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ..engine.absorb import journal_event
from ..model.customer import Customer, changed_parts, customer_from, take_apart
from ..model.errors import EventRejected
from ..model.event import CUSTOMER_RESTORED, SEPARATION_ASKED, Document, Event
from ..model.facts import Journal
from ..model.identity import Identifier, customer_id
from ..model.merge import Merge
from ..model.outcome import Effect, Restore, Tell
from ..ports import CustomerRecord, Ports
from .lookup import find_customer, merge_view, names_of
from .ownership import set_apart

Changed = tuple[Document, Document]
"""What a merge changed: before, and after."""


def separate(ports: Ports, who: str, joined: str) -> dict[str, Any] | None:
    """Have a record taken out of a customer again that had joined; None for no such customer. Asked twice is harmless.

    `joined` is the record's id, its name, or an identifier it had. EventRejected says why it cannot be done.
    """
    ports = ports.steady()
    customer, now = find_customer(ports, who), ports.clock()
    if customer is None:
        return None
    merge = _find(ports, customer, joined)
    record = ports.customers.load(customer.id)
    if record is None or _changed(ports, record, merge) is None:
        raise EventRejected("journal_gone", "this merge can no longer be undone: it is so long ago that its journal is gone")
    ports.events.append(customer.id, Event(
        id=f"separation-{merge.id}-{merge.number}-{now}", type="engine", name=SEPARATION_ASKED, at=now, received_at=now, source="engine",
        properties={"from": merge.id, "number": merge.number}))
    return {"customer": customer.name, "separated": merge_view(merge)}


def journal_of(ports: Ports, record: CustomerRecord, asked: Event) -> Journal | None:
    """What is known of the merge that is to be undone; None when its journal is gone."""
    wanted = (asked.properties["from"], asked.properties["number"])
    merge = next((merge for merge in record.state.merges if (merge.id, merge.number) == wanted), None)
    changed = _changed(ports, record, merge) if merge else None
    absorbed = ports.events.get(record.state.id, merge.absorbed_id) if merge else None
    if changed is None or absorbed is None:
        return None
    return Journal(*changed, absorbed.properties["state"], tuple((kind, value) for kind, value in absorbed.properties["led"]))


def _changed(ports: Ports, record: CustomerRecord, merge: Merge) -> Changed | None:
    """Before and after of a merge: as the log has it, or as it will when all is carried out that still waits to be."""
    told = _told(ports, record.state.id, merge)
    return told or _to_be_told(ports, record, merge, record.outbox) or _told(ports, record.state.id, merge)  # carried out meanwhile


def _told(ports: Ports, customer: str, merge: Merge) -> Changed | None:
    event = ports.events.get(customer, merge.journal_id)
    return None if event is None else (event.properties["before"], event.properties["after"])


def _to_be_told(ports: Ports, record: CustomerRecord, merge: Merge, waiting: Sequence[Effect]) -> Changed | None:
    for place, effect in enumerate(waiting):
        match effect:
            case Tell(event) if event.id == merge.journal_id:
                return event.properties["before"], event.properties["after"]
            case Restore() if merge in effect.rest:
                journals = [_told(ports, record.state.id, one) or _to_be_told(ports, record, one, waiting[:place])
                            for one in (_last(merge), effect.merge)]
                return _without(journals[0], journals[1]) if journals[0] and journals[1] else None
    return None


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
    undone = _told(ports, customer, effect.merge)
    for later in effect.rest if undone else ():
        journal = _told(ports, customer, _last(later))
        if undone and journal:
            ports.events.append(customer, journal_event(later, *_without(journal, undone), effect.at))
    for event_id in (*(_last(later).journal_id for later in effect.rest), effect.merge.absorbed_id, effect.merge.journal_id):
        told = ports.events.get(customer, event_id)
        if told is not None:
            ports.events.remove(customer, told)


def _last(merge: Merge) -> Merge:
    """As it stood before its journal was to be written anew."""
    return replace(merge, writing=merge.writing - 1)


def _without(changed: Changed, undone: Changed) -> Changed:
    """What a merge changed, as if one before it had never been."""
    before, after = ({name: value for name, value in take_apart(*undone, part, {})[0].items() if name in part} for part in changed)
    return changed_parts(before, after)


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
