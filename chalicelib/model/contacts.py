"""contacts: how a customer last came to the shop by themselves: what they wrote, when they rang, when they stood in a store.

Visits of pages are no contacts. Kept in the state, because whoever stands before an assistant is not to wait for a search in the log.
"""

from typing import Any

MOST_CONTACTS = 20
LONGEST_TEXT = 120

CONTACTS: dict[str, str | None] = {
    "Message Received": None, "Message Replied": None, "Email Received": "email", "Email Replied": "email", "SMS Received": "sms",
    "Call Received": "phone", "Call Missed": "phone", "Phone Call Ended": "phone",
    "Live Chat Conversation Started": "chat", "Live Chat Message Sent": "chat", "Support Ticket Created": "support",
    "Store Visited": "store", "Loyalty Card Shown": "store",
}
"""By event: the channel; None: `properties.channel` says it."""

Contact = list[Any]
"""`[at, event, channel, a few words]`."""


def contact_of(name: str, at: int, properties: dict[str, Any]) -> Contact | None:
    """The contact that an event is; None when it is none."""
    if name not in CONTACTS:
        return None
    channel = CONTACTS[name] or properties.get("channel")
    said = next((properties[field] for field in ("text", "message_body", "body", "subject", "reason", "note", "store", "store_id")
                 if isinstance(properties.get(field), str)), "")
    return [at, name, channel[:20] if isinstance(channel, str) else "message", " ".join(said.split())[:LONGEST_TEXT]]
