"""opt_in: the link by which a customer confirms a consent that was asked for. A GET never confirms (mail gateways follow links).

The token names customer, channel, topic, the address (as a hash), the moment it was asked at and the message. It holds for as long as what
was asked does, and works once: confirming writes `Subscription Confirmed` under an id made of the message, and what was asked is gone then.
"""

from dataclasses import dataclass
from typing import Literal

from ..engine.opt_in import address_mark, asked_in, open_ask
from ..model.asked import ASKED_FOR
from ..model.consent import consent_for
from ..model.customer import Customer
from ..model.decision import Message
from ..model.event import ENGINE, SUBSCRIPTION_CONFIRMED, Event
from ..model.identifier_kinds import CHANNEL_KIND
from ..model.identity import Identifier
from ..ports import Ports
from .links import link_url, parts_of
from .lookup import load_survivor

Standing = Literal["open", "confirmed", "changed", "expired", "over"]
_KIND = "confirm"
_PARTS = 7


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Who confirms what, at which address (its mark), asked when (milliseconds), and the message that carried the link."""

    customer: str
    channel: str
    topic: str
    address: str
    told: int
    message: str


def confirm_url(ports: Ports, customer: Customer, message: Message, now: int) -> str | None:
    """The link for one message; None when it asks for nothing that could be confirmed."""
    channel, topic = asked_in(message.data)
    asked = open_ask(customer, channel, topic, now) if channel == message.channel else None
    if asked is None or asked.address is None:
        return None
    return link_url(ports, "y", _KIND, customer.id, channel, topic, address_mark(channel, asked.address), str(asked.told), message.key)


def describe_confirmation(ports: Ports, token: str) -> Confirmation | None:
    """What a token stands for, None when it is not one of ours."""
    parts = parts_of(ports, token)
    if parts is None or len(parts) != _PARTS or parts[0] != _KIND:
        return None
    _, customer, channel, topic, address, told, message = parts
    return Confirmation(customer, channel, topic, address, int(told), message)


def standing(ports: Ports, link: Confirmation) -> Standing:
    """`open`: it may be confirmed. `changed`: the address is another now. `over`: it was used, answered otherwise, or asked anew since."""
    return _standing(load_survivor(ports, link.customer), link, ports.clock())


def confirm_subscription(ports: Ports, link: Confirmation) -> Standing:
    """Confirm what is open; what stands afterwards. The identifier leads to the customer from then on, unless it leads to another."""
    now = ports.clock()
    customer = load_survivor(ports, link.customer)
    stands = _standing(customer, link, now)
    if stands != "open" or customer is None:
        return stands
    ports.events.append(link.customer, Event(
        id=f"confirmed-{link.message}", type="track", name=SUBSCRIPTION_CONFIRMED, at=now, received_at=now, source=ENGINE,
        properties={"channel": link.channel, "topic": link.topic, "address": link.address, "message": link.message}))
    address = customer.address(link.channel)
    if address is not None:
        ports.identifiers.claim(Identifier(CHANNEL_KIND[link.channel], address), customer.id)
    return "confirmed"


def _standing(customer: Customer | None, link: Confirmation, now: int) -> Standing:
    if now >= link.told + ASKED_FOR:
        return "expired"
    asked = customer.asked.get(f"{link.channel}/{link.topic}") if customer is not None else None
    if customer is None or asked is None:
        said = consent_for(customer.consents, link.channel, link.topic) if customer is not None else None
        return "confirmed" if said is not None and said.status == "given" else "over"
    address = customer.address(link.channel)
    if address is None or address_mark(link.channel, address) != link.address:
        return "changed"
    if asked.told != link.told:
        return "over"
    return "open" if open_ask(customer, link.channel, link.topic, now) else "over"
