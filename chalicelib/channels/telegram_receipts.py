"""telegram_receipts: what a bot is told, as the events it makes: who pressed a button, wrote, blocked the bot or opened it again.

Telegram numbers its updates and brings one again until it is answered; the number makes twice told once. It signs nothing: whoever calls
knows a secret that was given when the bot was connected.
Source: https://core.telegram.org/bots/api#update, .../bots/api#setwebhook, .../bots/features#deep-linking
"""

import hmac
import re
from collections.abc import Mapping
from typing import Any, TypeGuard

from ..model.consent import ALL_TOPICS
from ..model.errors import EventRejected
from ..model.identifier_kinds import chat_number
from .receipt import ProviderReceipt, Told
from .told_text import Document, read_document

HEADER = "x-telegram-bot-api-secret-token"
CHAT_OPENED = "Chat Opened"
_KEY = re.compile(r"[a-z2-7]{26}")
_STOP = re.compile(r"/stop(@\w+)?(\s.*)?|stop", re.IGNORECASE | re.DOTALL)
_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<token>[A-Za-z0-9_-]{1,64}))?\s*", re.IGNORECASE)
_LONGEST_TEXT = 2_000
_LATEST = 2**40  # seconds; beyond the calendar
_WITHIN_A_SECOND = 999  # milliseconds: Telegram cuts them off, and a no counts from the end of the second in which it may have been said


def is_genuine(headers: Mapping[str, str], secret: str) -> bool:
    """Whether a call comes from whoever was given the secret. Takes the same time whatever is wrong."""
    return hmac.compare_digest(headers.get(HEADER, "").encode("utf-8", "replace"), secret.encode())


def answer_to(text: str) -> Document:
    """What to answer Telegram with: a pressed button waits for a word that it was heard."""
    query = read_document(text, "what Telegram brought").get("callback_query")
    if isinstance(query, dict) and isinstance(query.get("id"), str):
        return {"method": "answerCallbackQuery", "callback_query_id": query["id"]}
    return {}


def read_receipts(text: str) -> list[ProviderReceipt]:
    """The receipt in an update; none when it is about nothing of ours. EventRejected says why it cannot be used."""
    update = read_document(text, "what Telegram brought")
    number = update.get("update_id")
    if not _is_whole(number):
        raise EventRejected("no_update_id", "Telegram's update has no number")
    for kind, read in (("callback_query", _pressed), ("my_chat_member", _stands), ("message", _wrote)):
        told = update.get(kind)
        if told is not None:
            if not isinstance(told, dict):
                raise EventRejected(f"no_{kind}", f"Telegram's update has a {kind} that is no object")
            return read(told, str(number))
    return []


def _pressed(query: Document, number: str) -> list[ProviderReceipt]:
    """A button of ours carries its message's key. Telegram does not say when it was pressed."""
    key = query.get("data")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return []
    return [ProviderReceipt("telegram", key, events=(("Message Link Clicked", {}),), address=_person(query.get("from")), id=number)]


def _stands(change: Document, number: str) -> list[ProviderReceipt]:
    """Whether the bot may write to somebody now. Who lets it in again has agreed to nothing by that."""
    if not _is_private(change):
        return []
    member = change.get("new_chat_member")
    match member.get("status") if isinstance(member, dict) else None:
        case "kicked" | "left":
            return [_of(change, number, ("Unsubscribed", {"topic": ALL_TOPICS}), strict=True)]
        case "member":
            return [_of(change, number, (CHAT_OPENED, {}))]
    return []


def _wrote(message: Document, number: str) -> list[ProviderReceipt]:
    if not _is_private(message):
        return []
    text = message.get("text")
    text = text.strip() if isinstance(text, str) else ""
    if _STOP.fullmatch(text):
        return [_of(message, number, ("Unsubscribed", {"topic": ALL_TOPICS}), strict=True)]
    start = _START.fullmatch(text)
    if start:
        return [_of(message, number, (CHAT_OPENED, {}), joins=start["token"] or "")]
    return [_of(message, number, ("Message Replied", {"text": text[:_LONGEST_TEXT]} if text else {}))]


def _of(said: Document, number: str, told: Told, *, strict: bool = False, joins: str = "") -> ProviderReceipt:
    date = said.get("date")
    if not _is_whole(date) or not 0 < date < _LATEST:
        raise EventRejected("no_time", "Telegram's update does not say when that was")
    return ProviderReceipt("telegram", events=(told,), address=_person(said.get("from")), id=number, joins=joins,
                           at=date * 1000 + (_WITHIN_A_SECOND if strict else 0))


def _is_private(said: Document) -> bool:
    chat = said.get("chat")
    return isinstance(chat, dict) and chat.get("type") == "private"


def _person(said: Any) -> str:
    number = said.get("id") if isinstance(said, dict) else None
    person = chat_number(str(number)) if _is_whole(number) and number > 0 else None
    if person is None:
        raise EventRejected("no_person", "Telegram's update does not say who that was")
    return person


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
