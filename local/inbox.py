"""inbox: every message a provider took, as its reader would see it, and why it was sent: e-mails from moto's SES, what SNS took, and what
the stand-ins of other channels took.
"""

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses.models import RawMessage, ses_backends

from chalicelib.model.instant import format_instant, from_datetime
from simulators.sns import StrictSns

from .books import Books
from .phones import shown

Document = dict[str, Any]


_MORE = ("parts", "button", "body")  # how many parts an SMS has, what stands under a chat's message, what a system was called with


class Inbox:
    """What was sent in one world, oldest first."""

    def __init__(self, region: str, books: Books, sns: StrictSns, others: Callable[[], list[Document]] = list) -> None:
        self._backend = ses_backends[DEFAULT_ACCOUNT_ID][region]
        self._books, self._sns, self._others = books, sns, others
        self._parsed: list[Document] = []

    def count(self) -> int:
        """How many messages were sent."""
        return len(self._backend.sent_messages) + len(self._sns.taken) + len(self._others())

    def messages(self) -> list[Document]:
        """Every message as the contract describes it; where no decision stands behind one, rule and step are null."""
        for sent in self._backend.sent_messages[len(self._parsed):]:
            self._parsed.append(_parse(sent))
        messages = [*self._parsed, *(shown(published, self._books.key_of(published.id)) for published in self._sns.taken)]
        decisions = {decision["key"]: decision for decision in self._books.decisions() if decision["verdict"] == "send"}
        joined = [self._joined(message, decisions.get(message["key"]) or {}) for message in (*messages, *map(_chat, self._others()))]
        return sorted(joined, key=lambda message: str(message["at"] or ""))

    def _joined(self, message: Document, decision: Document) -> Document:
        delivery = self._books.delivery(message["key"]) or {}
        return {
            "at": delivery.get("at") or message["date"], "channel": message["channel"], "address": message["address"],
            "customer": decision.get("customer") or delivery.get("customer"), "rule": decision.get("rule") or delivery.get("rule"),
            "step": decision.get("step"),
            **{name: message[name] for name in ("key", "subject", "text", "html", "links", "headers")},
            **{name: message[name] for name in _MORE if message.get(name)},
            **({"variant": decision["variant"]} if decision.get("variant") else {}),
        }


def _parse(sent: RawMessage) -> Document:
    message = email.message_from_string(sent.raw_data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    html = _part(message, "html")
    return {
        "channel": "email", "date": format_instant(from_datetime(parsedate_to_datetime(message["Date"]))) if message["Date"] else None,
        "address": sent.destinations[0] if sent.destinations else message["To"], "key": message["X-Beckon-Key"] or "",
        "subject": message["Subject"] or "", "text": _part(message, "plain") or "", "html": html or "", "links": _links(html or ""),
        "headers": _headers(message),
    }


def _chat(message: Document) -> Document:
    """A message without a head: its text is markup, a button is one of its links."""
    button = message.get("button") or {}
    links = dict.fromkeys([*_links(message["text"]), *([button["url"]] if "url" in button else [])])
    return {"subject": "", "html": message["text"], "headers": {}, **message, "links": list(links)}


def _part(message: EmailMessage, kind: str) -> str | None:
    body = message.get_body((kind,))
    return None if body is None else body.get_content()


def _headers(message: EmailMessage) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in message.items():
        headers[name] = f"{headers[name]}, {value}" if name in headers else str(value)
    return headers


def _links(html: str) -> list[str]:
    """Where the links of a message lead, in order, each once."""
    found: dict[str, None] = {}

    class Finder(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            for name, value in attrs:
                if tag == "a" and name == "href" and value:
                    found[value] = None

    finder = Finder()
    finder.feed(html)
    finder.close()
    return list(found)
