"""hands: what people say to Beckon's clock: on by so much, to a moment, to whatever is due next, to the next morning."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.model.instant import MINUTE, format_instant, from_datetime, parse_duration, parse_instant, to_datetime

from .clock import ClockRefused
from .world import World

MORNING = 9 * 60 + 30
"""Minutes of the day, on the brand's wall: what waited for the end of the usual quiet hours has gone out by then."""
_MOST_RINGS = 300  # from one ring to the next without anything being decided: then whoever asked looks at the clock again
_WAYS = 'give {"advance": "1h"}, {"to": "2026-03-01T09:00:00Z"}, {"to": "next"} or {"to": "morning"}'


class NotUnderstood(Exception):
    """What was said to the clock cannot be carried out; the text names the field and the mend."""


def move_clock(world: World, said: Any) -> None:
    """Do what `POST /local/clock` says. NotUnderstood, ClockRefused, StillBusy."""
    match said:
        case {"advance": text, **rest} if not rest:
            try:
                world.move(world.clock() + parse_duration(text))
            except ValueError as error:
                raise NotUnderstood(f"advance: {error}") from error
        case {"to": "next", **rest} if not rest:
            _to_next(world)
        case {"to": "morning", **rest} if not rest:
            world.move(_morning_after(world.clock(), world.ports.rulebook().brand.timezone or "UTC"))
        case {"to": text, **rest} if not rest:
            moment = parse_instant(text)
            if moment is None:
                raise NotUnderstood(f"to: {text!r} is not a moment; write for example 2026-03-01T09:00:00Z, or next, or morning")
            world.move(moment)
        case _:
            raise NotUnderstood(_WAYS)


def clock_shown(world: World) -> dict[str, Any]:
    """The clock, when the next timer rings, and how much there is of everything, so that whoever watches knows when to look again."""
    due = world.next_ring()
    events, decisions = world.books.counts()
    return {"now": format_instant(world.clock()), "ticking": world.clock.ticking, "next": None if due is None else format_instant(due),
            "events": events, "decisions": decisions, "messages": world.inbox.count()}


def _to_next(world: World) -> None:
    """From ring to ring until something was decided or sent: a ring may find that its customer has come back, and is silent then."""
    with world.lock:
        before = _done(world)
        for _ in range(_MOST_RINGS):
            due = world.next_ring()
            if due is None:
                if _done(world) == before:
                    raise ClockRefused("nothing is due: no timer is set, so only an event can set something off")
                return
            world.move(due)
            if _done(world) != before:
                return


def _done(world: World) -> tuple[int, int]:
    return world.books.counts()[1], world.inbox.count()


def _morning_after(now: int, timezone: str) -> int:
    local = to_datetime(now).astimezone(ZoneInfo(timezone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    today = [from_datetime((midnight + timedelta(days=days)).replace(tzinfo=ZoneInfo(timezone))) + MORNING * MINUTE for days in (0, 1)]
    return next(moment for moment in today if moment > now)
