"""receipt: what a provider tells of one message, or of one address, whatever the channel."""

from dataclasses import dataclass
from typing import Any

Told = tuple[str, dict[str, Any]]
"""Name and properties of an event."""


@dataclass(frozen=True, slots=True)
class ProviderReceipt:
    """What a provider tells of a message of ours: nothing but that it was taken when `events` is empty.

    It goes by the message's `key`, or where the provider does not give that back by its own `provider_id`, or, when it is about nothing but
    whom we write to, by the `address`. `at` is when what is told happened (milliseconds); it stands in no receipt without events.
    `id` tells receipts of the same moment apart where a provider numbers them.
    """

    channel: str
    key: str | None = None
    provider_id: str = ""
    events: tuple[Told, ...] = ()
    address: str = ""
    at: int = 0
    id: str = ""
