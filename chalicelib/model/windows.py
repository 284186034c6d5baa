"""windows: what live rules ask of a customer's past: how often something happened within a time, and how much it came to.

Kept while a rule asks, and only as far back as any asks. Up to 64 moments of one question are told apart; beyond that neighbours are taken
together, those nearest to each other first, so that the bound costs little of the truth.
"""

from bisect import insort
from dataclasses import dataclass, field
from typing import Any

from .separation import each, entries, whole

MOST_MOMENTS = 64


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """What is asked about events of a name: how often, or, with a field (`properties.total`), how much that came to."""

    event: str
    field: str = ""

    def __str__(self) -> str:
        return f"{self.event}|{self.field}"


Moment = list[Any]
"""`[at, how often, how much, short id of the event]`; the id is empty where moments were taken together."""


@dataclass(slots=True)
class Window:
    """The moments of one question, in order of time. All since `since` (milliseconds) are in it."""

    since: int = 0
    moments: list[Moment] = field(default_factory=list)

    def add(self, moment: Moment) -> None:
        """Take in a moment; one that is there already changes nothing."""
        if moment[0] > self.since and moment not in self.moments:
            insort(self.moments, moment)
            if len(self.moments) > MOST_MOMENTS:
                self._take_together()

    def forget(self, before: int) -> None:
        """Nobody asks for what happened until then."""
        if before > self.since:
            self.since = before
            self.moments = [moment for moment in self.moments if moment[0] > before]

    def count(self, after: int, until: int) -> tuple[int, float]:
        """How often, and how much, after a moment and until another."""
        counted = [moment for moment in self.moments if after < moment[0] <= until]
        return sum(moment[1] for moment in counted), round(sum(moment[2] for moment in counted), 6)

    def lighten(self) -> bool:
        """Take half of the moments together."""
        before = len(self.moments)
        while len(self.moments) > max(1, before // 2):
            self._take_together()
        return len(self.moments) < before

    def _take_together(self) -> None:
        place = min(range(1, len(self.moments)), key=lambda place: (self.moments[place][0] - self.moments[place - 1][0], place))
        first, second = self.moments[place - 1:place + 1]
        self.moments[place - 1:place + 1] = [[second[0], first[1] + second[1], round(first[2] + second[2], 6), ""]]


Windows = dict[str, Window]  # by question


def write_windows(windows: Windows) -> dict[str, list[Any]]:
    """As stored."""
    return {question: [window.since, window.moments] for question, window in windows.items()}


def read_windows(stored: dict[str, list[Any]]) -> Windows:
    """What `write_windows` wrote."""
    return {question: Window(*entry) for question, entry in stored.items()}


def join_windows(mine: Windows, theirs: Windows, now: int) -> Windows:
    """The moments of both, as far back as both are known."""
    for question, window in theirs.items():
        there = mine.setdefault(question, Window(window.since))
        there.forget(window.since)
        for moment in window.moments:
            there.add(list(moment))
    return mine


def lighten_windows(windows: Windows) -> bool:
    """Fewer moments are told apart in the window that has most."""
    return bool(windows) and max(windows.values(), key=lambda window: len(window.moments)).lighten()


def _separate_window(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    since = [document and document[0] for document in (before, after, now, theirs)]
    moments = [document and document[1] for document in (before, after, now, theirs)]
    stays = [whole(*since)[0], entries(*moments)[0]]
    return stays if stays[0] is not None else None, theirs


separate_windows = each(_separate_window)
"""Moment by moment, each question by itself."""
