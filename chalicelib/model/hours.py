"""hours: when a store is open, by the clock on its own wall, week after week.

`{"mon": ["09:00-18:00"], "sat": ["10:00-14:00", "16:00-20:00"]}`: a day that is not named is closed, `00:00-24:00` is all day, and a span
whose end is not after its start goes on into the next day (`22:00-02:00`).
"""

import re
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from .instant import to_datetime

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))")
_WHOLE_DAY = 24 * 60


def _span(text: str) -> str:
    if not _SPAN.fullmatch(text):
        raise ValueError(f"{text[:20]!r} is no span of a day; write for example 09:00-18:00")
    return text


Span = Annotated[str, AfterValidator(_span)]
Hours = dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], Annotated[list[Span], Field(max_length=5)]]
"""By day the spans in which the store is open, local time."""


def is_open(hours: dict[str, list[str]], timezone: str, now: int) -> bool:
    """Whether a store with these hours in this IANA zone is open at a moment (milliseconds); no in a zone that nobody knows."""
    try:
        local = to_datetime(now).astimezone(ZoneInfo(timezone))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    minute = local.hour * 60 + local.minute
    yesterday = (local - timedelta(days=1)).weekday()
    return any(start <= minute < end for start, end in _spans(hours, local.weekday())) or any(
        minute < end - _WHOLE_DAY for _, end in _spans(hours, yesterday))


def _spans(hours: dict[str, list[str]], weekday: int) -> list[tuple[int, int]]:
    """The spans of a day as minutes since its midnight; those that go on into the next day end after 24 hours."""
    found = []
    for text in hours.get(DAYS[weekday], ()):
        start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("-"))
        found.append((start, end if end > start else end + _WHOLE_DAY))
    return found
