"""examples: the stories inside a rule, played in a world of their own, and how their ends differ from what the rule promises."""

from typing import Any

from ..model.decision import Decision
from ..model.errors import RuleInvalid
from ..model.instant import DAY, format_duration, format_instant, parse_instant
from ..rulebook.example import Example, Expected
from ..rulebook.rule import Rule
from ..rulebook.rulebook import Rulebook
from .recording import CATALOG, Recording
from .run import run


def play(rulebook: Rulebook, rule: Rule, example: Example) -> list[str]:
    """Play one example with this rule alone; the lines in which its end differs from the expected one, empty when it holds."""
    starts = parse_instant(example.starts)
    if starts is None:
        raise RuleInvalid(f"{rule.id}: example {example.name!r}", f"starts {example.starts!r} is no moment", "write 2026-03-02T10:00:00Z")
    calls = [(starts + event.at, _call(rule, event.model_dump(exclude={"at"}), starts + event.at, number))
             for number, event in enumerate(example.events)]
    calls.sort(key=lambda call: call[0])
    recording = Recording([entry for entry in calls if entry[1].get("type") not in CATALOG],
                          [(at, call["type"], call) for at, call in calls if call.get("type") in CATALOG])
    rehearsed = rulebook.rehearsing(rule.id, held_out=example.held_out, variant=example.variant)
    result = run(rehearsed, recording, coupons=example.coupons)
    problems = [f"line {problem}" for problem in result.untold]
    problems += [f"event {parked.body[:80]} is unusable: {parked.reason}" for parked in result.world.ports.parking.parked("ingest", 10)]
    taken = sorted(result.decisions, key=lambda decision: (decision.decided_at, decision.step, decision.verdict != "send"))
    decided = [_told(decision, starts) for decision in taken]
    expected = [_expected(entry) for entry in example.expect]
    for place in range(max(len(decided), len(expected))):
        want = expected[place] if place < len(expected) else "silence"
        got, why = decided[place] if place < len(decided) else ("silence", "")
        if want != got:
            problems.append(f"expected {want}, got {got}{why}")
    return problems


def _call(rule: Rule, call: dict[str, Any], at: int, number: int) -> dict[str, Any]:
    named = {} if call.get("type") in CATALOG else {"messageId": f"{rule.id}-example-{number}"}
    return {**named, **call, "timestamp": format_instant(at)}


def _told(decision: Decision, starts: int) -> tuple[str, str]:
    """The decision in a sentence, and for a "no" what the last check noted."""
    since = decision.decided_at - starts
    shown = format_duration(since) if since < 30 * DAY else format_instant(decision.decided_at)
    note = decision.trace[-1].get("note") if decision.trace and decision.verdict != "send" else None
    return _sentence(decision.verdict, decision.step, decision.reason, shown), f": {note}" if note else ""


def _expected(entry: Expected) -> str:
    return _sentence(entry.verdict, entry.step, entry.reason, format_duration(entry.after))


def _sentence(verdict: str, step: int, reason: str | None, after: str) -> str:
    return f"{verdict} of step {step}{f' ({reason})' if reason else ''} after {after}"
