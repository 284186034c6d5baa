"""run: what these rules would have done with these events."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any, Literal

from ..adapters.memory import MemoryCoupons
from ..model.decision import Decision
from ..model.instant import format_instant
from ..rulebook.rulebook import Rulebook
from .recording import Recording
from .world import World

_EVENT = "event"
Until = int | Literal["last", "drain"]


@dataclass(frozen=True, slots=True)
class Result:
    """Decisions in the order of `at`, customer, rule and step; the world as it stood at the end; events that could not be used, and what is
    wrong with lines of the catalog that could not."""

    decisions: list[Decision]
    world: World
    quarantined: int
    untold: list[str]

    def occurrences(self) -> list[dict[str, Any]]:
        """What fired, as lines of an occurrences file."""
        return occurrences_of(self.decisions)


def run(rulebook: Rulebook, recording: Recording, *, since: int | None = None, until: Until = "drain", lateness: int | None = None,
        progress: Callable[[int], None] | None = None, coupons: Mapping[str, int] | None = None) -> Result:
    """Play a recording. `since` and `until` limit which decisions are told, by their `at`; what came before still counts.

    `lateness` (milliseconds) replaces the rules' own. `coupons` says how many codes pools have; the others have one for everybody.
    """
    rules = rulebook if lateness is None else rulebook.with_lateness(lateness)
    world = World(rules, recording.first, coupons=MemoryCoupons(coupons, endless=True))
    quarantined, untold = 0, []
    for (moment, kind), entries in groupby(_in_order(recording), key=lambda entry: entry[:2]):
        world.advance_to(moment, inclusive=False)
        lines = [line for _, _, line in entries]
        if kind != _EVENT:
            untold += [f"{format_instant(moment)}: {kind} {problem}" for problem in world.tell(kind, lines)]
            continue
        quarantined += world.post(lines).quarantined
        if progress:
            progress(len(lines))
    end = None if until == "drain" else recording.last if until == "last" else until
    longest_wait = max((rule.trigger.lateness for rule in rules.rules.values()), default=0)
    world.advance_to(None if end is None else max(end + longest_wait, world.now))
    kept = [decision for decision in world.decisions.all()
            if (since is None or decision.at >= since) and (end is None or decision.at <= end)]
    return Result(sorted(kept, key=order), world, quarantined, untold)


def _in_order(recording: Recording) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """All lines by moment; at one moment what the catalog says comes before what customers do."""
    calls = ((moment, _EVENT, call) for moment, call in recording.calls)
    return merge(recording.catalog, calls, key=lambda entry: (entry[0], entry[1] == _EVENT))


def order(decision: Decision) -> tuple[Any, ...]:
    """The order of a decisions file: `at`, customer, rule, step, then when it was decided."""
    return decision.at, decision.name, decision.rule, decision.step, decision.decided_at, decision.run, decision.verdict


def occurrences_of(decisions: list[Decision]) -> list[dict[str, Any]]:
    """The occurrences behind decisions: every trigger that fires gets a decision on its first step at that moment, whatever it is."""
    first: dict[tuple[str, str, str], Decision] = {}
    for decision in sorted(decisions, key=lambda decision: (decision.step, decision.decided_at, order(decision))):
        first.setdefault((decision.customer, decision.rule, decision.run), decision)
    return [{"at": format_instant(decision.at), "customer": decision.name, "rule": decision.rule, "key": decision.run_key,
             "cause": decision.cause, "data": decision.data} for decision in sorted(first.values(), key=order)]
