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
from ..rulebook.merging import Merged, merge
from ..rulebook.rule_files import files_in, is_rule_file
from .arguments import rules_argument
from .endpoint import Endpoint, EndpointRefused, EndpointSilent, endpoint_option, key_option
from .lint import shown_line
from .published_note import hash_of, name_of, read_note, read_sent, write_note, write_sent
from .schema import write_schemas

RULEBOOK = "/v1/rulebook"
PAUSE_PATIENCE = 10.0  # seconds: somebody waits for everything to be silent
MOST_SHOWN = 5  # publications and changes of others, each


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # nobody has a name here: the engine takes the key's
        return ""


note_option = click.option("--note", default="", metavar="TEXT", help="What for; kept with it.")
by_option = click.option("--by", envvar="BECKON_BY", default=_user, show_default="your user name", help="Who; also BECKON_BY.")


@click.command(epilog="Example: beckon publish rules --note 'for spring'")
@rules_argument
@click.option("--over", type=int, metavar="NUMBER",
              help="Publish over this number of others, which you have seen: what you have not edited stays as it is there.")
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
    base = _base(door, folder, endpoint, current)
    files = written = files_in(folder)
    merged = None
    if over is not None:
        if over != current["number"]:
            raise click.ClickException(f"number {current['number']} is in force by now, not {over} - look at it, then publish over it")
        merged = _merge(door, base, files, current)
        base, files = current["rulebook"], dict(merged.files if merged else files)
        if merged is None:
            click.echo("what the folder's edits began with is not known: it goes over that whole", err=True)
    if merged is None:
        write_sent(folder, endpoint, files)
    request = {"files": files, "base": base, "note": note, "by": by}
    try:
        published = _publish(door, request)
    except EndpointRefused as refused:
        _tell_refusal(refused)
    if published["rulebook"] is None:  # what came with the code, and nothing else
        click.echo("nothing to publish: these are the rules that came with the deployment")
        return
    if merged:
        _bring(folder, written, files)
        _tell_merged(merged, over)
    write_note(folder, endpoint, published["number"], published["rulebook"], files)
    if not published["published"]:
        click.echo(f"nothing to publish: number {published['number']} is the same")
        return
    _tell_changes(published["changes"])
    click.echo(f"number {published['number']} is in force{_paused(published)}")


@click.command(epilog="Example: beckon rollback --note 'wrong prices'")
@click.option("--rule", metavar="ID", help="Only this rule, to what it was before it was changed last, or removed.")
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
            version = _version(door, at)
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
    asked = {"paused": not off, "note": note, "by": by}
    try:
        done = Endpoint(endpoint, key, PAUSE_PATIENCE).post(f"{RULEBOOK}/pause", asked, time.sleep)
    except (EndpointRefused, EndpointSilent) as error:
        raise click.ClickException(f"nothing was {'resumed' if off else 'paused'}: {error.message}") from None
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
    _bring(folder, here, files)
    if not (folder / "schema").is_dir():
        write_schemas(folder)
    write_note(folder, endpoint, number, name, files)
    click.echo(f"{folder}: number {number}, {len(files)} files")


def _base(door: Endpoint, folder: Path, endpoint: str, current: dict[str, Any]) -> str | None:
    """The name of the rulebook that the folder's edits began with, as far as it knows.

    A command that ended before it could note what it had put into force has left what it sent: a publication with just these files is that.
    """
    known, sent = read_note(folder, endpoint), read_sent(folder, endpoint)
    if sent is not None:
        since = {each["rulebook"]: each["number"] for each in current["publications"] if known is None or each["number"] > known.number}
        for name, number in since.items():
            files = _fetch_named(door, name)
            if files is not None and name_of(files) == sent:
                write_note(folder, endpoint, number, name, files)
                return name
    return known.rulebook if known else None


def _merge(door: Endpoint, base: str | None, files: dict[str, str], current: dict[str, Any]) -> Merged | None:
    """The folder's edits in what is in force. None: what they began with is not known any more, so the whole folder is one's own."""
    before = _fetch_named(door, base) if base else None
    theirs = _fetch_named(door, current["rulebook"])
    if before is None or theirs is None:
        return None
    merged = merge(before, files, theirs)
    if base != current["rulebook"] and not merged.own:
        raise click.ClickException(f"the folder has no edits to publish over number {current['number']} - `beckon fetch` brings that into"
                                   " it, `beckon rollback` goes back")
    return merged


def _bring(folder: Path, here: dict[str, str], files: dict[str, str]) -> None:
    """Make a folder's files these; only what is otherwise than `here` is touched."""
    for path in here.keys() - files.keys():
        (folder / path).unlink(missing_ok=True)
    for path, text in files.items():
        if here.get(path) != text:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, "utf-8")


def _version(door: Endpoint, rule: str) -> int:
    """The version of a rule in force; 0: it is not there."""
    try:
        found: int = door.get(rule, time.sleep)["version"]
    except EndpointRefused as refused:
        if refused.status != 404:
            raise
        return 0
    return found


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


def _fetch(door: Endpoint, name: str | None = None) -> tuple[int, str, dict[str, str]]:
    page = door.get(f"{RULEBOOK}/files" + (f"?rulebook={quote(name, safe='')}" if name else ""), time.sleep)
    files = dict(page["files"])
    while page["next"] is not None:
        page = door.get(f"{RULEBOOK}/files?rulebook={page['rulebook']}&after={quote(page['next'], safe='')}", time.sleep)
        files |= page["files"]
    if not all(is_rule_file(path) for path in files):
        raise BeckonError("what answers there has files that no rulebook has; check --endpoint")
    return page["number"], page["rulebook"], files


def _fetch_named(door: Endpoint, name: str) -> dict[str, str] | None:
    """The files of a rulebook; None: there is none of this name any more."""
    try:
        return _fetch(door, name)[2]
    except EndpointRefused:
        return None


def _tell_refusal(refused: EndpointRefused) -> None:
    """What the engine says of why nothing was published, line by line; ends the command with findings."""
    told = refused.told
    for finding in told.get("findings", ()):
        click.echo(f"{finding['place']}: {finding['problem']}" + (f" - {finding['mend']}" if finding["mend"] else ""))
    for publication in told.get("publications", ())[:MOST_SHOWN]:
        note = f": {publication['note']}" if publication["note"] else ""
        click.echo(f"number {publication['number']} {publication['action']} by {publication['by']} at {publication['at']}{note}")
    changes = told.get("changes", ())
    _tell_changes(changes[:MOST_SHOWN])
    if len(changes) > MOST_SHOWN:
        click.echo(f"  and {len(changes) - MOST_SHOWN} more")
    if not (told.get("findings") or told.get("publications")):
        raise click.ClickException(told["message"]) if isinstance(told.get("message"), str) else refused
    click.echo(f"nothing was published: {told['message']}", err=True)
    sys.exit(1)


def _tell_merged(merged: Merged, over: int | None) -> None:
    for change in merged.taken:
        click.echo(f"  from number {over}: {change}")
    for path in merged.both:
        click.echo(f"  over number {over}: {path}, which was edited there too")


def _tell_changes(changes: Any) -> None:
    for change in changes:
        click.echo(f"  {change['how']:8s} {change['what']} {change['name']}")


def _paused(published: dict[str, Any]) -> str:
    return ", and everything is paused (`beckon pause --off` ends it)" if published["paused"] else ""
