"""time: functions about how long ago, how long until, and what clock and calendar show where the customer lives.

    hours_since(last_time('Product Viewed')) < `2`             by the clock, with fractions
    days_since(last_time('Order Completed')) > `90`            by the calendar: yesterday is 1, whatever the hour
    days_until_anniversary(customer.birthday) == `0`           29 February comes on 28 February where there is none

Moments are ISO 8601 texts (`2026-03-02T10:05:00Z`), days are `2026-03-02`. Clock and calendar are those of the customer's time zone, else
of the brand's; without both a condition that asks for them does not hold.
"""

import re
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from jmespath.functions import signature

from ..model.hours import DAYS
from ..model.instant import HOUR, parse_instant
from ..model.local import anniversaries, begins, day_of, local, shows_between
from .arguments import calls_in
from .known import Knowing, NotKnown

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_IN_ANY_YEAR = re.compile(r"(?:--)?(\d\d)-(\d\d)")
_LEAP_YEAR = 2000
_TEXT_OR_NULL = {"types": ["string", "null"]}


class Time(Knowing):
    """A text that is no moment and no day gives null, as null does."""

    @signature(_TEXT_OR_NULL)
    def _func_hours_since(self, moment: str | None) -> float | None:
        """Hours from a moment until now, with fractions; less than 0 when it is still to come. A day counts from its beginning."""
        return self._hours("hours_since", moment, 1)

    @signature(_TEXT_OR_NULL)
    def _func_hours_until(self, moment: str | None) -> float | None:
        """Hours from now until a moment, with fractions; less than 0 when it is over. A day counts from its beginning."""
        return self._hours("hours_until", moment, -1)

    @signature(_TEXT_OR_NULL)
    def _func_days_since(self, day: str | None) -> int | None:
        """Whole days by the calendar from a day, or the day of a moment, until today: 0 today, 1 yesterday, -1 tomorrow."""
        return self._days("days_since", day, 1)

    @signature(_TEXT_OR_NULL)
    def _func_days_until(self, day: str | None) -> int | None:
        """Whole days by the calendar from today until a day, or the day of a moment: 0 today, 1 tomorrow, -1 yesterday."""
        return self._days("days_until", day, -1)

    @signature(_TEXT_OR_NULL)
    def _func_years_since(self, day: str | None) -> int | None:
        """Whole years by the calendar since a day as it is written: an age. Who was born on 29 February is a year older on 1 March in
        other years."""
        since = _written_day(day)
        if since is None:
            return None
        today = self._today("years_since", since)
        return today.year - since.year - ((today.month, today.day) < (since.month, since.day))

    @signature(_TEXT_OR_NULL)
    def _func_days_until_anniversary(self, day: str | None) -> int | None:
        """Whole days until a day, as it is written, comes round again, 0 on the day itself; also of '03-14', without a year. 29 February
        comes on 28 February in other years."""
        in_any_year = _IN_ANY_YEAR.fullmatch(day.strip()) if day else None
        found = day_of(_LEAP_YEAR, int(in_any_year[1]), int(in_any_year[2])) if in_any_year else _written_day(day)
        if found is None:
            return None
        today = self._today("days_until_anniversary", found)
        return (min(time for time in anniversaries(found, today) if time >= today) - today).days

    @signature()
    def _func_local_date(self) -> str:
        """Today's date where the customer lives: '2026-12-24'."""
        return self._today("local_date").isoformat()

    @signature()
    def _func_weekday(self) -> str:
        """The day of the week where the customer lives: 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'."""
        return DAYS[self._today("weekday").weekday()]

    @signature({"types": ["string"]}, {"types": ["string"]})
    def _func_time_between(self, start: str, end: str) -> bool:
        """Whether the clock on the customer's wall shows a time from the first ('22:00') until before the second ('08:00'), also over
        midnight."""
        if not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end)):
            raise ValueError("time_between() takes times of day: '09:00', '18:00'")
        return shows_between(local(self.ask("time_between").now, self._zone("time_between")), start, end)

    def _hours(self, function: str, moment: str | None, sign: int) -> float | None:
        day, at = _only_a_day(moment), parse_instant(moment)
        if at is None:
            return None
        if day is not None:
            at = begins(day, self._zone(function))
        known = self.ask(function)
        known.changes_with_time(function, at)
        return sign * (known.now - at) / HOUR

    def _days(self, function: str, text: str | None, sign: int) -> int | None:
        day, at = _only_a_day(text), parse_instant(text)
        if at is None:
            return None
        if day is None:
            day = local(at, self._zone(function)).date()
        return sign * (self._today(function, day) - day).days

    def _today(self, function: str, about: date | None = None) -> date:
        zone, known = self._zone(function), self.ask(function)
        if about is not None:
            known.changes_with_time(function, about)
        return local(known.now, zone).date()

    def _zone(self, function: str) -> ZoneInfo:
        try:
            return self.ask(function).zone()
        except KeyError:
            raise NotKnown(f"{function}() asks what clock or calendar show, and nobody knows the time zone") from None


def check_times(parsed: dict[str, Any]) -> None:
    """ValueError says what is wrong with what an expression asks about time."""
    for call in calls_in(parsed, "time_between"):
        texts = call.texts(0, 1)
        if texts is None or not all(map(_CLOCK.fullmatch, texts)):
            raise ValueError("time_between() takes times of day as they are - write time_between('09:00', '18:00')")


def _only_a_day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None


def _written_day(text: str | None) -> date | None:
    """The day of a text; of a moment the one that is written, whatever its zone: birthdays come as midnights of somewhere."""
    return None if text is None or parse_instant(text) is None else datetime.fromisoformat(text.strip()).date()
