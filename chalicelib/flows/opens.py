"""opens: the picture in an e-mail that tells that it was opened, by its reader or by a program that fetches pictures for its users.

Both are told once for a message, so that a reader who opens it after such a program counts. Whoever asks gets the picture, always.
"""

from dataclasses import dataclass

from ..model.canonical import digest
from ..model.decision import Message
from ..model.errors import StoreUnavailable
from ..model.event import ENGINE, Event
from ..model.receipt import EMAIL_OPENED
from ..ports import Ports
from .links import link_url, parts_of

PICTURE = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")  # one clear dot
ENDING = ".gif"
_KIND = "open"
_PARTS = 5


@dataclass(frozen=True, slots=True)
class Opening:
    """Who was sent which message, on which channel, by which rule."""

    customer: str
    channel: str
    message: str
    rule: str


def picture_url(ports: Ports, customer: str, message: Message) -> str:
    """The address of the picture in one message."""
    return link_url(ports, "o", _KIND, customer, message.channel, message.key, message.rule) + ENDING


def take_open(ports: Ports, token: str, machine: bool) -> None:
    """Tell the customer's log; a token that is not ours and a store that does not answer are counted."""
    now = ports.clock()
    try:
        link = _describe(ports, token)
        if link is None:
            ports.meter.count("opens", outcome="strange")
            return
        new = ports.events.append(link.customer, Event(
            id=f"opened-{digest(link.message, *(('machine',) if machine else ()))}", type="track", name=EMAIL_OPENED, at=now,
            received_at=now, source=ENGINE, properties={
                "channel": link.channel, "message": link.message, "rule": link.rule, **({"machine": True} if machine else {})}))
    except StoreUnavailable:
        ports.meter.count("opens", outcome="lost")
        return
    ports.meter.count("opens", outcome="again" if not new else "machine" if machine else "stored")


def _describe(ports: Ports, token: str) -> Opening | None:
    parts = parts_of(ports, token.removesuffix(ENDING))
    return Opening(*parts[1:]) if parts is not None and len(parts) == _PARTS and parts[0] == _KIND else None
