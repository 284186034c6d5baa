"""quiet hours: no marketing at night, by the clock on the customer's wall.

The window may cross midnight. It ends at its local time also on the nights when clocks change: an end that does not exist that
night comes with the first minute that does, one that comes twice ends the quiet both times. Held messages go out spread over half an
hour, each customer always at the same place in it.
"""

from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from ..model.canonical import fraction
from ..model.instant import HOUR, MINUTE, from_datetime
from ..model.local import local, moment_of, shows_between, zone_of
from ..model.reason import Reason
from ..model.verdict import Allow, Deny, Hold, Verdict
from ..model.written import ClockTime, Duration, Written
from .policy import Candidate

DEFAULTS = {"email": ("22:00", "08:00")}
DEFAULT = ("21:00", "09:00")  # SMS, push and messengers


class Settings(Written):
    """The hours in which no marketing goes out, local time. Without hours: 22:00-08:00 for e-mail, 21:00-09:00 for the rest."""

    start: ClockTime | None = None
    """Quiet from this time (inclusive)."""
    end: ClockTime | None = None
    """Until this time (exclusive)."""
    then: Literal["hold", "drop"] = "hold"
    """What becomes of a message that falls into them: held until they end, or dropped."""
    spread: Duration = Field(default=30 * MINUTE, ge=0, le=2 * HOUR)
    """Over how long held messages are spread when the quiet ends."""


def judge(settings: Settings, candidate: Candidate) -> Verdict:
    """Hold or deny inside the window; deny when nobody knows what time it is where the customer lives."""
    if candidate.transactional:
        return Allow("transactional: at any hour")
    zone, whose = _zone(candidate)
    if zone is None:
        return Deny(Reason.TIMEZONE_UNKNOWN, "neither the customer's time zone nor the brand's is known")
    start, end = DEFAULTS.get(candidate.channel, DEFAULT)
    start, end = settings.start or start, settings.end or end
    wall = local(candidate.now, zone)
    note = f"{wall:%H:%M} in {zone.key} ({whose}), quiet {start}-{end}"
    if not shows_between(wall, start, end):
        return Allow(note)
    if settings.then == "drop":
        return Deny(Reason.QUIET_HOURS_DROPPED, note)
    spread = int(fraction("quiet hours", candidate.customer.id) * settings.spread)
    return Hold(_next(wall, end, zone) + spread, Reason.QUIET_HOURS, note)


def _zone(candidate: Candidate) -> tuple[ZoneInfo | None, str]:
    for name, whose in ((candidate.customer.timezone, "the customer's"), (candidate.brand_timezone, "the brand's")):
        zone = zone_of(name)
        if zone is not None:  # a zone nobody knows is no zone; the next may do
            return zone, whose
    return None, ""


def _next(wall_now: datetime, end: str, zone: ZoneInfo) -> int:
    """The next moment at which the local clock shows `end`, in milliseconds."""
    hour, minute = int(end[:2]), int(end[3:])
    ends = []
    for days in (0, 1):
        day = (wall_now + timedelta(days=days)).date()
        wall = datetime(day.year, day.month, day.day, hour, minute)
        ends += [moment_of(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)]
    return min(moment for moment in ends if moment > from_datetime(wall_now))
