"""lint: checks rules and templates."""

import json
import sys
from pathlib import Path

import click

from ..model.errors import RuleInvalid
from ..rulebook.lint import document_of, find_all, level_of
from .arguments import rules_argument


@click.command(epilog="Example: beckon lint rules --json")
@rules_argument
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for editors.")
def lint(folder: Path, as_json: bool) -> None:
    """Check the rules folder DIR. Each finding is one line: file, line and column, what is wrong, how to mend it.

    A remark is no error: it says how something is read, or that it does nothing.
    """
    findings = find_all(folder)
    if as_json:
        click.echo(json.dumps([document_of(found) for found in findings], indent=2, ensure_ascii=False))
    else:
        for found in findings:
            click.echo(f"{shown_line(found)}\n{found.shown}" if found.shown else shown_line(found))
        if not findings:
            click.echo(f"{folder}: nothing to mend")
    sys.exit(1 if any(level_of(found) == "error" for found in findings) else 0)


def shown_line(found: RuleInvalid) -> str:
    """The line of a finding."""
    return str(found) if level_of(found) == "error" else str(found).replace(f"{found.place}: ", f"{found.place}: remark: ", 1)
