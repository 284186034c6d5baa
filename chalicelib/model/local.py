"""local: the clock and the calendar on somebody's wall, also in the nights when clocks change."""

from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .instant import MINUTE, from_datetime, to_datetime


@lru_cache(maxsize=1_024)
def zone_of(name: str | None) -> ZoneInfo | None:
    """The IANA time zone of a name; None for a zone nobody knows."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def local(moment: int, zone: ZoneInfo) -> datetime:
    """What clock and calendar show at a moment (milliseconds)."""
    return to_datetime(moment).astimezone(zone)


def shows_between(wall: datetime, start: str, end: str) -> bool:
    """Whether a clock shows a time from `start` (inclusive) to `end` (exclusive), also over midnight: `22:00` to `08:00`."""
    shown = f"{wall:%H:%M}"
    return start <= shown < end if start <= end else shown >= start or shown < end


def begins(day: date, zone: ZoneInfo) -> int:
    """The moment (milliseconds) at which a day begins. OverflowError for a day that no calendar has."""
    return moment_of(datetime(day.year, day.month, day.day, tzinfo=zone))


def moment_of(wall: datetime) -> int:
    """The moment of a local time; of one that clocks skip, the moment of the skip."""
    moment = from_datetime(wall)
    shown = to_datetime(moment).astimezone(wall.tzinfo)
    if shown.replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    before, after = from_datetime(wall.replace(fold=1)), from_datetime(wall.replace(fold=0))
    low, high = sorted((before, after))
    offset = to_datetime(low).astimezone(wall.tzinfo).utcoffset()
    while high - low > MINUTE:  # halve until the minute is found at which the offset changes
        middle = low + (high - low) // MINUTE // 2 * MINUTE
        low, high = (middle, high) if to_datetime(middle).astimezone(wall.tzinfo).utcoffset() == offset else (low, middle)
    return high


def day_of(year: int, month: int, day: int) -> date | None:
    """A day of the calendar; None where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def anniversaries(day: date, today: date) -> list[date]:
    """When a day comes round, in this year and in those around it; 29 February comes on 28 February where there is none."""
    return [day_of(year, day.month, day.day) or date(year, 2, 28) for year in range(today.year - 1, today.year + 3)]
