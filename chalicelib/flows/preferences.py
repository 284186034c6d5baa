"""preferences: what somebody wants to hear about, as the page behind a message's unsubscribe link shows and takes it.

It shows each topic of the live marketing rules on its channels, with what counts of it now. What is saved is a word on everything that was
shown. A no is in effect before it is answered. A yes counts as said to the shop itself, but only on the channel and for the address
that the link was sent to: of no other does the link prove whose it is.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from ..engine.consents import SUBSCRIBED, UNSUBSCRIBED
from ..engine.opt_in import address_mark
from ..model.canonical import digest
from ..model.consent import ConsentStatus, consent_for
from ..model.customer import Customer
from ..model.event import ENGINE, FREQUENCY_CHOSEN, Event
from ..model.identifier_kinds import CHANNEL_KIND
from ..model.instant import parse_duration
from ..model.reason import Reason
from ..model.suppression import Suppression
from ..ports import Ports
from .lookup import load_survivor
from .unsubscribe import Link

SAID_ON = "preference page"
PACES = ("7d", "30d")
MOST_SHOWN = 100
_TOPIC = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")

Subject = tuple[str, str]
"""Channel and topic."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One topic on one channel: what counts now, and whether a yes to it would count."""

    channel: str
    topic: str
    said: ConsentStatus
    may_agree: bool


def preferences(ports: Ports, link: Link) -> list[Preference]:
    """What there is to choose from, by channel and topic; nothing for somebody who is not reached there any more."""
    customer = load_survivor(ports, link.customer)
    if customer is None or customer.address(link.channel) is None:
        return []
    return [_preference(ports, link, customer, channel, topic) for channel, topic in _subjects(ports, customer)]


def save_preferences(ports: Ports, link: Link, shown: Collection[Subject], agreed: Collection[Subject]) -> list[Preference]:
    """Take a word on what was shown: yes to what was agreed to, no to the rest. What counts from now on."""
    now, customer = ports.clock(), load_survivor(ports, link.customer)
    before = {(entry.channel, entry.topic): entry for entry in preferences(ports, link)}
    wanted = {subject for subject in agreed if subject in shown and subject in before and before[subject].may_agree}
    for channel, topic in sorted(shown)[:MOST_SHOWN]:
        known = before.get((channel, topic))
        if (channel, topic) in wanted:
            if known is None or known.said != "given":  # what was said when it was given stays known
                _tell(ports, link, SUBSCRIBED, channel, topic, now)
        elif (channel, topic) not in agreed and channel in CHANNEL_KIND and _TOPIC.fullmatch(topic):
            address = customer.address(channel) if customer else None
            if address:
                ports.suppressions.add(Suppression(channel, address, topic, Reason.UNSUBSCRIBED, now))
            _tell(ports, link, UNSUBSCRIBED, channel, topic, now)
    return [Preference(entry.channel, entry.topic, _now_said(entry, subject, shown, agreed, wanted), entry.may_agree)
            for subject, entry in before.items()]


def pace_of(ports: Ports, link: Link) -> str | None:
    """How often at most somebody chose to be written to, one of `PACES`; None for as it comes."""
    customer = load_survivor(ports, link.customer)
    return next((pace for pace in PACES if customer is not None and parse_duration(pace) == customer.pace), None)


def save_pace(ports: Ports, link: Link, every: str | None) -> None:
    """Keep how often at most somebody wants to be written to: one of `PACES`, or None. What is none of these changes nothing."""
    now = ports.clock()
    if every is None or every in PACES:
        ports.events.append(link.customer, Event(
            id=f"preferred-{digest(link.message, 'every', str(every), str(now))}", type="track", name=FREQUENCY_CHOSEN, at=now,
            received_at=now, source=ENGINE, properties={"every": every, "message": link.message, "source": SAID_ON}))


def _now_said(entry: Preference, subject: Subject, shown: Collection[Subject], agreed: Collection[Subject],
              wanted: Collection[Subject]) -> ConsentStatus:
    return "given" if subject in wanted else "withdrawn" if subject in shown and subject not in agreed else entry.said


def _subjects(ports: Ports, customer: Customer) -> list[Subject]:
    """What live rules write about, on the channels they write on and on those of which the customer has said something."""
    rules = [rule for rule in ports.rulebook().rules.values() if rule.status == "live" and rule.message_type == "marketing"]
    used = {(channel, rule.topic) for rule in rules for step in rule.steps for channel in step.send.ways}
    spoken = {(channel, topic) for _, topic in used for channel in CHANNEL_KIND
              if customer.address(channel) and consent_for(customer.consents, channel, topic)}
    return sorted({subject for subject in used if customer.address(subject[0])} | spoken)


def _preference(ports: Ports, link: Link, customer: Customer, channel: str, topic: str) -> Preference:
    address = customer.address(channel) or ""
    word = consent_for(customer.consents, channel, topic)
    closed = ports.suppressions.find(channel, address, topic)
    lasting = f"{channel}/{address}" in customer.suppressed or any(entry.lasting for entry in closed)
    said: ConsentStatus = word.status if word else "withdrawn" if closed else "unknown"
    if word and (lasting or any(entry.at >= word.at for entry in closed)):
        said = "withdrawn"
    return Preference(channel, topic, said, said == "given" or (
        channel == link.channel and address_mark(channel, address) == link.address and not lasting))


def _tell(ports: Ports, link: Link, name: str, channel: str, topic: str, now: int) -> None:
    ports.events.append(link.customer, Event(
        id=f"preferred-{digest(link.message, channel, topic, name, str(now))}", type="track", name=name, at=now, received_at=now,
        source=ENGINE, properties={"channel": channel, "topic": topic, "message": link.message, "source": SAID_ON}))
