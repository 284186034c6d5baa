"""unsubscribe: the link in every message. Effective before it is answered; a GET never changes anything (mail gateways follow links).

The token names customer, channel, topic and message and is signed (HMAC), so that nobody can unsubscribe somebody else. It holds
no address. Source: RFC 8058.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass

from ..engine.identify import UNSUBSCRIBED
from ..model.decision import Message
from ..model.event import Event
from ..model.reason import Reason
from ..ports import Ports, Suppression

_MAC_BYTES = 16


@dataclass(frozen=True, slots=True)
class Link:
    """Who unsubscribes from what, and the message that carried the link."""

    customer: str
    channel: str
    topic: str
    message: str


def unsubscribe_url(ports: Ports, customer: str, message: Message) -> str:
    """The link for one message."""
    payload = "|".join((customer, message.channel, message.topic, message.key)).encode()
    return f"{ports.public_url.rstrip('/')}/u/{_encoded(payload)}.{_encoded(ports.sign(payload)[:_MAC_BYTES])}"


def describe(ports: Ports, token: str) -> Link | None:
    """What a token stands for, None when it is not one of ours."""
    try:
        payload, mac = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split("."))
        if not hmac.compare_digest(mac, ports.sign(payload)[:_MAC_BYTES]):
            return None
        return Link(*payload.decode().split("|"))
    except (ValueError, TypeError, binascii.Error):
        return None


def unsubscribe(ports: Ports, token: str) -> bool:
    """Suppress the address for the topic and tell the customer's log; False for a token that is not ours (answer it all the same)."""
    link, now = describe(ports, token), ports.clock()
    if link is None:
        return False
    record = ports.customers.load(link.customer)
    while record is not None and record.state.merged_into:
        record = ports.customers.load(record.state.merged_into)
    address = record.state.address(link.channel) if record else None
    if address:
        ports.suppressions.add(Suppression(link.channel, address, link.topic, Reason.UNSUBSCRIBED, now))
    ports.events.append(link.customer, Event(
        id=f"unsubscribed-{link.message}", type="track", name=UNSUBSCRIBED, at=now, received_at=now, source="engine",
        properties={"channel": link.channel, "topic": link.topic, "message": link.message}))
    return True


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
