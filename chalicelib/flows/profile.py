"""profile: one customer as people see them who have to answer for it: the assistant in the shop, the call centre, the developer.

Who it is and by what they are known, the last contacts over all channels, open orders, the cart, offers that run, and everything that was
decided, with the reasons. Records that joined this one are part of it.
"""

from itertools import chain
from typing import Any

from ..engine.scope import cart_view, orders_view
from ..model.customer import Customer
from ..model.decision import Decision
from ..model.event import Document, Event
from ..model.evidence import KEPT, rungs_reached
from ..model.held import HeldIdentifier, usable
from ..model.instant import format_instant
from ..model.journey import Journey
from ..model.orders import net_value
from ..model.products import Products, newest_products
from ..ports import Ports
from .lookup import find_customer

LAST = 50
MOST_CONTACTS = 20
MOST_JOINED = 20  # records that joined, looked at for events and decisions: the latest


def look_up(ports: Ports, who: str) -> dict[str, Any] | None:
    """Everything about the customer that `who` leads to (a user id, a device, an address, a number, a card); None for nobody."""
    state = find_customer(ports, who)
    if state is None:
        return None
    decisions = _decisions(ports, state)
    fates = {decision.key: _fate(ports, decision) for decision in decisions if decision.verdict == "send"}
    return {
        **_person(state), "cart": cart_view(state.cart.lines()), "orders": orders_view(state.orders), "openOrders": _open_orders(state),
        "viewed": _products(state.viewed), "bought": _products(state.bought), "wishlist": _products(state.wishlist),
        "requests": _products(state.requests), "contacts": _contacts(state, decisions, fates), "offers": _offers(ports, state, decisions),
        "evidence": rungs_reached(state.evidence, ports.clock() - KEPT), **_consented(state),
        "audiences": [{"id": name, "since": format_instant(since)} for name, since in sorted(state.audiences.items())],
        "journeys": [_journey(journey) for journey in state.journeys.values()],
        "timers": {timer: format_instant(due) for timer, due in sorted(state.timers.items(), key=lambda timer: timer[1])},
        "events": [event.document() for event in _events(ports, state)],
        "decisions": [{**decision.line(), "trace": decision.trace,
                       "delivery": fates.get(decision.key) if decision.verdict == "send" else None} for decision in decisions],
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
    """The last ones, newest first."""
    found = chain.from_iterable(ports.decisions.of_customer(home, LAST) for home in _homes(state))
    return sorted(found, key=lambda decision: decision.id, reverse=True)[:LAST]


def _events(ports: Ports, state: Customer) -> list[Event]:
    """The last ones by the client's time, newest first; one that was handed on stands in two logs and is shown once."""
    found = {event.id: event for home in _homes(state) for event in ports.events.latest(home, LAST)}
    return sorted(found.values(), key=lambda event: (event.client_time or event.at, event.id), reverse=True)[:LAST]


def _open_orders(state: Customer) -> list[Document]:
    return [{"id": order, "at": format_instant(entry["at"]), "state": entry.get("state", "placed"), "value": net_value(entry),
             "currency": entry.get("currency"), "pieces": entry.get("pieces", 0)} for order, entry in state.orders.under_way()]


def _products(known: Products) -> list[Document]:
    return [{**product, "at": format_instant(product["at"])} for product in newest_products(known)]


def _contacts(state: Customer, decisions: list[Decision], fates: dict[str, str | None]) -> list[Document]:
    """Both ways over all channels, newest first."""
    incoming = [(at, {"direction": "in", "channel": channel, "what": event, "text": text}) for at, event, channel, text in state.contacts]
    outgoing = [(decision.decided_at, {"direction": "out", "channel": decision.channel, "what": decision.rule, "step": decision.step,
                                       "key": decision.key, "delivery": fates[decision.key]})
                for decision in decisions if decision.verdict == "send"]
    ordered = sorted([*incoming, *outgoing], key=lambda entry: entry[0], reverse=True)[:MOST_CONTACTS]
    return [{"at": format_instant(at), **told} for at, told in ordered]


def _offers(ports: Ports, state: Customer, decisions: list[Decision]) -> list[Document]:
    """Journeys that nothing has ended, the newest first, as somebody at the counter can honour them: on their way, or lately told."""
    rules, told = ports.rulebook().rules, {(decision.rule, decision.run): decision.data for decision in reversed(decisions)}
    running = [journey for journey in state.journeys.values() if journey.status != "exited" and journey.rule in rules]
    return [{"rule": journey.rule, "description": rules[journey.rule].description, "since": format_instant(journey.entered),
             "step": min(journey.step, len(rules[journey.rule].steps)), "status": journey.status,
             "nextAt": None if journey.due is None else format_instant(journey.due), "heldFor": journey.held_for,
             "products": (journey.data or told.get((journey.rule, journey.run), {})).get("products", [])}
            for journey in sorted(running, key=lambda journey: -journey.entered)]


def _fate(ports: Ports, decision: Decision) -> str | None:
    """What became of a message that was decided on: sent, failed, unknown (it may have been sent), or still prepared."""
    delivery = ports.deliveries.get(decision.key)
    return None if delivery is None else "unknown" if delivery.status == "calling" else delivery.status


def _identifier(entry: HeldIdentifier) -> Document:
    return {"value": entry.value, "verified": entry.verified, "at": format_instant(entry.at),
            "retired": None if entry.retired is None else format_instant(entry.retired)}


def _journey(journey: Journey) -> Document:
    return {"rule": journey.rule, "key": journey.key, "at": format_instant(journey.at), "status": journey.status, "step": journey.step,
            "due": None if journey.due is None else format_instant(journey.due), "heldFor": journey.held_for, "endedBy": journey.ended_by,
            "data": journey.data}
