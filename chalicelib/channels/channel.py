"""channel: what every channel is given and gives back.

A channel is a module with the names of `Channel`: pure, a message goes in and a provider's request comes out. What the provider answers is
its transport's matter (adapters/), what it tells later that of the channel's receipts (`<channel>_receipts.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ..model.evidence import Proof
from ..model.written import Written


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a message that a template writes: `templates/<name>/<channel>.<locale>.<part>.liquid`."""

    name: str
    html: bool = False
    required: bool = True


Lead = Callable[[str], str | None]
"""Over which link of ours an address is to be reached; None for one that stays as it is."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message whose words stand, before it takes a provider's form.

    `settings` are the channel's own in brand.json, `parts` the rendered parts by name, `at` the moment (milliseconds) it leaves, `data`
    what the trigger knows, `customer` what templates see of them.
    """

    key: str
    rule: str
    step: int
    topic: str
    message_type: str
    recipient: str
    locale: str
    parts: Mapping[str, str]
    settings: Any
    unsubscribe_url: str
    at: int
    data: Mapping[str, Any]
    customer: Mapping[str, Any]


class Request(Protocol):
    """What a transport is given; each channel has its own."""

    @property
    def key(self) -> str:
        """The message's key."""


class Channel(Protocol):
    """The names a channel's module has."""

    PARTS: tuple[Part, ...]
    """What its templates write; the first of them is in every language there is."""
    BEST: Proof
    """The furthest a message can be known to have come on it, beside what the reader does on our own pages."""
    Settings: type[Written]
    """What stands about it in brand.json."""

    def lead_links(self, parts: Mapping[str, str], lead: Lead, picture: str | None) -> dict[str, str]:
        """The parts with their links led over ours, and a picture that tells of opening, where the channel can show one."""

    def translate(self, draft: Draft) -> Request:
        """The provider's request."""
