"""lint: checks rules and templates."""

import json
import sys
from pathlib import Path

import click

from ..rulebook.lint import find_problems, find_remarks
from .arguments import rules_argument


@click.command(epilog="Example: beckon lint rules --json")
@rules_argument
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for editors.")
def lint(folder: Path, as_json: bool) -> None:
    """Check the rules folder DIR. Each finding is one line: place, problem, mend. A remark is no finding: it says how a rule is read."""
    problems, remarks = find_problems(folder), find_remarks(folder)
    if as_json:
        click.echo(json.dumps([{"level": level, "place": found.place, "problem": found.problem, "mend": found.mend}
                               for level, several in (("error", problems), ("remark", remarks)) for found in several], indent=2))
    else:
        for found in problems:
            click.echo(str(found))
        for found in remarks:
            click.echo(f"remark: {found}")
        if not problems:
            click.echo(f"{folder}: nothing to mend")
    sys.exit(1 if problems else 0)
