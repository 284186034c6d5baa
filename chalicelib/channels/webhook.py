"""webhook: a message handed to a system of the shop's own: its counter's screen, its CRM, its chat.

The receiver knows a message by its id, which stays the same however often it is called, so it may be called again when nobody knows
whether it heard. It signs nothing back: what became of a message it tells by the tracking API.
Source: Standard Webhooks 1.0.0, https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field, field_validator

from ..model.errors import TemplateFailed
from ..model.evidence import Proof
from ..model.instant import format_instant
from ..model.web_address import web_address
from ..model.written import Written
from .channel import Draft, Lead, Part

PARTS = (Part("text"),)
BEST: Proof = "sent"
TYPE = "message.sent"
MOST_BYTES = 20_000
_LEFT_OUT = ("viewed", "bought", "wishlist", "requests")  # of the customer: long lists, which the shop has itself


class Settings(Written):
    """The shop's system. What it is called with is signed with a secret of the deployment, which is no setting of the rules."""

    url: str = Field(max_length=1_000, examples=["https://crm.nutshell.example/beckon"])
    """Where it is called: https, on its own port, at a server on the public internet."""

    @field_validator("url")
    @classmethod
    def _one_that_may_be_called(cls, value: str) -> str:
        if not value.isascii() or web_address(value) != value or not value.startswith("https://"):
            raise ValueError("it is an address that begins with https://, in plain letters")
        return value


@dataclass(frozen=True, slots=True)
class WebhookRequest:
    """What a transport sends: where to, and the body."""

    key: str
    url: str
    body: bytes


def lead_links(parts: Mapping[str, str], lead: Lead, picture: str | None) -> dict[str, str]:
    """The parts as they are: a machine reads them."""
    return dict(parts)


def endpoint(settings: Settings) -> str:
    """What is closed when the receiver says that it is gone: this address; another one is another endpoint."""
    return settings.url


def translate(draft: Draft) -> WebhookRequest:
    """The request for one message. TemplateFailed when there is more in it than a webhook carries."""
    customer = {name: value for name, value in draft.customer.items() if name not in _LEFT_OUT}
    document: dict[str, Any] = {"type": TYPE, "timestamp": format_instant(draft.at), "data": {
        "key": draft.key, "rule": draft.rule, "step": draft.step, "topic": draft.topic, "messageType": draft.message_type,
        "recipient": draft.recipient, "locale": draft.locale, "customer": customer, "text": draft.parts["text"], "trigger": draft.data,
        "unsubscribeUrl": draft.unsubscribe_url}}
    body = json.dumps(document, separators=(",", ":")).encode()  # ASCII: json escapes all else, half an emoji too
    if len(body) >= MOST_BYTES:
        raise TemplateFailed(f"the webhook's body has {len(body)} bytes; it must stay under {MOST_BYTES}: shorten the text")
    return WebhookRequest(key=draft.key, url=draft.settings.url, body=body)
