"""receipt: what became of a message, as events tell it, under the names that are common in the field.

Segment's names for e-mail and push (https://segment.com/docs/connections/spec/email/, .../spec/mobile/), and the like for other channels:
`Message …` with `properties.channel`.
"""

from dataclasses import dataclass
from typing import Literal

from .evidence import Rung

End = Literal["bounced", "complained"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """On which channel (None: `properties.channel` says it), how far the message came, or how the address ended.

    One that says neither is for rules and people: the message came late or not at all, and the address is as good as before.
    """

    channel: str | None
    rung: Rung | None = None
    end: End | None = None


EMAIL_OPENED = "Email Opened"
RECEIPTS: dict[str, Receipt] = {
    "Email Delivered": Receipt("email", "delivered"), EMAIL_OPENED: Receipt("email", "opened"),
    "Email Link Clicked": Receipt("email", "clicked"), "Email Bounced": Receipt("email", end="bounced"),
    "Email Marked as Spam": Receipt("email", end="complained"),
    "Email Soft Bounced": Receipt("email"), "Email Delivery Delayed": Receipt("email"), "Email Dropped": Receipt("email"),
    "SMS Delivered": Receipt("sms", "delivered"), "SMS Link Clicked": Receipt("sms", "clicked"),
    "SMS Bounced": Receipt("sms", end="bounced"),
    "Push Notification Received": Receipt("push", "delivered"), "Push Notification Tapped": Receipt("push", "clicked"),
    "Push Notification Bounced": Receipt("push", end="bounced"),
    "Message Delivered": Receipt(None, "delivered"), "Message Seen": Receipt(None, "seen"),
    "Message Link Clicked": Receipt(None, "clicked"), "Message Replied": Receipt(None, "replied"),
    "Message Bounced": Receipt(None, end="bounced"),
}

ADDRESS_IN = {"email": "email", "sms": "phone", "push": "token"}
"""By channel the property in which a receipt names the address; on all others `address`, which is understood on these too."""


def bounced_on(channel: str) -> str:
    """The name of the event that says that an address of a channel is dead."""
    return next((name for name, receipt in RECEIPTS.items() if receipt == Receipt(channel, end="bounced")), "Message Bounced")


def clicked_on(channel: str) -> str:
    """The name of the event that tells of a click on a channel; where it is one name for many, `properties.channel` says which."""
    return {"email": "Email Link Clicked", "sms": "SMS Link Clicked"}.get(channel, "Message Link Clicked")
