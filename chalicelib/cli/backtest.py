"""backtest: what these rules would have done with these events."""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ..backtest.recording import read_recording
from ..backtest.run import Result, run
from ..rulebook.loading import load_rulebook
from .arguments import EXISTING_FILE, OUTPUT, Moment, Span, rules_option

MOST_SHOWN = 20  # lines of the catalog that could not be used


@click.command(epilog="Example: beckon backtest events.ndjson.gz --rules rules --until last --decisions decisions.ndjson")
@click.argument("events", nargs=-1, required=True, type=EXISTING_FILE)
@rules_option
@click.option("--from", "since", type=Moment(), help="Tell only of decisions about this moment or later.")
@click.option("--until", type=Moment("last", "drain"), default="drain", show_default=True,
              help="Tell of decisions up to a moment, up to the `last` event, or let the clock run until no timer is left (`drain`).")
@click.option("--lateness", type=Span(), help="How long rules wait for late events, instead of their own setting.")
@click.option("--as-delivered", is_flag=True, help="Events arrive in the order of the file instead of the order of their times.")
@click.option("--decisions", type=OUTPUT, help="Write every decision, NDJSON.")
@click.option("--occurrences", type=OUTPUT, help="Write every trigger that fired, whatever came of it, NDJSON.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
def backtest(events: tuple[Path, ...], rules: Path, since: int | None, until: Any, lateness: int | None, as_delivered: bool,
             decisions: Path | None, occurrences: Path | None, as_json: bool) -> None:
    """Play EVENTS through the rules on a clock of their own and tell what would have been sent, and what not and why."""
    rulebook = load_rulebook(rules)
    recording = read_recording(list(events), as_delivered=as_delivered)
    with click.progressbar(length=len(recording.calls), label="events", hidden=not sys.stderr.isatty(), file=sys.stderr) as bar:
        result = run(rulebook, recording, since=since, until=until, lateness=lateness, progress=bar.update)
    fired = result.occurrences()
    if decisions:
        _write(decisions, (decision.line() for decision in result.decisions))
    if occurrences:
        _write(occurrences, fired)
    for problem in result.untold[:MOST_SHOWN]:
        click.echo(problem, err=True)
    summary = _summary(result, len(recording.calls), len(recording.catalog), fired)
    click.echo(json.dumps(summary, indent=2) if as_json else _table(summary))


def _write(path: Path, lines: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _summary(result: Result, events: int, catalog_lines: int, fired: list[dict[str, Any]]) -> dict[str, Any]:
    rules: dict[str, dict[str, Any]] = {}
    for rule in result.world.ports.rulebook().rules:
        mine = [decision for decision in result.decisions if decision.rule == rule]
        last = {decision.key: decision for decision in sorted(mine, key=lambda decision: decision.decided_at)}
        out = [decision for decision in last.values() if decision.verdict == "send"]  # what the last gate stopped did not go out
        silences = Counter(f"{decision.verdict} {decision.reason}" for decision in mine if decision.verdict != "send")
        rules[rule] = {
            "occurrences": sum(entry["rule"] == rule for entry in fired),
            "customers": len({decision.customer for decision in out}),
            "sends": len(out),
            "silences": dict(silences.most_common()),
            **({"variants": dict(sorted(Counter(decision.variant for decision in out if decision.variant).items()))}
               if result.world.ports.rulebook().rules[rule].variants else {}),
        }
    parked = len(result.world.ports.parking.parked("fold", 1_000_000))
    return {"events": events, "quarantined": result.quarantined, "parked": parked, "catalogLines": catalog_lines,
            "catalogLinesUnusable": len(result.untold), "rules": rules}


def _table(summary: dict[str, Any]) -> str:
    lines = [f"{summary['events']} events, {summary['quarantined']} unusable, {summary['parked']} parked"]
    if summary["catalogLines"]:
        lines.append(f"{summary['catalogLines']} catalog lines, {summary['catalogLinesUnusable']} unusable")
    for rule, figures in summary["rules"].items():
        lines.append(f"{rule}: fired {figures['occurrences']} times; {figures['sends']} messages to {figures['customers']} customers")
        lines += [f"  {number:6d}  in the variant {variant}" for variant, number in figures.get("variants", {}).items()]
        lines += [f"  {number:6d}  {reason}" for reason, number in figures["silences"].items()]
    return "\n".join(lines)
