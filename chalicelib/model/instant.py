"""instant: moments and durations, as people write them and as Beckon counts them (milliseconds, UTC)."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_WITHOUT_ZONE = datetime(1970, 1, 1)
_FIRST, _LAST = -62_135_596_800_000, 253_402_300_799_999  # the years 1 to 9999, which is all a datetime can say
_DURATION = re.compile(r"(\d{1,6})(s|m|h|d)")
_UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}


def parse_instant(text: object) -> int | None:
    """Milliseconds for an ISO 8601 moment; a moment without an offset is UTC. None when it is not one."""
    return _instant(text) if isinstance(text, str) and len(text) <= 40 else None


@lru_cache(maxsize=1_024)  # a batch has one sentAt for all its events
def _instant(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    since = moment - (_EPOCH_WITHOUT_ZONE if moment.tzinfo is None else _EPOCH)
    milliseconds = since.days * DAY + since.seconds * SECOND + since.microseconds // 1000
    return milliseconds if _FIRST <= milliseconds <= _LAST else None  # its offset may take it out of the years 1 to 9999


def format_instant(milliseconds: int) -> str:
    """`2026-03-01T09:00:00.000Z`, so that text order is time order."""
    return f"{_second(milliseconds // SECOND)}.{milliseconds % SECOND:03d}Z"


@lru_cache(maxsize=4_096)  # the events of one batch have many seconds in common
def _second(seconds: int) -> str:
    return (_EPOCH_WITHOUT_ZONE + timedelta(seconds=seconds)).isoformat()  # strftime leaves years before 1000 unpadded


def to_datetime(milliseconds: int) -> datetime:
    """The aware UTC datetime of a moment."""
    return _EPOCH + timedelta(milliseconds=milliseconds)


def from_datetime(moment: datetime) -> int:
    """Milliseconds of an aware datetime."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def parse_duration(text: object) -> int:
    """Milliseconds for `90m`, `24h`, `7d`, `2m30s`. ValueError says how durations are written."""
    if isinstance(text, str) and text:
        parts = _DURATION.findall(text)
        if parts and "".join(number + unit for number, unit in parts) == text:
            return sum(int(number) * _UNITS[unit] for number, unit in parts)
    raise ValueError(f"{text!r} is not a duration; write for example 90m, 24h or 7d")


def format_duration(milliseconds: int) -> str:
    """The shortest way to write a duration: `1h30m`."""
    if milliseconds < SECOND:
        return "0s" if milliseconds <= 0 else f"{milliseconds}ms"
    text = ""
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", SECOND)):
        count, milliseconds = divmod(milliseconds, size)
        text += f"{count}{unit}" if count else ""
    return text
