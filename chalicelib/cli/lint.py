"""lint: checks rules, audiences and templates."""

import json
import sys
from pathlib import Path

import click

from ..model.errors import RuleInvalid
from ..rulebook.lint import Seen, document_of, find_all, level_of
from .arguments import EXISTING_FILE, rules_argument
from .endpoint import Endpoint
from .events_seen import seen_at, seen_in


@click.command(epilog="Example: beckon lint rules --events yesterday.ndjson.gz --json")
@rules_argument
@click.option("--events", type=EXISTING_FILE, multiple=True, help="Recent events (NDJSON, plain or .gz), to look names and fields up in.")
@click.option("--endpoint", help="A running Beckon, to look them up in its last 30 days.")
@click.option("--key", envvar="BECKON_KEY", default="server-local", help="Its server key; also BECKON_KEY.")
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for editors.")
def lint(folder: Path, events: tuple[Path, ...], endpoint: str | None, key: str, as_json: bool) -> None:
    """Check the rules folder DIR. Each finding is one line: file, line and column, what is wrong, how to mend it.

    A remark is no error: it says how something is read, or that it does nothing. Whether events, their fields and stores are ever sent is
    looked up with --events or --endpoint only.
    """
    if events and endpoint:
        raise click.UsageError("give --events, or --endpoint with --key")
    seen: Seen | None = seen_in(list(events)) if events else seen_at(Endpoint(endpoint, key)) if endpoint else None
    findings = find_all(folder, seen)
    if as_json:
        click.echo(json.dumps([document_of(found) for found in findings], indent=2, ensure_ascii=False))
    else:
        for found in findings:
            click.echo(f"{shown_line(found)}\n{found.shown}" if found.shown else shown_line(found))
        if not any(level_of(found) == "error" for found in findings):
            click.echo(f"{folder}: nothing to mend")
    sys.exit(1 if any(level_of(found) == "error" for found in findings) else 0)


def shown_line(found: RuleInvalid) -> str:
    """The line of a finding."""
    return str(found) if level_of(found) == "error" else f"{found.place}: remark: {str(found).removeprefix(f'{found.place}: ')}"
