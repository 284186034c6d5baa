"""lint: checks rules and templates."""

import json
import sys
from pathlib import Path

import click

from ..rulebook.lint import find_problems
from .arguments import rules_argument


@click.command(epilog="Example: beckon lint rules --json")
@rules_argument
@click.option("--json", "as_json", is_flag=True, help="One JSON list, for editors.")
def lint(folder: Path, as_json: bool) -> None:
    """Check the rules folder DIR. Each finding is one line: place, problem, mend."""
    problems = find_problems(folder)
    if as_json:
        click.echo(json.dumps([{"place": found.place, "problem": found.problem, "mend": found.mend} for found in problems], indent=2))
    else:
        for found in problems:
            click.echo(str(found))
        if not problems:
            click.echo(f"{folder}: nothing to mend")
    sys.exit(1 if problems else 0)
