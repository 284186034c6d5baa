"""evaluate: one condition on one document, or whole files of cases."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from ..conditions.condition import Condition
from ..model.errors import BeckonError
from .arguments import EXISTING_FILE


@click.command("eval", epilog="Example: beckon eval 'cart.value > `20`' --input cart.json")
@click.argument("expression", required=False)
@click.option("--input", "document", type=EXISTING_FILE, help="The document; without one, standard input.")
@click.option("--cases", is_flag=True, help="Run files in the format of the JMESPath compliance suite instead.")
@click.argument("files", nargs=-1, type=EXISTING_FILE)
def eval_command(expression: str | None, document: Path | None, cases: bool, files: tuple[Path, ...]) -> None:
    """Evaluate EXPRESSION, or with --cases every case of FILES."""
    if cases:
        _run_cases([*([Path(expression)] if expression else []), *files])
        return
    if expression is None or files:
        raise click.UsageError("give one EXPRESSION, or --cases with files")
    try:
        text = document.read_text("utf-8") if document else "null" if sys.stdin.isatty() else sys.stdin.read() or "null"
        given = json.loads(text)
    except ValueError as error:
        raise click.UsageError(f"{document or 'standard input'} is not JSON: {error}") from error
    click.echo(json.dumps(Condition(expression).value(given), ensure_ascii=False))


def _run_cases(files: list[Path]) -> None:
    passed = failed = 0
    for path in files:
        try:
            suites = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise click.UsageError(f"{path} is no file of cases: {error}") from error
        for suite in suites:
            for case in suite["cases"]:
                if "bench" in case:
                    continue
                problem = _problem(suite["given"], case)
                passed, failed = passed + (problem is None), failed + (problem is not None)
                if problem:
                    click.echo(f"{path.name}: {case['expression']}: {problem}")
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _problem(given: Any, case: dict[str, Any]) -> str | None:
    try:
        value = Condition(case["expression"]).value(given)
    except BeckonError as error:
        return None if "error" in case else f"failed: {error}"
    if "error" in case:
        return f"expected the error {case['error']!r}, got {json.dumps(value)}"
    return None if value == case["result"] else f"expected {json.dumps(case['result'])}, got {json.dumps(value)}"
