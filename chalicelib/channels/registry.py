"""registry: every channel. A new one is one file, one line here, one field in Channels, and its transport in bootstrap.py."""

from collections.abc import Callable
from types import ModuleType
from typing import Annotated, Any

from pydantic import AfterValidator, WithJsonSchema

from ..model.written import Written
from . import email, email_receipts
from .receipt import ProviderReceipt

CHANNELS: dict[str, ModuleType] = {"email": email}
READERS: dict[str, Callable[[str], list[ProviderReceipt]]] = {"email": email_receipts.read_receipts}
"""By channel what reads what its provider tells; EventRejected says why that cannot be used."""
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

    def of(self, channel: str) -> Any:
        """The settings of a channel; None when it is not set up."""
        return getattr(self, channel, None)
