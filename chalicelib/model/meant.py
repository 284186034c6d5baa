"""meant: durations, times of day and distances as people write them elsewhere (`7 days`, `9pm`, `1 km`), and what they mean by them."""

import re

from .instant import DAY, HOUR, MINUTE, SECOND
from .place import LEAST_RADIUS, MOST_RADIUS

_LETTERS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY, "y": 365 * DAY}
_WORDS = (("months", 30 * DAY), ("weeks", 7 * DAY), ("wk", 7 * DAY), ("days", DAY), ("hours", HOUR), ("hrs", HOUR), ("minutes", MINUTE),
          ("seconds", SECOND), ("years", 365 * DAY))
_SPAN = re.compile(r"\s*([0-9]{1,6}(?:[.,][0-9]{1,6})?)?\s*-?\s*([A-Za-z]+)\.?\s*")
_CLOCK = re.compile(r"\s*([0-9]{1,2})(?:[:.h]?([0-9]{2}))?(?::[0-9]{2})?\s*([ap]\.?m\.?)?\s*", re.IGNORECASE)


def duration_meant(text: str) -> int | None:
    """Milliseconds of `7 days`, `1.5h` or `week`; None when it is nothing like a duration."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    word = found[2].lower()
    unit = _LETTERS.get(word) or next((length for known, length in _WORDS if known.startswith(word)), None)
    return None if unit is None else round(_number(found[1]) * unit) or None


def clock_meant(text: str) -> str | None:
    """`09:00` of `9am`, `9`, `9.00` and the like."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    hour = hour % 12 + (12 if half.startswith("p") else 0) if half else hour if hour != 24 else 0
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def distance_meant(text: str) -> str | None:
    """`1km` of `1 km`, `1 kilometer`, `1000 metres` and the like, when it is one that can be asked."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    word = found[2].lower()
    metre = 1_000 if word.startswith(("km", "kilom")) else 1 if word == "m" or word.startswith("met") else 0
    metres = round(_number(found[1]) * metre)
    if not LEAST_RADIUS <= metres <= MOST_RADIUS:
        return None
    return f"{metres // 1_000}km" if metres % 1_000 == 0 else f"{metres}m"


def _number(written: str | None) -> float:
    return float((written or "1").replace(",", "."))
