"""email: an e-mail as one raw MIME message, with text and HTML parts and one-click unsubscribe.

Sources: RFC 5322 and 2046 (form), RFC 8058 (List-Unsubscribe-Post: the request is a POST that needs no session; both headers
must be covered by the DKIM signature, which SES adds), Amazon SES v2 SendEmail with Content.Raw and EmailTags (parts in 7 bits).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UniqueAddressHeader, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from email.utils import format_datetime
from typing import Any

from pydantic import Field

from ..model.evidence import Proof
from ..model.instant import to_datetime
from ..model.written import Written
from . import email_html
from .channel import Draft, Lead, Part

PARTS = (Part("subject"), Part("text"), Part("html", html=True))
BEST: Proof = "opened"
MOST_PLAIN = 500  # characters of a line; RFC 5322 allows 998 and asks for 78
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")


class _Whole(UniqueUnstructuredHeader):
    """A header on one line. Folded, a URL that is too long for a line would become RFC 2047 words, which no mailbox reads as a URL."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


class _Text(UniqueUnstructuredHeader):
    """A header of words, meant as they are written. Python's newer folding loses spaces in long encoded texts, its older one does not."""

    @classmethod
    def parse(cls, value: str, kwds: dict[str, Any]) -> None:
        super().parse(value, kwds)
        kwds["decoded"] = value  # an encoded word in a customer's name is not decoded here: it may hold line breaks

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {_encoded(str(self), self.name, policy)}{policy.linesep}"


class _Mailbox(UniqueAddressHeader):
    """A name and an address, folded like a text."""

    def fold(self, *, policy: Policy) -> str:
        mailbox = self.addresses[0]
        if _plain(mailbox.display_name):
            return f"{self.name}: {self}{policy.linesep}"
        return f"{self.name}: {_encoded(mailbox.display_name, self.name, policy)}{policy.linesep} <{mailbox.addr_spec}>{policy.linesep}"


def _encoded(text: str, name: str, policy: Policy) -> str:
    return text if _plain(text) else Header(text, "utf-8", header_name=name).encode(linesep=policy.linesep)


def _plain(text: str) -> bool:
    return text.isascii() and len(text) < MOST_PLAIN and "=?" not in text


_HEADERS = HeaderRegistry()
for _name, _kind in (("list-unsubscribe", _Whole), ("message-id", _Whole), ("subject", _Text), ("from", _Mailbox)):
    _HEADERS.map_to_type(_name, _kind)
_FORM = SMTP.clone(header_factory=_HEADERS, cte_type="7bit")


class Settings(Written):
    """Who stands in From. The address must be verified with SES."""

    email: str = Field(pattern=r"^[^@\s<>,]+@[^@\s<>,]+\.[^@\s<>,]+$", examples=["hello@shop.example"])
    """The address e-mails come from."""
    name: str = Field(min_length=1, max_length=100, examples=["Nutshell Books"])
    """The name readers see."""


@dataclass(frozen=True, slots=True)
class EmailRequest:
    """What a transport sends: envelope, the whole message as bytes, and tags that come back in every receipt."""

    key: str
    sender: str
    recipient: str
    raw: bytes
    tags: dict[str, str]


def lead_links(parts: Mapping[str, str], lead: Lead, picture: str | None) -> dict[str, str]:
    """The links of the HTML led over ours, and the picture before its end."""
    return {**parts, "html": email_html.lead_links(parts["html"], lead, picture)}


def translate(draft: Draft) -> EmailRequest:
    """The request for one e-mail.

    The Message-ID is made of the message key, so that a mailbox that gets the same message twice can tell. Line breaks and control
    characters in the subject or names become spaces: nothing a customer typed can add a header. The same message gives the same bytes.
    """
    key, sender = draft.key, draft.settings.email
    domain = sender.rpartition("@")[2]
    message = EmailMessage(policy=_FORM)
    message["From"] = Address(_one_line(draft.settings.name), addr_spec=sender)
    message["To"] = Address(addr_spec=draft.recipient)
    message["Subject"] = _one_line(draft.parts["subject"])
    message["Date"] = format_datetime(to_datetime(draft.at), usegmt=True)
    message["Message-ID"] = f"<{key}@{domain}>"
    message["List-Unsubscribe"] = f"<{draft.unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-Beckon-Key"] = key
    message.set_content(_whole_characters(draft.parts["text"]))
    message.add_alternative(_whole_characters(draft.parts["html"]), subtype="html")
    message["Content-Language"] = draft.locale  # set_content would have taken it away
    message.set_boundary(f"=_{key}")
    return EmailRequest(key=key, sender=sender, recipient=draft.recipient, raw=message.as_bytes(),
                        tags={"key": key, "rule": draft.rule})


def _one_line(text: str) -> str:
    return " ".join(_whole_characters(text).translate(_CONTROLS).split())


def _whole_characters(text: str) -> str:
    """Half an emoji (a name cut in the middle of one) cannot be written in UTF-8; a replacement character takes its place."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
