"""telegram: a message of a bot, in Telegram's HTML, with a button under it if there is one.

A button with a `link` leads there; one without tells that it was pressed. Who blocks the bot, or writes `/stop`, gets nothing more.
Source: https://core.telegram.org/bots/api#sendmessage
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from ..model.errors import TemplateFailed
from ..model.evidence import Proof
from ..model.web_address import web_address
from ..model.written import Written
from .channel import Draft, Lead, Part
from .email_html import lead_links as lead_html_links
from .telegram_html import find_problem

PARTS = (Part("text", html=True), Part("button", required=False), Part("link", required=False))
BEST: Proof = "sent"
"""What Telegram takes stands in the chat; of whether it is read it tells nobody."""
LONGEST_BUTTON = 64


class Settings(Written):
    """The bot. Its token is no setting of the rules: it is a secret of the deployment."""

    bot: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{1,28}[Bb][Oo][Tt]$", examples=["NutshellBooksBot"])
    """The bot's name, without @: links that open its chat are made of it."""
    protect_content: bool = False
    """Whether messages may be neither forwarded nor saved."""


@dataclass(frozen=True, slots=True)
class TelegramRequest:
    """What a transport sends: the chat, and the body of sendMessage."""

    key: str
    recipient: str
    body: dict[str, Any]


def lead_links(parts: Mapping[str, str], lead: Lead, picture: str | None) -> dict[str, str]:
    """The links of the text, and the button's, led over ours. A chat shows no picture that could tell of opening."""
    led = {**parts, "text": lead_html_links(parts["text"], lead, None)}
    link = parts.get("link", "").strip()
    if link:
        led["link"] = lead(link) or link
    return led


def translate(draft: Draft) -> TelegramRequest:
    """The request for one message. TemplateFailed for what Telegram would refuse."""
    text = _whole_characters(draft.parts["text"])
    problem = find_problem(text)
    if problem:
        raise TemplateFailed(f"the text for Telegram: {problem}")
    body: dict[str, Any] = {"chat_id": int(draft.recipient), "text": text, "parse_mode": "HTML"}
    if draft.settings.protect_content:
        body["protect_content"] = True
    button = _button(draft)
    if button is not None:
        body["reply_markup"] = {"inline_keyboard": [[button]]}
    return TelegramRequest(key=draft.key, recipient=draft.recipient, body=body)


def _button(draft: Draft) -> dict[str, str] | None:
    label = " ".join(_whole_characters(draft.parts.get("button", "")).split())
    link = draft.parts.get("link", "").strip()
    if not label:
        if link:
            raise TemplateFailed("there is a link for Telegram but no button to press")
        return None
    if len(label) > LONGEST_BUTTON:
        raise TemplateFailed(f"the button for Telegram has {len(label)} characters; at most {LONGEST_BUTTON} can be read")
    if not link:
        return {"text": label, "callback_data": draft.key}
    address = web_address(link)
    if address is None:
        raise TemplateFailed("the link for Telegram's button does not lead to the web")
    return {"text": label, "url": address}


def _whole_characters(text: str) -> str:
    """Half an emoji (a name cut in the middle of one) cannot be written in UTF-8; a replacement character takes its place."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
