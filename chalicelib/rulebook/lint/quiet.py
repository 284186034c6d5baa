"""quiet: quiet hours that leave no time in which messages could go out, or that are none."""

from collections.abc import Iterator

from ...model.errors import RuleInvalid
from ...model.instant import format_duration
from ...policies.quiet_hours import DEFAULT, DEFAULTS, Settings
from ..places import problem_in
from ..rule_files import BRAND_FILE
from ..source import Path as Place
from .book import Book

_DAY = 24 * 60
_LEAST = 30  # minutes of a day in which messages may go out


def find(book: Book) -> Iterator[RuleInvalid]:
    """The brand's for each channel that a rule takes, and the rules' own."""
    place: Place = ("policies", "quietHours")
    marketing = [rule for rule in book.rules if rule.message_type == "marketing"]
    own = book.rulebook.brand.policies.quiet_hours
    if own is not None:
        leaning = {channel for rule in marketing if rule.policies.quiet_hours is None for step in rule.steps for channel in step.send.ways}
        for wrong in _wrong(own, sorted(leaning))[:1]:
            yield problem_in(book.folder / BRAND_FILE, place, *wrong)
    for rule in marketing:
        if rule.policies.quiet_hours is not None:
            channels = sorted({channel for step in rule.steps for channel in step.send.ways})
            for wrong in _wrong(rule.policies.quiet_hours, channels)[:1]:
                yield book.problem(rule, place, *wrong)


def _wrong(settings: Settings, channels: list[str]) -> list[tuple[str, str, str]]:
    """Kind, problem and mend, channel by channel."""
    found = []
    for channel in channels:
        usual = DEFAULTS.get(channel, DEFAULT)
        start, end = settings.start or usual[0], settings.end or usual[1]
        left, spread = (_minutes(start) - _minutes(end)) % _DAY, settings.spread // 60_000
        if start == end:
            found.append(("never-quiet", f"on {channel} they begin and end at {start}, so it is never quiet",
                          "let them end at another time, or leave it if that is meant"))
        elif left < _LEAST:
            found.append(("quiet-hours", f"on {channel} they leave {left} minutes of the day, from {end} to {start}",
                          f"let there be at least {_LEAST} minutes between the end and the next start"))
        elif settings.then == "hold" and spread > left:
            found.append(("quiet-hours", f"on {channel} they leave {left} minutes, and messages that were held are spread over "
                          f"{format_duration(settings.spread)}: some would fall into the next quiet hours, every day",
                          f"let `spread` be at most {left}m, or the quiet hours be shorter"))
    return found


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
