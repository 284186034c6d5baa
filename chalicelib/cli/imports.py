"""imports: bulk data from files into a running engine, through the same door as everything else."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ..adapters.clock import system_clock
from ..engine.accept import accept
from ..model.canonical import plain_json
from ..model.errors import BeckonError, EventRejected
from .arguments import EXISTING_FILE
from .calls_file import Line, read_lines
from .endpoint import Endpoint, endpoint_option, key_option

MOST_CALLS, MOST_BYTES = 500, 450_000


@dataclass(slots=True)
class Count:
    """What became of the calls."""

    stored: int = 0
    known: int = 0
    set_aside: int = 0
    refused: int = 0

    def __str__(self) -> str:
        total = self.stored + self.known + self.set_aside + self.refused
        return f"{total} events: {self.stored} stored, {self.known} known already, {self.set_aside} set aside, {self.refused} refused"


@dataclass(slots=True)
class _Batch:
    calls: list[dict[str, Any]] = field(default_factory=list)
    size: int = 0
    last_line: int = 0


@click.group(name="import", epilog="Example: beckon import events orders.csv")
def import_command() -> None:
    """Bring data in bulk into a running engine; the same file again changes nothing."""


@import_command.command(epilog="Example: beckon import events orders.csv --endpoint https://events.shop.example --key $BECKON_KEY")
@click.argument("files", metavar="FILE...", type=EXISTING_FILE, nargs=-1, required=True)
@endpoint_option
@key_option
@click.option("--live", is_flag=True, help="These may set things off, like events that come one by one; otherwise they are past.")
@click.option("--from-line", type=click.IntRange(1), default=1, help="Go on there with the first file, after an interruption.")
def events(files: tuple[Path, ...], endpoint: str, key: str, live: bool, from_line: int) -> None:
    """Take in events from CSV or NDJSON files, plain or .gz. Past events fill the picture and end what they end; they start nothing.

    A line that cannot be used is told with its place, and the others go on; then the exit code is 1.
    """
    count = Count()
    door = Endpoint(endpoint, key)
    with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), transient=True,
                  console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        for path in files:
            task = progress.add_task(path.name, total=path.stat().st_size)
            _import(path, door, count, live=live, from_line=from_line, show=lambda read, task=task: progress.update(task, completed=read))
            from_line = 1
    click.echo(str(count))
    sys.exit(1 if count.refused or count.set_aside else 0)


def _import(path: Path, door: Endpoint, count: Count, *, live: bool, from_line: int, show: Any) -> None:
    batch, done = _Batch(), from_line - 1
    try:
        for line in read_lines(path):
            if line.number < from_line:
                continue  # read all the same: how many equal lines stood before tells them apart
            call = _checked(path, line, count)
            if call is not None:
                size = len(plain_json(call)) + 1
                if batch.calls and (len(batch.calls) >= MOST_CALLS or batch.size + size > MOST_BYTES):
                    _send(door, batch, count, live)
                    done, batch = batch.last_line, _Batch()
                    show(line.read)
                batch.calls.append(call)
                batch.size += size
            batch.last_line = line.number
        _send(door, batch, count, live)
    except (KeyboardInterrupt, click.ClickException, BeckonError):
        if done:
            click.echo(f"{path}:{done}: up to here all is in; go on with --from-line {done + 1}", err=True)
        raise


def _checked(path: Path, line: Line, count: Count) -> dict[str, Any] | None:
    """The call of a line; None, told with its place, when it cannot be used."""
    problem = line.problem
    if line.call is not None:
        try:
            accept(line.call, "server/import", system_clock(), past=True)
            return line.call
        except EventRejected as error:
            problem = f"{error.code}: {error}"
    count.refused += 1
    click.echo(f"{path}:{line.number}: {problem}", err=True)
    return None


def _send(door: Endpoint, batch: _Batch, count: Count, live: bool) -> None:
    if not batch.calls:
        return
    answer = door.post("/v1/batch", {"batch": batch.calls, **({} if live else {"past": True})}, pause=time.sleep)
    count.stored += answer["stored"]
    count.known += answer["duplicates"]
    count.set_aside += answer["quarantined"]
