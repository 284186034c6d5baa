"""turns: when the answers of functions about time change by themselves, for whoever must look again at that moment.

A function that counts and is compared with a number (``days_since(...) >= `30` ``) changes the answer when it comes to that number.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ..model.instant import HOUR
from ..model.local import anniversaries, begins, day_of, local
from .arguments import call_of, calls_in, nodes_of
from .known import Known

ELAPSING = ("hours_since", "hours_until", "days_since", "days_until", "years_since", "days_until_anniversary")
"""Functions that count."""
SHOWING = ("local_date", "weekday", "time_between")
"""Functions that show clock or calendar."""


def turns(function: str, about: int | date, number: float, known: Known) -> list[int]:
    """The moments (milliseconds) at which what an elapsing function says of a moment or a day comes to be a number, and beyond it."""
    sign = -1 if function.endswith("until") else 1
    try:
        if not isinstance(about, date):
            at = about + sign * round(number * HOUR)
            return [at, at + 1]
        zone, count = known.zone(), int(number)
        if function == "years_since":
            days = [day_of(about.year + years, about.month, about.day) or date(about.year + years, 3, 1) for years in (count, count + 1)]
        elif function == "days_until_anniversary":
            around = anniversaries(about, local(known.now, zone).date())
            days = [day - timedelta(days=before + more) for day in around for before in (count, 0) for more in (0, -1)]
        else:
            days = [about + timedelta(days=sign * count + more) for more in (0, 1)]
        return [begins(day, zone) for day in days]
    except (OverflowError, ValueError):
        return []  # beyond all calendars: it never comes to that


def thresholds(parsed: dict[str, Any]) -> dict[str, set[float]]:
    """By elapsing function the numbers it is compared with."""
    found: dict[str, set[float]] = {}
    for function, number in _comparisons(parsed):
        found.setdefault(function, set()).add(number)
    return found


def check_turns(parsed: dict[str, Any]) -> None:
    """ValueError when the moment at which an answer changes by itself cannot be told beforehand."""
    for call in calls_in(parsed, *SHOWING):
        raise ValueError(f"{call.name}() changes by itself all the time - ask it in the rule's own condition")
    compared = [function for function, _ in _comparisons(parsed)]
    for call in calls_in(parsed, *ELAPSING):
        if call.name not in compared:
            raise ValueError(f"{call.name}() must be compared with a number here - write {call.name}(...) >= `30`")
        compared.remove(call.name)


def _comparisons(parsed: dict[str, Any]) -> Iterator[tuple[str, float]]:
    for node in nodes_of(parsed):
        if node["type"] != "comparator":
            continue
        for one, other in (node["children"], node["children"][::-1]):
            call, number = call_of(one), other.get("value")
            if (call is not None and call.name in ELAPSING and other["type"] == "literal"
                    and isinstance(number, (int, float)) and not isinstance(number, bool)):
                yield call.name, number
