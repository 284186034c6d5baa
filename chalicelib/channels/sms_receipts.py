"""sms_receipts: what Amazon SNS tells of text messages, and what readers answer, as the events that makes in the customer's log.

SNS's word that it has taken a message says nothing of its delivery: that stands in the log of the account, an entry for each message, up to
three days later, under SNS's own id. An answer comes over a topic; the words by which carriers let people opt out close the address.
Sources: https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html, .../sms-voice/latest/userguide/two-way-sms.html and
.../keywords-required.html
"""

import re
from typing import Any

from ..model.consent import ALL_TOPICS
from ..model.errors import EventRejected
from ..model.identifier_kinds import phone_number
from ..model.instant import DAY, parse_instant
from .receipt import ProviderReceipt, Told
from .told_text import Document, read_document, some_text

OPT_OUT = frozenset({"ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "OPT OUT", "QUIT", "REMOVE", "REVOKE", "STOP", "STOPALL", "STOP ALL",
                     "TD", "UNSUBSCRIBE", "СТОП"})
"""Words that are an opt-out when nothing else is said."""
_LONGEST_DWELL = 3 * DAY
_LONGEST_TEXT = 500
_OPTED_OUT = "phone number is opted out"
_DEAD = ("invalid phone number", "destination is on a blocked list", "phone is on a blocked list", "phone has blocked sms")
_OURS = ("blocked as spam by phone carrier", "this delivery would exceed max price", "message body is invalid")
_DIGITS = re.compile(r"[0-9]{7,15}")
_SPACES = re.compile(r"\s+")


def read_receipts(text: str) -> list[ProviderReceipt]:
    """The receipt in an entry of SNS's log or in an answer. EventRejected says why it cannot be used."""
    document = read_document(text, "what SNS tells")
    if "messageBody" in document:
        return [_answer(document)]
    notification, delivery, status = document.get("notification"), document.get("delivery"), document.get("status")
    if not isinstance(notification, dict) or not isinstance(delivery, dict):
        raise EventRejected("no_notification", "SNS's entry does not say which message it is about")
    provider_id = _text(notification.get("messageId"))
    if provider_id is None:
        raise EventRejected("no_message_id", "SNS's entry names no message")
    at = parse_instant(notification.get("timestamp"))
    if at is None:
        raise EventRejected("no_time", "SNS's entry does not say when that was")
    return [ProviderReceipt("sms", provider_id=provider_id, events=(_told(status, delivery),), at=at + _dwell(delivery),
                            address=_number(delivery.get("destination")))]


def _told(status: object, delivery: Document) -> Told:
    """Only what says that the number is dead, or that its owner wants no more, closes it. A carrier's filter judges the text, not the
    number; what stands in no list is taken as passing."""
    said = _text(delivery.get("providerResponse")) or ""
    if status == "SUCCESS":
        return "SMS Delivered", {}
    if status != "FAILURE":
        raise EventRejected("no_status", "SNS's entry has neither the status SUCCESS nor FAILURE")
    words = _SPACES.sub(" ", said).strip().lower()
    if words.startswith(_OPTED_OUT):
        return "Unsubscribed", {"topic": ALL_TOPICS, "reason": said}
    if words.startswith(_DEAD):
        return "SMS Bounced", {"reason": said}
    return "SMS Dropped" if words.startswith(_OURS) else "SMS Soft Bounced", {"reason": said} if said else {}


def _answer(document: Document) -> ProviderReceipt:
    """What somebody wrote back. `timestamp` is when the topic brought it: the answer itself does not say."""
    body, address = _text(document.get("messageBody")), _number(document.get("originationNumber"))
    if not address:
        raise EventRejected("no_sender", "the answer does not say which number it comes from")
    at = parse_instant(document.get("timestamp"))
    if at is None:
        raise EventRejected("no_time", "the answer does not say when it came")
    told: Told = ("Message Replied", {"text": body or ""})
    if _SPACES.sub(" ", (body or "").strip(" \t\r\n.!\"'")).upper() in OPT_OUT:
        told = "Unsubscribed", {"topic": ALL_TOPICS, "reason": body}
    return ProviderReceipt("sms", provider_id=_text(document.get("previousPublishedMessageId")) or "", events=(told,), address=address,
                           at=at, id=_text(document.get("inboundMessageId")) or "")


def _number(said: object) -> str:
    """A number in its one form; empty for what is none: letters in place of digits would be read as a keypad has them."""
    digits = said.removeprefix("+") if isinstance(said, str) else ""
    return (phone_number(f"+{digits}") if _DIGITS.fullmatch(digits) else None) or ""


def _dwell(delivery: Document) -> int:
    """How long after it was published that was, milliseconds."""
    said = delivery.get("dwellTimeMs")
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said <= _LONGEST_DWELL else 0


def _text(said: Any) -> str | None:
    return some_text(said, _LONGEST_TEXT)
