"""opt_in: a yes that must be confirmed. It is only asked for, and counts once whoever reads what is sent to the address says it again.

Asking tells the customer's own log `Subscription Asked`, which a rule listens to: at most once a day for one channel, topic and address,
and a few times a day for one customer, since anybody can fill in a form in somebody else's name.
"""

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from ..model.asked import ASKED_AGAIN_AFTER, MOST_ASKED_A_DAY, Asked, bound_asked
from ..model.canonical import digest
from ..model.consent import ALL_TOPICS, Consent, bound_consents, consent_for, record_consent
from ..model.customer import Customer
from ..model.event import ENGINE, SUBSCRIPTION_ASKED, Event
from ..model.held import HeldIdentifier, hold
from ..model.identifier_kinds import CHANNEL_KIND
from ..model.instant import DAY
from ..model.traits import ADDRESSES, take_address
from .turned_away import turn_away

SOURCE = "double opt-in"
_TOPIC = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")  # as rules have them: whatever else a form was made to say would be read in our mail


def address_mark(channel: str, address: str) -> str:
    """An address in a link or an event, without telling it."""
    return digest("address", channel, address)


def ask(customer: Customer, event: Event, channel: str, topic: str, word: Consent) -> str | None:
    """Keep a yes as asked for, under the name that is returned; None when it counts already, was followed by a no, or never can count."""
    said = consent_for(customer.consents, channel, topic)
    if said is not None and (said.status == "given" or said.at >= word.at):
        return None
    if event.past or channel not in CHANNEL_KIND or not (topic == ALL_TOPICS or _TOPIC.fullmatch(topic)):
        turn_away(customer, event, f"consents.{channel}/{topic}")
        return None
    key = f"{channel}/{topic}"
    known = customer.asked.get(key)
    if known is None or known.at <= word.at:
        customer.asked[key] = replace(known or Asked(0, ""), at=word.at, source=word.source, text_version=word.text_version)
        bound_asked(customer.asked)
    return key


def put_forward(customer: Customer, event: Event, asked_now: Collection[str]) -> list[Event]:
    """What is to be told of what was asked for: what this event asks, and what waited for an address that is there now."""
    told = []
    for key, asked in list(customer.asked.items()):
        if event.past or (key not in asked_now and asked.told):
            continue
        channel, _, topic = key.partition("/")
        address = customer.address(channel)
        if not asked.lasts(event.received_at) and key not in asked_now:
            del customer.asked[key]
        elif address is not None and not (address == asked.address and event.received_at < asked.told + ASKED_AGAIN_AFTER):
            if sum(other.told > event.received_at - DAY for other in customer.asked.values()) >= MOST_ASKED_A_DAY:
                del customer.asked[key]
                turn_away(customer, event, f"consents.{key}")
                continue
            customer.asked[key] = replace(asked, address=address, told=event.received_at)
            told.append(_asking(customer, event, key, customer.asked[key], channel, topic))
    return told


def _asking(customer: Customer, event: Event, key: str, asked: Asked, channel: str, topic: str) -> Event:
    properties = {"channel": channel, "topic": topic, "text_version": asked.text_version, "cause": event.id}
    return Event(
        id=f"asked-{digest(customer.id, key, asked.address or '', event.id)}", type="track", name=SUBSCRIPTION_ASKED, at=event.received_at,
        received_at=event.received_at, source=ENGINE, properties={name: value for name, value in properties.items() if value is not None})


def open_ask(customer: Customer, channel: str, topic: str, now: int) -> Asked | None:
    """What may be confirmed now: asked at the address that still is the customer's, not too long ago, and followed by no no."""
    asked = customer.asked.get(f"{channel}/{topic}")
    if asked is None or not asked.told or not asked.lasts(now) or asked.address != customer.address(channel):
        return None
    said = consent_for(customer.consents, channel, topic)
    return None if said is not None and said.status == "withdrawn" and said.at >= asked.at else asked


def asked_in(data: dict[str, Any]) -> tuple[str, str]:
    """Channel and topic of the `Subscription Asked` that a trigger fired on."""
    properties = data.get("event", {})
    return str(properties.get("channel")), str(properties.get("topic"))


def confirm(customer: Customer, event: Event) -> None:
    """Take in `Subscription Confirmed`: what was asked for is given, and the address it was asked at is verified. Nothing else is."""
    channel, topic = event.properties["channel"], event.properties["topic"]
    asked = open_ask(customer, channel, topic, event.at)
    if asked is None or asked.address is None or address_mark(channel, asked.address) != event.properties["address"]:
        turn_away(customer, event, f"consents.{channel}/{topic}")
        return
    del customer.asked[f"{channel}/{topic}"]
    record_consent(customer.consents, channel, topic, Consent("given", event.at, SOURCE, asked.text_version))
    bound_consents(customer.consents)
    kind = CHANNEL_KIND[channel]
    hold(customer.held, kind, HeldIdentifier(asked.address, event.at, True))
    if kind in ADDRESSES:
        take_address(customer.said, kind, [asked.address, event.at, 1])
