"""lookup: what is known of one customer, for the people who have to answer for it."""

from typing import Any

from ..engine.scope import cart_view
from ..model.decision import Decision
from ..model.identity import identifier
from ..model.instant import format_instant
from ..model.journey import Journey
from ..ports import Ports

LAST = 50


def look_up(ports: Ports, user_id: str) -> dict[str, Any] | None:
    """Profile, cart, consents, journeys, timers, last events and decisions with their traces; None for nobody."""
    parts = [part for part in (identifier("user", user_id), identifier("anonymous", user_id)) if part]
    known = ports.identifiers.find(parts)
    customer_id = next((known[part] for part in parts if part in known), None)
    record = ports.customers.load(customer_id) if customer_id else None
    while record is not None and record.state.merged_into:
        record = ports.customers.load(record.state.merged_into)
    if record is None:
        return None
    state = record.state
    return {
        "customer": state.name, "id": state.id, "userId": state.user_id, "anonymousIds": state.anonymous_ids, "traits": state.traits,
        "locale": state.locale, "timezone": state.timezone, "firstSeen": format_instant(state.first_seen),
        "lastSeen": format_instant(state.last_seen), "cart": cart_view(state.cart.lines()),
        "consents": {key: {"status": consent.status, "at": format_instant(consent.at), "source": consent.source}
                     for key, consent in state.consents.items()},
        "suppressed": {key: {"reason": entry.reason, "at": format_instant(entry.at)} for key, entry in state.suppressed.items()},
        "turnedAway": [{"at": format_instant(at), "what": what, "source": source} for at, what, source in state.turned_away],
        "journeys": [_journey(journey) for journey in state.journeys.values()],
        "timers": {timer: format_instant(due) for timer, due in sorted(state.timers.items(), key=lambda timer: timer[1])},
        "events": [event.document() for event in ports.events.latest(state.id, LAST)],
        "decisions": [{**decision.line(), "trace": decision.trace, "delivery": _fate(ports, decision)}
                      for decision in ports.decisions.of_customer(state.id, LAST)],
    }


def _fate(ports: Ports, decision: Decision) -> str | None:
    """What became of a message that was decided on: sent, failed, unknown (it may have been sent), or still prepared."""
    delivery = ports.deliveries.get(decision.key) if decision.verdict == "send" else None
    return None if delivery is None else "unknown" if delivery.status == "calling" else delivery.status


def _journey(journey: Journey) -> dict[str, Any]:
    return {"rule": journey.rule, "key": journey.key, "at": format_instant(journey.at), "status": journey.status, "step": journey.step,
            "due": None if journey.due is None else format_instant(journey.due), "heldFor": journey.held_for, "endedBy": journey.ended_by,
            "data": journey.data}
