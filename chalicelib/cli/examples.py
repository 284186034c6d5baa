"""examples: runs the stories that rules carry."""

import sys
from pathlib import Path

import click

from ..backtest.examples import play
from ..rulebook.loading import load_rulebook
from .arguments import rules_argument


@click.command("test", epilog="Example: beckon test rules")
@rules_argument
def test_command(folder: Path) -> None:
    """Play the examples of every rule in DIR and compare their ends."""
    rulebook = load_rulebook(folder)
    passed = failed = 0
    for rule in rulebook.rules.values():
        for example in rule.examples:
            problems = play(rulebook, rule, example)
            passed, failed = passed + (not problems), failed + bool(problems)
            click.echo(f"{'FAIL' if problems else 'ok  '} {rule.id}: {example.name}")
            for problem in problems:
                click.echo(f"     {problem}")
        if not rule.examples:
            click.echo(f"none {rule.id}: has no examples")
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
