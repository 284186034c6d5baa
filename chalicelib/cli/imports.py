"""imports: bulk data from files into a running engine, through the same doors as everything else."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ..adapters.clock import system_clock
from ..engine.accept import accept
from ..model.canonical import plain_json
from ..model.errors import BeckonError, EventRejected
from ..model.identifier_kinds import BUILT_IN, IdentifierKinds, as_it_is
from .arguments import EXISTING_FILE, Moment
from .calls_file import CALLS, Form, Line, read_lines
from .endpoint import Endpoint, endpoint_option, key_option
from .people_file import consents_form, customers_form, suppressions_form

MOST_AT_ONCE, MOST_BYTES = 500, 450_000


@dataclass(frozen=True, slots=True)
class Job:
    """What is imported: what the lines are called and hold, where they go, in which field, and what goes along.

    `form` gets the moment the file is of (milliseconds). `check` raises EventRejected for what need not be sent.
    """

    noun: str
    form: Callable[[int], Form]
    path: str
    key: str
    along: dict[str, Any] = field(default_factory=dict)
    check: Callable[[dict[str, Any]], object] = lambda document: None


@dataclass(slots=True)
class Count:
    """What became of the lines."""

    noun: str
    stored: int = 0
    known: int = 0
    set_aside: int = 0
    refused: int = 0

    def __str__(self) -> str:
        total = self.stored + self.known + self.set_aside + self.refused
        return f"{total} {self.noun}: {self.stored} stored, {self.known} known already, {self.set_aside} set aside, {self.refused} refused"


@dataclass(slots=True)
class _Batch:
    documents: list[dict[str, Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    size: int = 0
    last_line: int = 0


# Which numbers are numbers the engine knows, which knows the shop's country.
_ANY = IdentifierKinds({name: replace(kind, normalise=as_it_is) for name, kind in BUILT_IN.items()})


def _accept(call: dict[str, Any]) -> object:
    return accept(call, "server/import", system_clock(), past=True, kinds=lambda: _ANY)




EVENTS = Job("events", lambda _: CALLS, "/v1/batch", "batch", {"past": True}, _accept)
LIVE_EVENTS = Job("events", lambda _: CALLS, "/v1/batch", "batch", {}, _accept)
CUSTOMERS = Job("customers", customers_form, "/v1/batch", "batch", {"past": True}, _accept)
CONSENTS = Job("consents", consents_form, "/v1/batch", "batch", {"past": True}, _accept)
SUPPRESSIONS = Job("suppressions", suppressions_form, "/v1/suppressions", "suppressions")

files_argument = click.argument("files", metavar="FILE...", type=EXISTING_FILE, nargs=-1, required=True)
from_line_option = click.option("--from-line", type=click.IntRange(1), default=1,
                                help="Go on there with the first file, after an interruption.")
as_of_option = click.option("--as-of", type=Moment(), help="When the file was right; without it, when it was written. What was said later "
                                                           "counts more.")


@click.group(name="import", epilog="Example: beckon import events orders.csv")
def import_command() -> None:
    """Bring data in bulk into a running engine; the same file again changes nothing."""


@import_command.command(epilog="Example: beckon import events orders.csv --endpoint https://events.shop.example --key $BECKON_KEY")
@files_argument
@endpoint_option
@key_option
@click.option("--live", is_flag=True, help="These may set things off, like events that come one by one; otherwise they are past.")
@from_line_option
def events(files: tuple[Path, ...], endpoint: str, key: str, live: bool, from_line: int) -> None:
    """Take in events from CSV or NDJSON files, plain or .gz. Past events fill the picture and end what they end; they start nothing.

    A line that cannot be used is told with its place, and the others go on; then the exit code is 1.
    """
    _import_all(LIVE_EVENTS if live else EVENTS, files, endpoint, key, from_line, None)


@import_command.command(epilog="Example: beckon import customers members.csv --as-of 2026-03-01T00:00:00Z")
@files_argument
@endpoint_option
@key_option
@as_of_option
@from_line_option
def customers(files: tuple[Path, ...], endpoint: str, key: str, as_of: int | None, from_line: int) -> None:
    """Take in customers from CSV or NDJSON files, plain or .gz: userId, email, phone, loyaltyCard, firstName, lastName, locale, ...

    One of the identifiers must be there; columns may have the names that other systems give them (`Email Address`, `customer_id`), and
    any other column is a trait. Nothing is set off.
    """
    _import_all(CUSTOMERS, files, endpoint, key, from_line, as_of)


@import_command.command(epilog="Example: beckon import consents newsletter.csv")
@files_argument
@endpoint_option
@key_option
@as_of_option
@from_line_option
def consents(files: tuple[Path, ...], endpoint: str, key: str, as_of: int | None, from_line: int) -> None:
    """Take in consents from CSV or NDJSON files, plain or .gz: who (email, phone, userId, ...), channel, topic, status, at, source, text.

    `status` is given or withdrawn (also yes, no, subscribed, unsubscribed, ...). Without a channel it is e-mail, without a topic it is for
    all. `at` is when it was said, `text` the version of what was agreed to.
    """
    _import_all(CONSENTS, files, endpoint, key, from_line, as_of)


@import_command.command(epilog="Example: beckon import suppressions bounces.csv")
@files_argument
@endpoint_option
@key_option
@as_of_option
@from_line_option
def suppressions(files: tuple[Path, ...], endpoint: str, key: str, as_of: int | None, from_line: int) -> None:
    """Take in addresses that must not be written to, from CSV or NDJSON files, plain or .gz: address, reason, channel, topic, at.

    `reason` is bounce, complaint or unsubscribed, in any spelling of SES. They count at once, whether or not anybody has that address.
    """
    _import_all(SUPPRESSIONS, files, endpoint, key, from_line, as_of)


def _import_all(job: Job, files: tuple[Path, ...], endpoint: str, key: str, from_line: int, as_of: int | None) -> None:
    count = Count(job.noun)
    door = Endpoint(endpoint, key)
    with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), transient=True,
                  console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        for path in files:
            task = progress.add_task(path.name, total=path.stat().st_size)
            form = job.form(int(path.stat().st_mtime) * 1_000 if as_of is None else as_of)
            _import(job, form, path, door, count, from_line, lambda read, task=task: progress.update(task, completed=read))
            from_line = 1
    click.echo(str(count))
    sys.exit(1 if count.refused or count.set_aside else 0)


def _import(job: Job, form: Form, path: Path, door: Endpoint, count: Count, from_line: int, show: Any) -> None:
    batch, done = _Batch(), from_line - 1
    try:
        for line in read_lines(path, form):
            if line.number < from_line:
                continue  # read all the same: how many equal lines stood before tells them apart
            document = _checked(job, path, line, count)
            if document is not None:
                size = len(plain_json(document)) + 1
                if batch.documents and (len(batch.documents) >= MOST_AT_ONCE or batch.size + size > MOST_BYTES):
                    _send(job, path, door, batch, count)
                    done, batch = batch.last_line, _Batch()
                    show(line.read)
                batch.documents.append(document)
                batch.lines.append(line.number)
                batch.size += size
            batch.last_line = line.number
        _send(job, path, door, batch, count)
    except (KeyboardInterrupt, click.ClickException, BeckonError):
        if done:
            click.echo(f"{path}:{done}: up to here all is in; go on with --from-line {done + 1}", err=True)
        raise


def _checked(job: Job, path: Path, line: Line, count: Count) -> dict[str, Any] | None:
    """The document of a line; None, told with its place, when it cannot be used."""
    problem = line.problem
    if line.call is not None:
        try:
            job.check(line.call)
            return line.call
        except EventRejected as error:
            problem = f"{error.code}: {error}"
    _refuse(path, line.number, problem, count)
    return None


def _send(job: Job, path: Path, door: Endpoint, batch: _Batch, count: Count) -> None:
    if not batch.documents:
        return
    answer = door.post(job.path, {job.key: batch.documents, **job.along}, pause=time.sleep)
    count.stored += answer["stored"]
    count.known += answer.get("duplicates", 0)
    count.set_aside += answer.get("quarantined", 0)
    for refused in answer.get("refused", ()):
        _refuse(path, batch.lines[refused["index"]], refused["message"], count)


def _refuse(path: Path, number: int, problem: str, count: Count) -> None:
    count.refused += 1
    click.echo(f"{path}:{number}: {problem}", err=True)
