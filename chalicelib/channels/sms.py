"""sms: a text message over Amazon SNS.

Sources: Amazon SNS Publish with PhoneNumber (E.164, at most 1,600 bytes) and its reserved attributes AWS.SNS.SMS.* and
AWS.MM.SMS.OriginationNumber (https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import Field, field_validator

from ..model.errors import TemplateFailed
from ..model.evidence import Proof
from ..model.written import Written
from .channel import Draft, Lead, Part
from .sms_size import size_of

PARTS = (Part("text"),)
BEST: Proof = "delivered"
MOST_BYTES = 1_600
MOST_PARTS = 4
MAX_PRICE = "AWS.SNS.SMS.MaxPrice"
_CONTROLS = {code: " " for code in (*range(32), *range(127, 160)) if chr(code) != "\n"}


class Settings(Written):
    """What stands about text messages. Nothing is needed: SNS then sends from a number of its own, where the country allows that."""

    sender_id: str | None = Field(default=None, pattern=r"^[0-9]{0,10}[A-Za-z][A-Za-z0-9]{0,10}$", max_length=11, examples=["Nutshell"])
    """The name readers see as the sender, where the country allows names: letters and digits, at most 11."""
    origination_number: str | None = Field(default=None, pattern=r"^\+?[0-9]{3,15}$", examples=["+18445550100"])
    """The number messages come from: one that the account has leased."""
    max_price: float | None = Field(default=None, gt=0, le=100, examples=[0.25])
    """The most one part may cost, US dollars; SNS does not deliver what costs more."""
    most_parts: int = Field(default=MOST_PARTS, ge=1, le=10, examples=[2])
    """In how many parts (of 160 letters, or 70 beyond the Latin ones) a message may go; one that takes more is not sent."""

    @field_validator("max_price", mode="before")
    @classmethod
    def _is_a_number(cls, value: object) -> object:
        if isinstance(value, (bool, str)):
            raise ValueError(f"{value!r} is no amount of US dollars; write for example 0.25")
        return value


@dataclass(frozen=True, slots=True)
class SmsRequest:
    """What a transport sends: the number, the text, and SNS's reserved attributes by name."""

    key: str
    recipient: str
    text: str
    attributes: dict[str, str]


def lead_links(parts: Mapping[str, str], lead: Lead, picture: str | None) -> dict[str, str]:
    """The parts as they are: a link of ours would fill a part of its own, and readers pay attention to where a link in an SMS leads."""
    return dict(parts)


def translate(draft: Draft) -> SmsRequest:
    """The request for one text message. TemplateFailed when it is longer than the settings allow, or than SNS takes."""
    text = readable(draft.parts["text"])
    too_long = _too_long(text, draft.settings)
    if too_long:
        raise TemplateFailed(too_long)
    attributes = {"AWS.SNS.SMS.SMSType": "Transactional" if draft.message_type == "transactional" else "Promotional"}
    if draft.settings.sender_id:
        attributes["AWS.SNS.SMS.SenderID"] = draft.settings.sender_id
    if draft.settings.origination_number:
        attributes["AWS.MM.SMS.OriginationNumber"] = draft.settings.origination_number
    if draft.settings.max_price is not None:
        attributes[MAX_PRICE] = f"{draft.settings.max_price:.5f}"
    return SmsRequest(key=draft.key, recipient=draft.recipient, text=text, attributes=attributes)


def parts_of(request: SmsRequest) -> int:
    """How many parts the carrier counts, and is paid for."""
    return size_of(request.text).parts


def check_size(fixed: str, settings: Settings | None) -> str | None:
    """What is wrong with a template whose fixed text alone is this: that it is too long already. None when it may fit."""
    return _too_long(readable(fixed), settings or Settings())


def readable(text: str) -> str:
    """Line breaks stay, other control characters become spaces, and half an emoji a replacement character."""
    lines = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n").translate(_CONTROLS).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def _too_long(text: str, settings: Settings) -> str | None:
    size, bytes_ = size_of(text), len(text.encode())
    if size.parts > settings.most_parts:
        return f"the text takes {size.parts} SMS ({size.units} in {size.alphabet}), mostParts allows {settings.most_parts}"
    return f"the text has {bytes_} bytes, SNS takes {MOST_BYTES}" if bytes_ > MOST_BYTES else None
