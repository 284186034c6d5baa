"""telegram: messages over Telegram's Bot API. It has no idempotency key, so nothing is ever sent twice from here.

The bot's token is a part of the address; it stands in no error and no log. Telegram's own words may quote the message, so errors hold
those only that are known here.
Source: https://core.telegram.org/bots/api#making-requests, and the server's own, https://github.com/tdlib/telegram-bot-api
"""

import json
import re
from collections.abc import Callable
from typing import Any, Literal

from ..channels.telegram import TelegramRequest
from ..model.errors import StoreUnavailable, TransportFailed
from ..model.instant import HOUR, SECOND
from .web import Answer, Post

URL = "https://api.telegram.org"
ACCOUNT_WAIT = HOUR  # until somebody mends the token; long, so that the channel is parked instead of hammered
RATE_WAIT = 2 * SECOND  # where Telegram asks to wait and does not say how long
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}")

Closes = Literal["bounced", "unsubscribed"]
# What the description of a refusal says, in small letters, and what follows for the address: it is dead, or its owner wants no more.
# Who never opened the chat has not agreed: a yes that comes later opens the address again.
_PEOPLE: dict[str, Closes] = {
    "bot was blocked by the user": "unsubscribed", "bot was kicked": "unsubscribed", "bot is not a member": "unsubscribed",
    "bot can't initiate conversation with a user": "unsubscribed",
    "user is deactivated": "bounced", "chat not found": "bounced", "user not found": "bounced", "peer_id_invalid": "bounced",
    "group chat was deleted": "bounced", "bots can't send messages to bots": "bounced", "bot can't send messages to bots": "bounced",
}
_MESSAGES = ("can't parse entities", "message is too long", "message text is empty", "text must be encoded in utf-8", "button_url_invalid",
             "button_data_invalid", "button_type_invalid", "have no rights to send", "not enough rights")


class TelegramTransport:
    """The Transport of Telegram. `token` gives the bot's token when it is needed."""

    def __init__(self, post: Post, token: Callable[[], str]) -> None:
        self._post, self._token = post, token

    def send(self, request: TelegramRequest) -> str:
        """Send once; Telegram's number of the message in its chat. TransportFailed says what is known."""
        try:
            token = self._token()
        except StoreUnavailable:
            raise TransportFailed("the bot's token cannot be read", retryable=True) from None
        if not _TOKEN.fullmatch(token):
            raise TransportFailed("the bot's token is none", retryable=True, retry_after=ACCOUNT_WAIT)
        body = json.dumps(request.body, separators=(",", ":")).encode()
        answer = self._post(f"{URL}/bot{token}/sendMessage", {"Content-Type": "application/json"}, body)
        return message_number(answer)


def message_number(answer: Answer) -> str:
    """The number of the message that an answer tells of. TransportFailed says what it means otherwise."""
    document = _document(answer.body)
    if 200 <= answer.status < 300:
        match document:
            case {"ok": True, "result": {"message_id": int(number)}}:
                return str(number)
        raise TransportFailed("Telegram gave an answer that cannot be read", ambiguous=True)
    raise _refused(answer, document)


def _refused(answer: Answer, document: dict[str, Any]) -> TransportFailed:
    code, parameters = answer.status, document.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    words = str(document.get("description", "")).lower()
    if code == 429:
        return TransportFailed("Telegram asks to wait", retryable=True, retry_after=_wait(parameters, answer))
    if code >= 500 or code < 400:
        return TransportFailed(f"Telegram failed with {code}", ambiguous=True)
    moved = parameters.get("migrate_to_chat_id")
    if isinstance(moved, int) and not isinstance(moved, bool):
        return TransportFailed("the chat has moved", retryable=True, moved_to=str(moved))
    about_them = next((phrase for phrase in _PEOPLE if phrase in words), None)
    if code in (400, 403) and about_them is not None:
        return TransportFailed(f"Telegram refused the chat: {code} {about_them}", closes=_PEOPLE[about_them])
    if code in (401, 404):
        return TransportFailed(f"Telegram sends nothing for this bot: {code}", retryable=True, retry_after=ACCOUNT_WAIT)
    phrase = next((phrase for phrase in _MESSAGES if phrase in words), "for a reason not known here")
    return TransportFailed(f"Telegram refused the message: {code} {phrase}")


def _wait(parameters: dict[str, Any], answer: Answer) -> int:
    """Milliseconds, exactly as Telegram says, in its document or else in the header."""
    said = parameters.get("retry_after", answer.headers.get("retry-after"))
    text = str(said).strip()
    return int(text) * SECOND if text.isascii() and text.isdecimal() and len(text) < 10 else RATE_WAIT


def _document(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
