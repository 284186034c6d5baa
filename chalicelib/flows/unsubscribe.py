"""unsubscribe: the link in every message. Effective before it is answered; a GET never changes anything (mail gateways follow links).

The token names customer, channel, topic and message and is signed, so that nobody can unsubscribe somebody else. Of the address it holds
a hash only; links from before have none.
Source: RFC 8058.
"""

from dataclasses import dataclass

from ..engine.consents import UNSUBSCRIBED
from ..engine.opt_in import address_mark
from ..model.decision import Message
from ..model.event import Event
from ..model.reason import Reason
from ..model.suppression import Suppression
from ..ports import Ports
from .links import link_url, parts_of
from .lookup import load_survivor

_KIND = "leave"
_PARTS = 6
_PARTS_BEFORE = 4


@dataclass(frozen=True, slots=True)
class Link:
    """Who unsubscribes from what, the message that carried the link, and the address it was sent to (its mark)."""

    customer: str
    channel: str
    topic: str
    message: str
    address: str = ""


def unsubscribe_url(ports: Ports, customer: str, message: Message, address: str) -> str:
    """The link for one message to this address."""
    return link_url(ports, "u", _KIND, customer, message.channel, message.topic, message.key, address_mark(message.channel, address))


def describe(ports: Ports, token: str) -> Link | None:
    """What a token stands for, None when it is not one of ours."""
    parts = parts_of(ports, token)
    if parts is not None and len(parts) == _PARTS and parts[0] == _KIND:
        return Link(*parts[1:])
    return Link(*parts) if parts is not None and len(parts) == _PARTS_BEFORE else None


def unsubscribe(ports: Ports, token: str) -> bool:
    """Suppress the address for the topic and tell the customer's log; False for a token that is not ours (answer it all the same)."""
    link, now = describe(ports, token), ports.clock()
    if link is None:
        return False
    customer = load_survivor(ports, link.customer)
    address = customer.address(link.channel) if customer else None
    if address:
        ports.suppressions.add(Suppression(link.channel, address, link.topic, Reason.UNSUBSCRIBED, now))
    ports.events.append(link.customer, Event(
        id=f"unsubscribed-{link.message}", type="track", name=UNSUBSCRIBED, at=now, received_at=now, source="engine",
        properties={"channel": link.channel, "topic": link.topic, "message": link.message}))
    return True
