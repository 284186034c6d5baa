"""profile: one customer as people see them who have to answer for it: the assistant in the shop, the call centre, the developer.

Who it is and by what they are known, the last contacts over all channels, open orders, the cart, offers that run, and everything that was
decided, with the reasons. Records that joined this one are part of it.
"""

from itertools import chain
from typing import Any

from ..engine.scope import cart_view, orders_view
from ..model.customer import Customer
from ..model.decision import Decision
from ..model.event import MERGE_JOURNALED, Document, Event
from ..model.evidence import KEPT, rungs_reached
from ..model.held import HeldIdentifier, usable
from ..model.instant import format_instant
from ..model.journey import Journey
from ..model.offer import offer_told
from ..model.products import Products, newest_products
from ..ports import Ports
from .counter import counter_view, fate
from .lookup import find_customer, merge_view

LAST = 50
LOOKED_THROUGH = 200
MOST_JOINED = 20  # records that joined, looked at for events and decisions: the latest


def look_up(ports: Ports, who: str) -> dict[str, Any] | None:
    """Everything about the customer that `who` leads to (a user id, a device, an address, a number, a card); None for nobody."""
    ports = ports.steady()
    state = find_customer(ports, who)
    if state is None:
        return None
    decisions = _decisions(ports, state)
    sent = list({decision.key: None for decision in decisions if decision.verdict == "send"})
    deliveries = dict(zip(sent, ports.spread(ports.deliveries.get, sent), strict=True))
    return {
        **_person(state), "cart": cart_view(state.cart.lines()), "orders": orders_view(state.orders),
        "viewed": _products(state.viewed), "bought": _products(state.bought), "wishlist": _products(state.wishlist),
        "requests": _products(state.requests), **counter_view(ports, state, decisions, deliveries),
        "evidence": rungs_reached(state.evidence, ports.clock() - KEPT), **_consented(state),
        "merges": [merge_view(merge) for merge in state.merges],
        "audiences": [{"id": name, "since": format_instant(since)} for name, since in sorted(state.audiences.items())],
        "journeys": [_journey(journey) for journey in state.journeys.values()],
        "timers": {timer: format_instant(due) for timer, due in sorted(state.timers.items(), key=lambda timer: timer[1])},
        "events": [event.document() for event in _events(ports, state)],
        "decisions": [{**decision.line(), "trace": decision.trace, "delivery": fate(deliveries.get(decision.key))
                       if decision.verdict == "send" else None} for decision in decisions[:LAST]],
    }


def _person(state: Customer) -> dict[str, Any]:
    return {
        "customer": state.name, "id": state.id, "userId": state.user_id, "otherUserIds": state.other_user_ids,
        "anonymousIds": state.anonymous_ids,
        "identifiers": {kind: [_identifier(entry) for entry in usable(state.held, kind)] for kind in state.held}, "traits": state.traits,
        "locale": state.locale, "timezone": state.timezone, "firstSeen": format_instant(state.first_seen),
        "lastSeen": format_instant(state.last_seen),
    }


def _consented(state: Customer) -> dict[str, Any]:
    return {
        "consents": {key: {"status": consent.status, "at": format_instant(consent.at), "source": consent.source,
                           "textVersion": consent.text_version} for key, consent in state.consents.items()},
        "asked": {key: {"at": format_instant(asked.at), "source": asked.source, "textVersion": asked.text_version, "address": asked.address}
                  for key, asked in state.asked.items()},
        "suppressed": {key: {"reason": entry.reason, "at": format_instant(entry.at)} for key, entry in state.suppressed.items()},
        "turnedAway": [{"at": format_instant(at), "what": what, "source": source} for at, what, source in state.turned_away],
    }


def _homes(state: Customer) -> list[str]:
    return [*state.absorbed[-MOST_JOINED:], state.id]


def _decisions(ports: Ports, state: Customer) -> list[Decision]:
    """The last ones, newest first: more than are shown, for what was sent lies among what was not."""
    found = chain.from_iterable(ports.decisions.of_customer(home, LOOKED_THROUGH) for home in _homes(state))
    return sorted(found, key=lambda decision: decision.id, reverse=True)[:LOOKED_THROUGH]


def _events(ports: Ports, state: Customer) -> list[Event]:
    """The last ones, newest first; one that was handed on stands in two logs and is shown once."""
    found = {event.id: event for home in _homes(state) for event in ports.events.latest(home, LAST)
             if event.name != MERGE_JOURNALED}
    return sorted(found.values(), key=lambda event: (event.at, event.id), reverse=True)[:LAST]


def _products(known: Products) -> list[Document]:
    return [{**product, "at": format_instant(product["at"])} for product in newest_products(known)]


def _identifier(entry: HeldIdentifier) -> Document:
    return {"value": entry.value, "verified": entry.verified, "at": format_instant(entry.at),
            "retired": None if entry.retired is None else format_instant(entry.retired)}


def _journey(journey: Journey) -> Document:
    return {"rule": journey.rule, "variant": journey.variant, "key": journey.key, "at": format_instant(journey.at),
            "status": journey.status, "step": journey.step,
            "due": None if journey.due is None else format_instant(journey.due), "heldFor": journey.held_for, "endedBy": journey.ended_by,
            "endedFor": journey.ended_for, "shadow": bool(journey.shadow),
            "offer": offer_told(journey.offer), "data": journey.data}
