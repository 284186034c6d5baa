"""cells: what the cells of one row say, field by field. Every ValueError tells the mend."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..flows.suppress import MOST_TOPIC
from ..model.identifier_kinds import CHANNEL_KIND, email_address, phone_number
from ..model.instant import format_instant, parse_instant
from ..model.suppression import suppression_reason
from .columns import CHANNELS, STATUSES, Fields, letters
from .rows_file import Document

OWN_KIND = "identifiers."  # a column `identifiers.studentCard` is an identifier of a kind the shop has declared
_EMPTY: tuple[Any, ...] = ("", None, [], {})
_PHONE = re.compile(r"[\d\s()+./-]{5,}")
_SPACED_ZONE = re.compile(r"\s+([+-]\d\d:?\d\d)$")


@dataclass(frozen=True, slots=True)
class Cells:
    """One row: its cells, which of them say which field, and what is given for rows that do not say it."""

    row: Document
    fields: Fields
    given: Mapping[str, str]

    def said(self, field: str) -> Any:
        """What the row says of a field, else what was given; None for nothing."""
        own = self.own(field)
        return self.given.get(field) if own is None else own

    def own(self, *fields: str) -> Any:
        """What the row itself says of the first of these fields of which it says anything."""
        for field in fields:
            for column in self.fields.get(field, ()):
                value = stripped(self.row[column])
                if value is not None:
                    return value[0] if isinstance(value, list) and len(value) == 1 else value  # so Pinpoint writes attributes
        return None


def stripped(value: Any) -> Any:
    """A value without spaces around it; None for one that says nothing."""
    if isinstance(value, str):
        value = value.strip()
    return None if value in _EMPTY else value


def moment(field: str, value: Any) -> str:
    """A moment as the engine takes it, from ISO 8601 with or without a zone (UTC then), or seconds or milliseconds since 1970."""
    at, text = None, str(value).strip()
    digits = text.partition(".")[0]
    if digits.isdecimal() and digits.isascii() and len(digits) in (9, 10, 13) and not isinstance(value, bool):
        at = int(digits) * (1 if len(digits) == 13 else 1_000)
    elif value is not None:
        at = parse_instant(_SPACED_ZONE.sub(r"\1", re.sub(r"\s*(UTC|GMT)$", "Z", text)))
    if at is None:
        raise ValueError("does not say when that was - fill the column at, or --with at=2026-03-01T09:00:00Z" if value is None else
                         f"{field} {text[:40]!r} is no moment - write it as 2026-03-01T09:00:00Z")
    return format_instant(at)


def channel_of(value: Any) -> str:
    """The channel a word means. ValueError for none."""
    channel = CHANNELS.get(letters(str(value)))
    if channel is None:
        raise ValueError(f"channel {str(value)[:40]!r} is none - write one of {', '.join(CHANNEL_KIND)}")
    return channel


def status_of(value: Any) -> str:
    """`given`, `withdrawn` or `unknown`; nothing said is unknown. ValueError for another word."""
    status = "unknown" if value is None else STATUSES.get(letters(str(value)))
    if status is None:
        raise ValueError(f"status {str(value)[:40]!r} is neither yes nor no - write given or withdrawn")
    return status


def topic_of(value: Any) -> str:
    """A topic as it stands there. ValueError for one that is too long to be kept."""
    text = str(value)
    if len(text) > MOST_TOPIC:
        raise ValueError(f"topic {text[:40]!r}... has more than {MOST_TOPIC} characters - give it a shorter name")
    return text


def reason_of(value: Any) -> str:
    """A reason for not writing to an address, as it stands there. ValueError for a word that is none."""
    if suppression_reason(value) is None:
        raise ValueError(f"reason {str(value)[:40]!r} is none - write bounce, complaint or unsubscribed")
    return str(value)


def identifier_cell(kind: str, value: Any) -> Any:
    """An identifier as it stands there. ValueError for an address or number that cannot be one, whatever the shop's country."""
    if value is None:
        return None
    text = text_of(value)
    if kind == "email" and email_address(text) is None:
        raise ValueError(f"email {text[:60]!r} is no address - mend it, or leave it empty")
    if kind in ("phone", "whatsapp") and (not _PHONE.fullmatch(text) or (text.startswith("+") and phone_number(text) is None)):
        raise ValueError(f"{kind} {text[:40]!r} is no number - write it with its country's prefix (in spreadsheets: format the column as "
                         "text), or leave it empty")
    return text


def text_of(value: Any) -> str:
    """A value as text."""
    return str(value).strip().removeprefix("'")  # which keeps spreadsheets from counting with a number
