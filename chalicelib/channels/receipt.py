"""receipt: what a provider tells of one message, or of one address, whatever the channel."""

from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

Told = tuple[str, dict[str, Any]]
"""Name and properties of an event."""


@dataclass(frozen=True, slots=True)
class ProviderReceipt:
    """What a provider tells of a message of ours: nothing but that it was taken when `events` is empty.

    It goes by the message's `key`, or where the provider does not give that back by its own `provider_id`, or, when it is about nothing but
    whom we write to, by the `address`. `at` is when what is told happened (milliseconds); it stands in no receipt without events.
    Where a provider does not say when (0), that is when it tells. `behind` is the provider's own name for the address where it tells no
    more; the channel's transport knows the address behind it. `id` tells receipts of the same moment apart where a provider numbers them.
    `joins` is a word of ours by which whoever has the address shows which customer they are.
    """

    channel: str
    key: str | None = None
    provider_id: str = ""
    events: tuple[Told, ...] = ()
    address: str = ""
    at: int = 0
    id: str = ""
    joins: str = ""
    behind: str = ""


@runtime_checkable
class KnowsAddresses(Protocol):
    """A transport whose provider has names of its own for addresses."""

    def address_behind(self, name: str, /) -> str | None:
        """The address with this name, None when there is none any more. StoreUnavailable: asking again may help."""
