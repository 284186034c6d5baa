"""publishing: rules to a running engine, back again, everything silent, and the published rules into a folder."""

import getpass
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import click
from rich.console import Console
from rich.progress import Progress

from ..backtest.examples import play
from ..model.errors import BeckonError
from ..rulebook.lint import find_problems
from ..rulebook.loading import load_rulebook
from ..rulebook.rule_files import files_in, is_rule_file
from .arguments import rules_argument
from .endpoint import Endpoint, EndpointRefused, endpoint_option, key_option
from .lint import shown_line
from .published_note import hash_of, read_note, write_note

RULEBOOK = "/v1/rulebook"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # nobody has a name here: the engine takes the key's
        return ""


note_option = click.option("--note", default="", metavar="TEXT", help="What for; kept with it.")
by_option = click.option("--by", envvar="BECKON_BY", default=_user, show_default="your user name", help="Who; also BECKON_BY.")


@click.command(epilog="Example: beckon publish rules --note 'for spring'")
@rules_argument
@click.option("--over", type=int, metavar="NUMBER", help="Publish over this number, which others have published: you have seen it.")
@note_option
@by_option
@endpoint_option
@key_option
def publish(folder: Path, over: int | None, note: str, by: str, endpoint: str, key: str) -> None:
    """Put the rules in DIR into force at a running engine, whole: checked, their examples played, followed within 30 seconds.

    The folder remembers in .published.json what it began with. When others have published since, nothing is put into force and you are told
    what they changed.
    """
    _check(folder)
    _play(folder)
    door = Endpoint(endpoint, key)
    current = door.get(RULEBOOK, time.sleep)
    known = read_note(folder, endpoint)
    base = known.rulebook if known else None
    if over is not None:
        if over != current["number"]:
            raise click.ClickException(f"number {current['number']} is in force by now, not {over} - look at it, then publish over it")
        base = current["rulebook"]
    request = {"files": files_in(folder), "base": base, "note": note, "by": by}
    try:
        published = _publish(door, request)
    except EndpointRefused as refused:
        _tell_refusal(refused)
    if published["rulebook"] is None:  # what came with the code, and nothing else
        click.echo("nothing to publish: these are the rules that came with the deployment")
        return
    write_note(folder, endpoint, published["number"], published["rulebook"])
    if not published["published"]:
        click.echo(f"nothing to publish: number {published['number']} is the same")
        return
    _tell_changes(published["changes"])
    click.echo(f"number {published['number']} is in force{_paused(published)}")


@click.command(epilog="Example: beckon rollback --note 'wrong prices'")
@click.option("--rule", metavar="ID", help="Only this rule, to what it was before it was changed last.")
@note_option
@by_option
@endpoint_option
@key_option
def rollback(rule: str | None, note: str, by: str, endpoint: str, key: str) -> None:
    """Put the rules into force again that were before those in force. Once more, and that is undone."""
    door = Endpoint(endpoint, key)
    said = {"note": note, "by": by}
    try:  # the number and the version that were seen: when an answer is lost on the way, the next try must not undo what was done
        if rule is None:
            number = door.get(RULEBOOK, time.sleep)["number"]
            published = door.post(f"{RULEBOOK}/rollback", {"number": number, **said}, time.sleep)
        else:
            at = f"/v1/rules/{quote(rule, safe='')}"
            version = door.get(at, time.sleep)["version"]
            published = _until_played(lambda: door.post(f"{at}/rollback", {"version": version, **said}, time.sleep))
    except EndpointRefused as refused:
        _tell_refusal(refused)
    _tell_changes(published["changes"])
    click.echo(f"number {published['number']} is in force{_paused(published)}; `beckon fetch` brings it into a folder")


@click.command(epilog="Example: beckon pause --note 'wrong prices'; beckon pause --off")
@click.option("--off", is_flag=True, help="No longer.")
@note_option
@by_option
@endpoint_option
@key_option
def pause(off: bool, note: str, by: str, endpoint: str, key: str) -> None:
    """Let everything be silent within 30 seconds: no rule begins anything, no message leaves. What happens is remembered.

    What falls due meanwhile is not made up for.
    """
    done = Endpoint(endpoint, key).post(f"{RULEBOOK}/pause", {"paused": not off, "note": note, "by": by}, time.sleep)
    state = "everything is paused" if done["paused"] else "nothing is paused"
    click.echo(state if done["published"] else f"{state} already")


@click.command(epilog="Example: beckon fetch rules")
@click.argument("folder", metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path), default=Path("rules"))
@endpoint_option
@key_option
def fetch(folder: Path, endpoint: str, key: str) -> None:
    """Write the rules in force at a running engine into DIR, as they were published.

    A folder with edits of its own stays as it is: publish them, or give another one.
    """
    door = Endpoint(endpoint, key)
    number, name, files = _fetch(door)
    here = files_in(folder) if folder.is_dir() else {}
    if here and here != files:
        known = read_note(folder, endpoint)
        if known is None or known.files != hash_of(folder):
            raise click.ClickException(f"{folder}: has edits that were never published there - publish them, or fetch into another folder")
    for path in here.keys() - files.keys():
        (folder / path).unlink()
    for path, text in files.items():
        if here.get(path) != text:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")
    write_note(folder, endpoint, number, name)
    click.echo(f"{folder}: number {number}, {len(files)} files")


def _check(folder: Path) -> None:
    problems = find_problems(folder)
    for found in problems:
        click.echo(shown_line(found))
    if problems:
        click.echo("nothing was published", err=True)
        sys.exit(1)


def _play(folder: Path) -> None:
    rulebook = load_rulebook(folder)
    failures = [f"{rule.id}: {example.name}: {problem}" for rule in rulebook.rules.values() for example in rule.examples
                for problem in play(rulebook, rule, example)]
    for failure in failures:
        click.echo(f"FAIL {failure}")
    if failures:
        click.echo("nothing was published; `beckon test` plays the examples", err=True)
        sys.exit(1)


def _publish(door: Endpoint, request: dict[str, Any]) -> dict[str, Any]:
    return _until_played(lambda: door.post(RULEBOOK, request, time.sleep, compressed=True))


def _until_played(ask: Any) -> dict[str, Any]:
    """The engine plays examples for some seconds a call, and says how many rules are left."""
    published: dict[str, Any] = ask()
    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("playing examples", total=published["left"])
        while published["left"]:
            left = published["left"]
            published = ask()
            progress.advance(task, left - published["left"])
    return published


def _fetch(door: Endpoint) -> tuple[int, str, dict[str, str]]:
    page = door.get(f"{RULEBOOK}/files", time.sleep)
    files = dict(page["files"])
    while page["next"] is not None:
        page = door.get(f"{RULEBOOK}/files?rulebook={page['rulebook']}&after={quote(page['next'], safe='')}", time.sleep)
        files |= page["files"]
    if not all(is_rule_file(path) for path in files):
        raise BeckonError("what answers there has files that no rulebook has; check --endpoint")
    return page["number"], page["rulebook"], files


def _tell_refusal(refused: EndpointRefused) -> None:
    """What the engine says of why nothing was published, line by line; ends the command with findings."""
    told = refused.told
    for finding in told.get("findings", ()):
        click.echo(f"{finding['place']}: {finding['problem']}" + (f" - {finding['mend']}" if finding["mend"] else ""))
    for publication in told.get("publications", ()):
        note = f": {publication['note']}" if publication["note"] else ""
        click.echo(f"number {publication['number']} {publication['action']} by {publication['by']} at {publication['at']}{note}")
    _tell_changes(told.get("changes", ()))
    if not (told.get("findings") or told.get("publications")):
        raise refused
    click.echo(f"nothing was published: {told['message']}", err=True)
    sys.exit(1)


def _tell_changes(changes: Any) -> None:
    for change in changes:
        click.echo(f"  {change['how']:8s} {change['what']} {change['name']}")


def _paused(published: dict[str, Any]) -> str:
    return ", and everything is paused (`beckon pause --off` ends it)" if published["paused"] else ""
