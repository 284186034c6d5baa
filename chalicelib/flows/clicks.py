"""clicks: the links in messages that report back. They lead only to an address that was signed, and always lead there.

The token names customer, channel, message, rule and address and never expires. A message and an address count once: the event's id is made
of both, so that a reader who comes again, or a program that tries it twice, is one click.
"""

from dataclasses import dataclass

from ..model.canonical import digest
from ..model.decision import Message
from ..model.errors import StoreUnavailable
from ..model.event import ENGINE, Event
from ..model.receipt import clicked_on
from ..model.web_address import web_address
from ..ports import Ports
from .links import link_url, parts_of

_KIND = "click"
_PARTS = 6


@dataclass(frozen=True, slots=True)
class Click:
    """Who was sent which message by which rule, and where the link in it leads."""

    customer: str
    channel: str
    message: str
    rule: str
    address: str


def click_url(ports: Ports, customer: str, message: Message, address: str) -> str | None:
    """The link that reports back and leads to an address; None for an address it cannot lead to."""
    target = web_address(address)
    return target and link_url(ports, "c", _KIND, customer, message.channel, message.key, message.rule, target)


def describe_click(ports: Ports, token: str) -> Click | None:
    """What a token stands for, None when it is not one of ours."""
    parts = parts_of(ports, token)
    return Click(*parts[1:]) if parts is not None and len(parts) == _PARTS and parts[0] == _KIND else None


def take_click(ports: Ports, link: Click, machine: bool) -> None:
    """Tell the customer's log, unless a machine follows the link. A store that does not answer must not keep a reader from the page."""
    if machine:
        ports.meter.count("clicks", outcome="machine", channel=link.channel)
        return
    now = ports.clock()
    try:
        new = ports.events.append(link.customer, Event(
            id=f"clicked-{digest(link.message, link.address)}", type="track", name=clicked_on(link.channel), at=now, received_at=now,
            source=ENGINE, properties={"channel": link.channel, "message": link.message, "rule": link.rule, "link": link.address}))
    except StoreUnavailable:
        ports.meter.count("clicks", outcome="lost", channel=link.channel)
        return
    ports.meter.count("clicks", outcome="stored" if new else "again", channel=link.channel)
