"""windows: what live rules ask of a customer's past: how often something happened within a time, how much it came to, when it was last.

Kept while a rule asks, and only as far back as any asks. Up to 64 moments of one question are told apart; beyond that neighbours are taken
together, those nearest to each other first, so that the bound costs little of the truth. Where a question tells values of a field apart,
only moments of one value are; of more than 64 values those longest ago are forgotten. Of what was last the newest few are kept.
"""

from bisect import bisect_right, insort
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from .canonical import canonical_json
from .recent import short_id
from .separation import each, entries, whole

MOST_MOMENTS = 64
MOST_LAST = 4  # so that an event that comes late still finds what was last before it
_LAST = "|!last"


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """What is asked about events of a name: how often, or, with a field (`properties.total`), how much that came to; with `by`, a field as
    well, of one value of it at a time (`properties.category`); with `last`, when the last one was. Fields have none of the letters
    `|?!`."""

    event: str
    field: str = ""
    by: str = ""
    last: bool = False

    def __str__(self) -> str:
        return f"{self.event}{_LAST}" if self.last else f"{self.event}|{self.field}{'?' if self.by else ''}{self.by}"


Moment = list[Any]
"""`[at, how often, how much, short id of the event]`, and the value's mark where values are told apart; the id is empty where moments were
taken together."""


def mark_of(value: Any) -> str | None:
    """Eight letters that stand for a text, a number or a yes or no; None for what is none of these."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return short_id(canonical_json(value)) if isinstance(value, (str, int, float)) else None


@dataclass(slots=True)
class Window:
    """The moments of one question, in order of time. All since `since` (milliseconds) are in it."""

    since: int = 0
    moments: list[Moment] = field(default_factory=list)

    def add(self, moment: Moment, last: bool = False) -> None:
        """Take in a moment; one that is there already changes nothing. Of what was `last`, only the newest stay."""
        if moment[0] > self.since and moment not in self.moments:
            insort(self.moments, moment)
            if last:
                self._keep_newest(MOST_LAST)
            elif len(self.moments) > MOST_MOMENTS:
                self._take_together()

    def forget(self, before: int) -> None:
        """Nobody asks for what happened until then."""
        if before > self.since:
            self.since = before
            self.moments = [moment for moment in self.moments if moment[0] > before]

    def count(self, after: int, until: int, mark: str | None = None) -> tuple[int, float]:
        """How often, and how much, after a moment and until another; of one value where values are told apart."""
        begins = bisect_right(self.moments, after, key=itemgetter(0))
        counted = [moment for moment in self.moments[begins:] if moment[0] <= until and (mark is None or moment[4] == mark)]
        return sum([moment[1] for moment in counted]), round(sum([moment[2] for moment in counted]), 6)

    def newest(self, until: int) -> int | None:
        """The last moment until another, None when there was none. KeyError: it is not known any more."""
        found = max((moment[0] for moment in self.moments if moment[0] <= until), default=None)
        if found is None and self.since:
            raise KeyError("what was before is forgotten")
        return found

    def lighten(self, last: bool = False) -> bool:
        """Take half of the moments together; of what was `last`, keep the newest."""
        before = len(self.moments)
        if last:
            self._keep_newest(1)
        while len(self.moments) > max(1, before // 2):
            self._take_together()
        return len(self.moments) < before

    def _keep_newest(self, most: int) -> None:
        """Nobody can say any more what was before."""
        for moment in self.moments[:-most]:
            self.since = moment[0]
        self.moments = self.moments[-most:]

    def _take_together(self) -> None:
        """Two of one value become one; where all values are different, the oldest goes."""
        newest: dict[str, int] = {}
        pairs = []
        for place, moment in enumerate(self.moments):
            earlier = newest.get("".join(moment[4:]))
            if earlier is not None:
                pairs.append((moment[0] - self.moments[earlier][0], place, earlier))
            newest["".join(moment[4:])] = place
        if not pairs:
            del self.moments[0]
            return
        _, place, earlier = min(pairs)
        first, second = self.moments[earlier], self.moments[place]
        self.moments[place] = [second[0], first[1] + second[1], round(first[2] + second[2], 6), "", *second[4:]]
        del self.moments[earlier]


Windows = dict[str, Window]  # by question


def write_windows(windows: Windows) -> dict[str, list[Any]]:
    """As stored."""
    return {question: [window.since, window.moments] for question, window in windows.items()}


def read_windows(stored: dict[str, list[Any]]) -> Windows:
    """What `write_windows` wrote."""
    return {question: Window(*entry) for question, entry in stored.items()}


def known_of_both(mine: Windows, theirs: Windows) -> tuple[Windows, Windows]:
    """Those that both of two records with a past have: what one of them was never asked, nobody knows of the person they are."""
    both = mine.keys() & theirs.keys()
    mine, theirs = ({question: window for question, window in windows.items() if question in both} for windows in (mine, theirs))
    return mine, theirs


def join_windows(mine: Windows, theirs: Windows, now: int) -> Windows:
    """The moments of both, as far back as both are known."""
    for question, window in theirs.items():
        there = mine.setdefault(question, Window(window.since))
        there.forget(window.since)
        for moment in window.moments:
            there.add(list(moment), last=question.endswith(_LAST))
    return mine


def lighten_windows(windows: Windows) -> bool:
    """Fewer moments are told apart in the window that has most."""
    question = max(windows, key=lambda question: len(windows[question].moments), default=None)
    return question is not None and windows[question].lighten(last=question.endswith(_LAST))


def _separate_window(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    if before is not None and after is None:
        return None, theirs  # the join dropped it; what was filled in since is of both
    since = [document and document[0] for document in (before, after, now, theirs)]
    moments = [document and document[1] for document in (before, after, now, theirs)]
    stays = [whole(*since)[0], entries(*moments)[0]]
    return stays if stays[0] is not None else None, theirs


separate_windows = each(_separate_window)
"""Moment by moment, each question by itself."""
