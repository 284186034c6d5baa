"""run: what these rules would have done with these events."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from ..adapters.memory import MemoryCoupons
from ..model.decision import Decision
from ..model.instant import format_instant
from ..rulebook.rulebook import Rulebook
from .recording import Recording
from .world import World

Until = int | Literal["last", "drain"]


@dataclass(frozen=True, slots=True)
class Result:
    """Decisions in the order of `at`, customer, rule and step; the world as it stood at the end."""

    decisions: list[Decision]
    world: World
    quarantined: int

    def occurrences(self) -> list[dict[str, Any]]:
        """What fired, as lines of an occurrences file."""
        return occurrences_of(self.decisions)


def run(rulebook: Rulebook, recording: Recording, *, since: int | None = None, until: Until = "drain", lateness: int | None = None,
        progress: Callable[[int], None] | None = None, coupons: Mapping[str, int] | None = None) -> Result:
    """Play a recording. `since` and `until` limit which decisions are told, by their `at`; what came before still counts.

    `lateness` (milliseconds) replaces the rules' own. `coupons` says how many codes pools have; the others have one for everybody.
    """
    rules = rulebook if lateness is None else rulebook.with_lateness(lateness)
    world = World(rules, recording.calls[0][0] if recording.calls else 0, coupons=MemoryCoupons(coupons, endless=True))
    quarantined = 0
    for moment, arrivals in groupby(recording.calls, key=lambda entry: entry[0]):
        world.advance_to(moment, inclusive=False)
        calls = [call for _, call in arrivals]
        quarantined += world.post(calls).quarantined
        if progress:
            progress(len(calls))
    last = recording.calls[-1][0] if recording.calls else 0
    end = None if until == "drain" else last if until == "last" else until
    longest_wait = max((rule.trigger.lateness for rule in rules.rules.values()), default=0)
    world.advance_to(None if end is None else max(end + longest_wait, world.now))
    kept = [decision for decision in world.decisions.all()
            if (since is None or decision.at >= since) and (end is None or decision.at <= end)]
    return Result(sorted(kept, key=order), world, quarantined)


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
