"""contacts: the last contacts a customer had with the shop's people, over all channels: what counts as one is the table below.

What Beckon itself sends is not here: decisions and deliveries tell of that. The log has everything, but between two calls a month apart lie
thousands of pages looked at, so the last contacts are kept with the customer, and nobody who answers a call waits for a search.
"""

from typing import Any, Literal

from .event import Event
from .instant import DAY
from .recent import short_id

Direction = Literal["in", "out"]

CONTACTS: dict[str, tuple[Direction, str | None]] = {
    "Message Received": ("in", None), "Message Replied": ("in", None), "Chat Message Received": ("in", None),
    "SMS Received": ("in", "sms"),
    "Email Received": ("in", "email"), "Email Replied": ("in", "email"),
    "Support Email Received": ("in", "email"), "Support Email Sent": ("out", "email"),
    "Support Ticket Created": ("in", "support"), "Ticket Created": ("in", "support"),
    "Live Chat Conversation Started": ("in", "chat"),
    "Live Chat Message Sent": ("in", "chat"), "Live Chat Message Received": ("in", "chat"),
    "Call Received": ("in", "phone"), "Call Made": ("out", "phone"), "Call Missed": ("in", "phone"),
    "Call Started": ("in", "phone"), "Call Ended": ("in", "phone"),
    "Phone Call Started": ("in", "phone"), "Phone Call Ended": ("in", "phone"),
    "Store Visited": ("in", "store"), "Loyalty Card Shown": ("in", "store"), "Assistant Consulted": ("in", "store"),
    "Contact Form Submitted": ("in", "web"),
}
"""By event: from which side, and on which channel (None: `properties.channel` says it). A conversation in a live chat is one contact, begun
by the customer, whoever wrote last."""

OTHER = "other"  # the channel of a message that does not name one
MOST_CONTACTS = 20
MOST_CLAIMED = 5  # of them said by keys that anybody can read: a flood of these pushes out nothing else
KEPT = 400 * DAY
_LONGEST = 120
_SIDES: dict[str, Direction] = {"inbound": "in", "incoming": "in", "outbound": "out", "outgoing": "out"}
_SAME = {"phone": "call_id", "chat": "conversation_id", "support": "ticket_id"}  # by channel the id that events on one contact share
_TEXTS = ("subject", "text", "message_body", "body", "summary", "note", "notes", "reason", "topic", "store", "store_name", "store_id")

Contacts = dict[str, list[Any]]
"""By contact: `[vouched (0 or 1), at, direction, channel, event, text]`: of two words on one call, chat or ticket the later counts."""


def note_contact(known: Contacts, event: Event) -> None:
    """Take in an event, if it is a contact. Without an id of a call, a chat or a ticket each event is a contact of its own."""
    if event.type != "track" or event.name not in CONTACTS:
        return
    said, (direction, named) = event.properties, CONTACTS[event.name]
    channel = named or _text(said.get("channel"), 20).lower() or OTHER
    side = said.get("direction")
    if channel == "phone" and isinstance(side, str):
        direction = _SIDES.get(side.strip().lower(), direction)
    same = _text(said.get(_SAME.get(channel, "")), 200)
    text = next((text for name in _TEXTS if (text := _text(said.get(name), _LONGEST))), "")
    _take(known, short_id(f"{channel} {same}" if same else event.id), [int(event.trusted), event.at, direction, channel, event.name, text])
    _bound(known, event.received_at)


def newest_contacts(known: Contacts) -> list[dict[str, Any]]:
    """The contacts, the newest first; `at` in milliseconds. `vouched`: the shop's own systems said so, or a signed call."""
    words = sorted(((word[1], contact, word) for contact, word in known.items()), reverse=True)
    return [{"at": at, "direction": direction, "channel": channel, "event": event, "text": text, "vouched": bool(vouched)}
            for _, _, (vouched, at, direction, channel, event, text) in words]


def join_contacts(mine: Contacts, theirs: Contacts, now: int) -> Contacts:
    """The newest of both, each contact once."""
    for contact, word in theirs.items():
        _take(mine, contact, list(word))
    _bound(mine, now)
    return mine


def lighten_contacts(known: Contacts) -> bool:
    """The older half goes."""
    old = _oldest(known)[:len(known) // 2]
    for contact in old:
        del known[contact]
    return bool(old)


def _take(known: Contacts, contact: str, word: list[Any]) -> None:
    held = known.get(contact)
    known[contact] = word if held is None else max(held, word)


def _bound(known: Contacts, now: int) -> None:
    """What is older than the log goes as it does there; beyond the bounds the oldest go, whatever the order in which they came."""
    oldest = _oldest(known)
    claimed = [contact for contact in oldest if not known[contact][0]]
    too_many = claimed[:max(0, len(claimed) - MOST_CLAIMED)]
    left = [contact for contact in oldest if contact not in too_many]
    too_old = [contact for contact in left if known[contact][1] <= now - KEPT]
    for contact in {*too_many, *too_old, *left[:max(0, len(left) - MOST_CONTACTS)]}:
        del known[contact]


def _oldest(known: Contacts) -> list[str]:
    return sorted(known, key=lambda contact: (known[contact][1], contact))


def _text(value: Any, longest: int) -> str:
    """One line of a text or a number; nothing for anything else."""
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        return ""
    line = " ".join(str(value)[:20 * longest].split())
    return line if len(line) <= longest else line[:longest - 1] + "…"
