"""lookup: what is known of one customer, for the people who have to answer for it."""

from typing import Any

from ..engine.scope import cart_view
from ..model.customer import Customer
from ..model.decision import Decision
from ..model.event import MERGE_JOURNALED
from ..model.held import HeldIdentifier, usable
from ..model.identity import Identifier, identifier
from ..model.instant import format_instant
from ..model.journey import Journey
from ..model.merge import Merge
from ..ports import Ports

LAST = 50


def find_home(ports: Ports, who: str) -> str | None:
    """The id of the customer that a user id, a device, an e-mail address, a phone number, a card, ..., as people write it, leads to."""
    parts = names_of(ports, who)
    known = ports.identifiers.find(parts)
    return next((known[part] for part in parts if part in known), None)


def names_of(ports: Ports, who: str) -> list[Identifier]:
    """The identifiers that somebody may mean by what they write."""
    kinds = ports.rulebook().kinds
    others = [Identifier(kind, value) for kind in kinds.kinds if (value := kinds.value(kind, who)) is not None]
    return [part for part in (identifier("user", who), identifier("anonymous", who), *others) if part]


def find_customer(ports: Ports, who: str) -> Customer | None:
    """The customer found by anything that leads to one (`find_home`); None for nobody, and for one who was erased."""
    home = find_home(ports, who)
    record = ports.customers.load(home) if home else None
    while record is not None and record.state.merged_into:
        record = ports.customers.load(record.state.merged_into)
    return None if record is None or (record.state.erased_at and not record.state.first_seen) else record.state


def look_up(ports: Ports, who: str) -> dict[str, Any] | None:
    """Profile, cart, consents, what joined, journeys, timers, last events and decisions with traces; None for nobody."""
    state = find_customer(ports, who)
    if state is None:
        return None
    return {
        "customer": state.name, "id": state.id, "userId": state.user_id, "anonymousIds": state.anonymous_ids,
        "identifiers": {kind: [_identifier(entry) for entry in usable(state.held, kind)] for kind in state.held}, "traits": state.traits,
        "locale": state.locale, "timezone": state.timezone, "firstSeen": format_instant(state.first_seen),
        "lastSeen": format_instant(state.last_seen), "cart": cart_view(state.cart.lines()),
        "consents": {key: {"status": consent.status, "at": format_instant(consent.at), "source": consent.source}
                     for key, consent in state.consents.items()},
        "suppressed": {key: {"reason": entry.reason, "at": format_instant(entry.at)} for key, entry in state.suppressed.items()},
        "turnedAway": [{"at": format_instant(at), "what": what, "source": source} for at, what, source in state.turned_away],
        "merges": [merge_view(merge) for merge in state.merges],
        "journeys": [_journey(journey) for journey in state.journeys.values()],
        "timers": {timer: format_instant(due) for timer, due in sorted(state.timers.items(), key=lambda timer: timer[1])},
        "events": [event.document() for event in ports.events.latest(state.id, LAST) if event.name != MERGE_JOURNALED],
        "decisions": [{**decision.line(), "trace": decision.trace, "delivery": _fate(ports, decision)}
                      for decision in ports.decisions.of_customer(state.id, LAST)],
    }


def merge_view(merge: Merge) -> dict[str, Any]:
    """A record that joined, as people see it."""
    return {"id": merge.id, "at": format_instant(merge.at), "name": merge.name, "cause": merge.cause}


def _fate(ports: Ports, decision: Decision) -> str | None:
    """What became of a message that was decided on: sent, failed, unknown (it may have been sent), or still prepared."""
    delivery = ports.deliveries.get(decision.key) if decision.verdict == "send" else None
    return None if delivery is None else "unknown" if delivery.status == "calling" else delivery.status


def _identifier(entry: HeldIdentifier) -> dict[str, Any]:
    return {"value": entry.value, "verified": entry.verified, "at": format_instant(entry.at),
            "retired": None if entry.retired is None else format_instant(entry.retired)}


def _journey(journey: Journey) -> dict[str, Any]:
    return {"rule": journey.rule, "key": journey.key, "at": format_instant(journey.at), "status": journey.status, "step": journey.step,
            "due": None if journey.due is None else format_instant(journey.due), "heldFor": journey.held_for, "endedBy": journey.ended_by,
            "data": journey.data}
