"""evaluate: one condition on one document, or whole files of cases."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from ..adapters.clock import system_clock
from ..conditions.bounds import MOST_CHARACTERS
from ..conditions.condition import Condition
from ..conditions.diagnosis import diagnose
from ..model.errors import BeckonError, ConditionFailed, ConditionInvalid
from ..rulebook.schema_mistakes import caret
from .arguments import EXISTING_FILE, Moment
from .tried_out import scope_at


@click.command("eval", epilog="Example: beckon eval 'cart.value > `20`' --input cart.json")
@click.argument("expression", required=False)
@click.option("--input", "document", type=EXISTING_FILE, help="The document; without one, standard input.")
@click.option("--at", type=Moment(), default=None, help="The moment at which it is asked (ISO 8601); without one, now.")
@click.option("--cases", is_flag=True, help="Run files in the format of the JMESPath compliance suite instead.")
@click.argument("files", nargs=-1, type=EXISTING_FILE)
def eval_command(expression: str | None, document: Path | None, at: int | None, cases: bool, files: tuple[Path, ...]) -> None:
    """Evaluate EXPRESSION, or with --cases every case of FILES. Clock and calendar are those of the document's customer.timezone."""
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
    scope = scope_at(given, system_clock() if at is None else at)
    click.echo(json.dumps(_value(expression, scope), ensure_ascii=False))


def _value(expression: str, scope: Any) -> Any:
    """BeckonError: why it is no condition, as the linter says it, and where."""
    try:
        return Condition(expression).value(scope)
    except (ConditionInvalid, ConditionFailed):
        mistake = diagnose(expression) if len(expression) <= MOST_CHARACTERS else None
        if mistake is None:
            raise
        shown = caret(expression, mistake.start, mistake.end)
        raise BeckonError(f"{mistake}\n{shown}" if shown else str(mistake)) from None


def _run_cases(files: list[Path]) -> None:
    passed = failed = 0
    for path in files:
        try:
            cases = read_cases(path)
        except (OSError, ValueError) as error:
            raise click.ClickException(f"{path} is no file of cases: {error}") from error
        for given, case in cases:
            problem = problem_of(given, case)
            passed, failed = passed + (problem is None), failed + (problem is not None)
            if problem:
                click.echo(f"{path.name}: {case['expression']}: {problem}")
    click.echo(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def read_cases(path: Path) -> list[tuple[Any, dict[str, Any]]]:
    """The cases of a file, each with its document; those that only ask for speed (`bench`) are left out. ValueError: it is none."""
    suites = json.loads(path.read_text("utf-8"))
    if not (isinstance(suites, list) and all(map(_is_suite, suites))):
        raise ValueError("that is a list of objects with `given` and `cases`, each case with `expression` and `result` or `error`")
    return [(suite["given"], case) for suite in suites for case in suite["cases"] if "bench" not in case]


def _is_suite(suite: Any) -> bool:
    if not (isinstance(suite, dict) and "given" in suite and isinstance(suite.get("cases"), list)):
        return False
    return all(isinstance(case, dict) and isinstance(case.get("expression"), str) and case.keys() & {"result", "error", "bench"}
               for case in suite["cases"])


def problem_of(given: Any, case: dict[str, Any]) -> str | None:
    """What differs from what a case expects: another value, another kind of error; None when nothing does."""
    try:
        value = Condition(case["expression"]).value(given)
    except (ConditionInvalid, ConditionFailed) as error:
        if "error" not in case:
            return f"failed: {error}"
        return None if error.kind == case["error"] else f"expected the error {case['error']!r}, got {error.kind!r}: {error}"
    if "error" in case:
        return f"expected the error {case['error']!r}, got {json.dumps(value)}"
    return None if _same(value, case["result"]) else f"expected {json.dumps(case['result'])}, got {json.dumps(value)}"


def _same(value: Any, other: Any) -> bool:
    """Equal as JSON is: 1 and 1.0 are one number, true is none."""
    match value, other:
        case dict(), dict():
            return value.keys() == other.keys() and all(_same(value[name], other[name]) for name in value)
        case list(), list():
            return len(value) == len(other) and all(map(_same, value, other))
        case _:
            return bool(value == other) and isinstance(value, bool) == isinstance(other, bool)
