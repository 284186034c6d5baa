"""registry: every channel. A new one is one file, its lines here (what reads its provider's receipts too, where there is one), one field in
Channels, and its doors: the transport in `adapters/` and `bootstrap.py`, the queue's handler in `app.py`, queues and settings in
`infra/<channel>.json`, rights in `infra/policies/`, a stand-in in `local/messengers.py` where the provider is no service of AWS.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema

from ..model.evidence import Proof, weaker
from ..model.written import Written
from . import email, email_receipts, push, push_receipts, sms, sms_receipts, telegram, telegram_receipts, webhook
from .push import Settings as Push
from .receipt import ProviderReceipt
from .sms import Settings as Sms
from .telegram import Settings as Telegram
from .webhook import Settings as Webhook

CHANNELS: dict[str, ModuleType] = {
    "email": email,
    "sms": sms,
    "push": push,
    "telegram": telegram,
    "webhook": webhook,
}
READERS: dict[str, Callable[[str], list[ProviderReceipt]]] = {
    "email": email_receipts.read_receipts,
    "sms": sms_receipts.read_receipts,
    "push": push_receipts.read_receipts,
    "telegram": telegram_receipts.read_receipts,
}
"""By channel what reads what its provider tells; EventRejected says why that cannot be used."""
TOLD_BY_ID = frozenset({"sms", "push"})
"""Channels whose provider names in its receipts nothing but its own id of the message."""
IDEMPOTENT = frozenset({"webhook"})
"""Channels whose receivers know a message by its key: one of which nobody knows whether it was heard may be sent again."""
ENDPOINTS: dict[str, Callable[[Any], str]] = {"webhook": webhook.endpoint}
"""Channels that reach everybody at one place: by their settings what it is closed under when it is gone."""
FIXED_TEXT_CHECKS: dict[tuple[str, str], Callable[[str, Any], str | None]] = {
    ("sms", "text"): sms.check_size,
}
"""By channel and part what says, given the text that stands in every message and the channel's settings, that it cannot be sent."""
UNITS: dict[str, Callable[[Any], int]] = {"sms": sms.parts_of}
"""By channel of how many parts a request is, each of which is paid for; the others are of one."""
LEADING = frozenset({"email", "telegram"})
"""Channels whose links lead over ours, so that a click is heard of."""


def best_proof(channel: str, until: Proof, clicks: bool) -> Proof:
    """By what a cascade that waits for `until` judges a message on a channel: that, or the most it can tell. A click tells of itself where
    the message's links report back (`clicks`)."""
    if weaker(until, "clicked") == "clicked" and clicks and channel in LEADING:
        return "clicked"
    return weaker(until, CHANNELS[channel].BEST)


MESSAGE_TYPES = ("marketing", "transactional")
WAYS = tuple((channel, message_type) for channel in CHANNELS for message_type in MESSAGE_TYPES)
"""Each has a queue of its own: one channel that stalls holds up no other, and marketing holds up no order's confirmation."""


def _known(name: str) -> str:
    if name not in CHANNELS:
        raise ValueError(f"{name!r} is no channel; there are {', '.join(CHANNELS)}")
    return name


ChannelName = Annotated[str, AfterValidator(_known), WithJsonSchema({"type": "string", "enum": list(CHANNELS)})]
"""The name of a channel."""


class Channels(Written):
    """What the brand's channels need beside e-mail, whose sender is the brand's own. One that is not here is not set up."""

    sms: Sms | None = None
    """Text messages over Amazon SNS."""
    push: Push | None = None
    """Notifications through the shop's app, over Amazon SNS."""
    telegram: Telegram | None = None
    """The bot that writes in Telegram."""
    webhook: Webhook | None = None
    """The shop's own system that is told of messages."""

    def of(self, channel: str) -> Any:
        """The settings of a channel; None when it is not set up."""
        return getattr(self, channel, None)
