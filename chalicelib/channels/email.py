"""email: an e-mail as one raw MIME message, with text and HTML parts and one-click unsubscribe.

Sources: RFC 5322 and 2046 (form), RFC 8058 (List-Unsubscribe-Post: the request is a POST that needs no session; both headers
must be covered by the DKIM signature, which SES adds), Amazon SES v2 SendEmail with Content.Raw and EmailTags.
"""

from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from ..model.instant import to_datetime


@dataclass(frozen=True, slots=True)
class EmailContent:
    """A rendered e-mail."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class EmailRequest:
    """What a transport sends: envelope, the whole message as bytes, and tags that come back in every receipt."""

    key: str
    sender: str
    recipient: str
    raw: bytes
    tags: dict[str, str]


def translate(*, key: str, rule: str, sender: str, sender_name: str, recipient: str, content: EmailContent, locale: str,
              unsubscribe_url: str, at: int) -> EmailRequest:
    """The request for one e-mail.

    The Message-ID is made of the message key, so that a mailbox that gets the same message twice can tell. Line breaks in the
    subject or names become spaces: nothing a customer typed can add a header.
    """
    domain = sender.rpartition("@")[2]
    message = EmailMessage()
    message["From"] = Address(_one_line(sender_name), addr_spec=sender)
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = _one_line(content.subject)
    message["Date"] = format_datetime(to_datetime(at), usegmt=True)
    message["Message-ID"] = f"<{key}@{domain}>"
    message["Content-Language"] = locale
    message["List-Unsubscribe"] = f"<{unsubscribe_url}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["X-Beckon-Key"] = key
    message.set_content(content.text)
    message.add_alternative(content.html, subtype="html")
    return EmailRequest(key=key, sender=sender, recipient=recipient, raw=message.as_bytes(), tags={"key": key, "rule": rule})


def _one_line(text: str) -> str:
    return " ".join(text.split())
