"""email_receipts: what Amazon SES tells of an e-mail, as the events it makes in the customer's log.

An open or a click counts as a machine's when it comes from a program that fetches pictures or follows links for people, or from one that
does not say what it is.
Source: https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

import re
from collections.abc import Callable
from email.utils import parseaddr
from typing import Any

from ..model.consent import ALL_TOPICS
from ..model.errors import EventRejected
from ..model.identifier_kinds import email_address
from ..model.instant import parse_instant
from ..model.machines import fetches_pictures, follows_links
from .receipt import ProviderReceipt, Told
from .told_text import Document, read_document, some_text

KEY_TAG, KEY_HEADER = "key", "x-beckon-key"  # see email.py
_KEY = re.compile(r"[a-z2-7]{26}")
_TRIAL = "Successfully validated SNS topic"
_PARTS = {"Delivery": "delivery", "Bounce": "bounce", "Complaint": "complaint", "Open": "open", "Click": "click", "Reject": "reject",
          "Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay", "Subscription": "subscription"}
_LONGEST_TEXT = 2_000

# Programs of which SES tells beside those in model/machines.py: whatever says that it is one, and libraries without a reader.
_PROGRAMS = re.compile(r"(?<!cu)bot\b|crawler|spider|preview|scanner"
                       r"|^curl/|^wget/|python-requests|python-urllib|aiohttp|go-http-client|apache-httpclient|^java/|libwww-perl",
                       re.IGNORECASE)


def read_receipts(text: str) -> list[ProviderReceipt]:
    """The receipt in a message of SES's topic; none when it is about no e-mail of ours. EventRejected says why it cannot be used."""
    receipt = _receipt(text)
    return [] if receipt is None else [receipt]


def _receipt(text: str) -> ProviderReceipt | None:
    if text.startswith(_TRIAL):
        return None
    document = read_document(text, "what SES's topic brought")
    event_type, mail = document.get("eventType"), document.get("mail")
    if not isinstance(event_type, str):
        raise EventRejected("no_event_type", "SES's document has no eventType")
    if not isinstance(mail, dict):
        raise EventRejected("no_mail", "SES's document does not say which e-mail it is about")
    key = _key(mail)
    if key is None:
        return None
    provider_id = _text(mail.get("messageId")) or ""
    name = _PARTS.get(event_type)
    if name is None:  # Send, or what is new
        return ProviderReceipt("email", key, provider_id)
    part = document.get(name)
    if not isinstance(part, dict):
        raise EventRejected(f"no_{name}", f"SES's document tells of a {event_type} without {name}")
    events = tuple(_events(event_type, part))
    if not events:
        return ProviderReceipt("email", key, provider_id)
    return ProviderReceipt("email", key, provider_id, events, _recipient(mail), _moment(part, mail))


def _events(event_type: str, part: Document) -> list[Told]:
    match event_type:
        case "Delivery":
            return [("Email Delivered", {})]
        case "Bounce":
            return [_bounce(part)]
        case "Complaint":  # `not-spam` takes one back
            kind = _text(part.get("complaintFeedbackType"))
            return [] if kind == "not-spam" else [("Email Marked as Spam", _said(complaint_type=kind))]
        case "Open":
            return [("Email Opened", _said(machine=_is_machine(part, fetches_pictures) or None))]
        case "Click":
            return [("Email Link Clicked", _said(link_url=_text(part.get("link")), machine=_is_machine(part, follows_links) or None))]
        case "DeliveryDelay":
            return [("Email Delivery Delayed", _said(reason=_text(part.get("delayType"))))]
        case "Subscription":
            return [("Unsubscribed", {"channel": "email", "topic": topic}) for topic in _topics_left(part)]
    return [("Email Dropped", _said(reason=_text(part.get("reason") or part.get("errorMessage"))))]


def _bounce(part: Document) -> Told:
    """Only a permanent one says that the address is dead."""
    kind = _text(part.get("bounceType"))
    if kind is None:
        raise EventRejected("no_bounce_type", "SES's document does not say of which type the bounce is")
    name = "Email Bounced" if kind == "Permanent" else "Email Soft Bounced"
    return name, _said(bounce_type=kind, bounce_subtype=_text(part.get("bounceSubType")))


def _topics_left(part: Document) -> list[str]:
    """The topics somebody wants no more of. SES's own page asks for no consent as we do, so a yes given there is none."""
    match part.get("newTopicPreferences"):
        case {"unsubscribeAll": True}:
            return [ALL_TOPICS]
        case {"topicSubscriptionStatus": list(topics)}:
            return [name for topic in topics if isinstance(topic, dict) and topic.get("subscriptionStatus") == "OptOut"
                    and (name := _text(topic.get("topicName")))]
    return []


def _is_machine(part: Document, known: Callable[[str], bool]) -> bool:
    agent = (_text(part.get("userAgent")) or "").strip()
    return not agent or known(agent) or _PROGRAMS.search(agent) is not None


def _recipient(mail: Document) -> str:
    """Whom the e-mail went to: ours go to one address each, so whoever else a bounce or a complaint lists has nothing to do with it."""
    destination = mail.get("destination")
    named = [entry for entry in destination if isinstance(entry, str)] if isinstance(destination, list) else []
    addresses = [email_address(parseaddr(entry)[1]) for entry in named]
    if len(addresses) != 1 or addresses[0] is None:
        raise EventRejected("no_recipient", f"SES's document names {len(addresses)} recipients; an e-mail of ours has one")
    return addresses[0]


def _moment(part: Document, mail: Document) -> int:
    for told in (part, mail):
        at = parse_instant(told.get("timestamp"))
        if at is not None:
            return at
    raise EventRejected("no_time", "SES's document does not say when that was")


def _key(mail: Document) -> str | None:
    """The message key: as a tag, else in the e-mail's own header."""
    tags, headers = mail.get("tags"), mail.get("headers")
    tagged = tags.get(KEY_TAG) if isinstance(tags, dict) else None
    found = [*tagged] if isinstance(tagged, list) else []
    for header in headers if isinstance(headers, list) else []:
        if isinstance(header, dict) and str(header.get("name")).lower() == KEY_HEADER:
            found.append(header.get("value"))
    return next((key for key in found if isinstance(key, str) and _KEY.fullmatch(key)), None)


def _said(**properties: Any) -> Document:
    return {name: value for name, value in properties.items() if value is not None}


def _text(said: Any) -> str | None:
    return some_text(said, _LONGEST_TEXT)
