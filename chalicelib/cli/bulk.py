"""bulk: the lines of files to a running engine in few requests; bad ones are told with their place, and an end with the place to go on.

Of a file no more is in memory than one request takes.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from ..model.canonical import plain_json
from ..model.errors import BeckonError
from .endpoint import Endpoint

MOST_CALLS, MOST_BYTES = 500, 450_000
_MENDS = {"no_identity": "give userId, or an e-mail address, telephone or card that is somebody's"}


@dataclass(slots=True)
class Count:
    """What became of the things in the files; `silent` are rows that say nothing."""

    things: str
    stored: int = 0
    known: int = 0
    set_aside: int = 0
    refused: int = 0
    silent: int = 0

    def __str__(self) -> str:
        total = self.stored + self.known + self.set_aside + self.refused + self.silent
        return (f"{total} {self.things}: {self.stored} stored, {self.known} known already, {self.set_aside} set aside, "
                f"{self.refused} refused" + (f", {self.silent} without a word" if self.silent else ""))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: what it asks for (nothing, when it says nothing), or what is wrong with it."""

    number: int
    documents: Sequence[Any]
    problem: str
    read: int


@dataclass(frozen=True, slots=True)
class Way:
    """How one kind of file goes in: what reads it, where it is posted to, in which field and how many at once, and what goes along."""

    read: Callable[[Path], Iterator[Line]]
    path: str = "/v1/batch"
    name: str = "batch"
    most: int = MOST_CALLS
    along: Mapping[str, Any] = field(default_factory=lambda: {"past": True})


@dataclass(slots=True)
class _Batch:
    documents: list[Any] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    size: int = 0
    last_line: int = 0


def bring_in(files: Sequence[Path], door: Endpoint, things: str, way: Way, from_line: int) -> None:
    """Bring the files in, show how far it is, and end the process: 1 when some lines could not be used."""
    count = Count(things)
    with Progress(TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), transient=True,
                  console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:
        for place, path in enumerate(files):
            task = progress.add_task(path.name, total=path.stat().st_size)
            _bring_in(files[place:], door, way, count, from_line, partial(_show, progress, task), first=place == 0)
            from_line = 1
    click.echo(str(count))
    sys.exit(1 if count.refused or count.set_aside else 0)


def _bring_in(files: Sequence[Path], door: Endpoint, way: Way, count: Count, from_line: int, show: Callable[[int], None], *,
              first: bool) -> None:
    """Bring the first of these files in; when that breaks off, say where to go on, and with which of the others."""
    path, batch, done = files[0], _Batch(), from_line - 1
    try:
        for line in way.read(path):
            if line.number < from_line:
                continue  # read all the same: how many equal lines stood before tells them apart
            if line.problem:
                _refuse(path, line.number, line.problem)
                count.refused += 1
            elif not line.documents:
                count.silent += 1
            size = sum(len(plain_json(document)) + 1 for document in line.documents)
            if batch.documents and (len(batch.documents) + len(line.documents) > way.most or batch.size + size > MOST_BYTES):
                _send(path, door, way, batch, count)
                done, batch = batch.last_line, _Batch()
                show(line.read)
            batch.documents += line.documents
            batch.lines += [line.number] * len(line.documents)
            batch.size += size
            batch.last_line = line.number
        _send(path, door, way, batch, count)
    except (KeyboardInterrupt, click.ClickException, BeckonError):
        if done:
            click.echo(f"{path}:{done}: up to here all is in; go on with --from-line {done + 1} {' '.join(map(str, files))}", err=True)
        elif not first:
            click.echo(f"{path}: nothing of it is in; go on with {' '.join(map(str, files))}", err=True)
        raise


def _send(path: Path, door: Endpoint, way: Way, batch: _Batch, count: Count) -> None:
    if not batch.documents:
        return
    answer = door.post(way.path, {way.name: batch.documents, **way.along}, pause=time.sleep)
    refused = answer.get("refused", [])
    for one in refused:
        mend = f" - {_MENDS[one['code']]}" if one["code"] in _MENDS else ""
        _refuse(path, batch.lines[one["index"]], f"{one['code']}: {one['message']}{mend}")
    count.stored += answer["stored"]
    count.known += answer["duplicates"]
    if "quarantined" in answer:
        count.set_aside += answer["quarantined"]
    else:
        count.refused += len(refused)


def _show(progress: Progress, task: TaskID, read: int) -> None:
    progress.update(task, completed=read)


def _refuse(path: Path, line: int, problem: str) -> None:
    click.echo(f"{path}:{line}: {problem}", err=True)
