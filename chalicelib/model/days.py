"""days: days and moments as people write them (`2026-03-31`, `2026-03-31T18:00:00Z`); a day begins and ends by the clock of a zone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .instant import from_datetime, parse_instant


def parse_day(text: str) -> date | None:
    """The day of a text; None when it is none."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def is_day_or_moment(text: str) -> bool:
    """Whether a text is either."""
    return parse_day(text) is not None or parse_instant(text) is not None


def first_moment(text: str, timezone: str | None) -> int | None:
    """The first moment (milliseconds) of a day, or the moment itself; a zone nobody gave is UTC."""
    day = parse_day(text)
    return parse_instant(text) if day is None else _midnight(day, timezone)


def last_moment(text: str, timezone: str | None) -> int | None:
    """The last moment of a day, or the moment itself."""
    day = parse_day(text)
    return parse_instant(text) if day is None else _midnight(day + timedelta(days=1), timezone) - 1


def _midnight(day: date, timezone: str | None) -> int:
    return from_datetime(datetime.combine(day, time(), ZoneInfo(timezone or "UTC")))
