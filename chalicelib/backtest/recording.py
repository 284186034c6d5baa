"""recording: an events file, line by line, in the order in which its events arrive.

NDJSON, plain or gzipped, any order. An event arrives at its `receivedAt` when it has one (an export of the events table), else at its
own time. Lines of equal time stay in the order of the file. Read `as_delivered`, the order of the file is the order of arrival: an
event with an earlier time than one before it arrives late.

Lines of the catalog (`product`, `store`) are told at their `timestamp`, before events of the same moment; one without is so from the start.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

from ..model.canonical import read_json
from ..model.errors import BeckonError
from ..model.instant import parse_instant

CATALOG = ("product", "store")


class RecordingInvalid(BeckonError):
    """A line of an events file cannot be read."""


@dataclass(slots=True)
class Recording:
    """Calls with the moment of their arrival, in that order, and lines of the catalog with moment and kind, in theirs."""

    calls: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    catalog: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)

    @property
    def first(self) -> int:
        """The moment of the first line, 0 when there is none."""
        return min((entries[0][0] for entries in (self.calls, self.catalog) if entries), default=0)

    @property
    def last(self) -> int:
        """The moment of the last line, 0 when there is none."""
        return max((entries[-1][0] for entries in (self.calls, self.catalog) if entries), default=0)


def read_recording(paths: list[Path], *, as_delivered: bool = False) -> Recording:
    """All lines of these files. RecordingInvalid names file and line."""
    found: list[tuple[int | None, dict[str, Any]]] = []
    for path in paths:
        for number, text in _lines(path):
            line = _object(path, number, text)
            found.append((_moment(line, f"{path}:{number}"), line))
    first = min((moment for moment, _ in found if moment is not None), default=0)
    lines = [(first if moment is None else moment, line) for moment, line in found]
    if as_delivered:
        latest = accumulate((moment for moment, _ in lines), max)
        lines = list(zip(latest, (line for _, line in lines), strict=True))
    else:
        lines.sort(key=lambda entry: entry[0])
    recording = Recording()
    for moment, line in lines:
        if line.get("type") in CATALOG:
            recording.catalog.append((moment, line["type"], line))
        else:
            recording.calls.append((moment, line))
    return recording


def _moment(line: dict[str, Any], place: str) -> int | None:
    """When a line arrives; None for one of the catalog that says no time."""
    arrival = next(filter(None, (parse_instant(line.get(name)) for name in ("receivedAt", "timestamp", "originalTimestamp"))), None)
    if arrival is None and (line.get("type") not in CATALOG or line.get("timestamp") is not None):
        raise RecordingInvalid(f"{place}: the {'line' if line.get('type') in CATALOG else 'event'} has no time that can be read - give it "
                               "`timestamp`, for example 2026-03-01T09:00:00Z")
    return arrival


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with _open(path) as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield number, line
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise RecordingInvalid(f"{path}: cannot be read ({error}) - give an NDJSON file, plain or .gz") from error


def _open(path: Path) -> IO[str]:
    with open(path, "rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rt", encoding="utf-8") if zipped else open(path, encoding="utf-8")


def _object(path: Path, number: int, text: str) -> dict[str, Any]:
    try:
        line = read_json(text.encode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise RecordingInvalid(f"{path}:{number}: is not JSON ({error}) - one event per line") from error
    if not isinstance(line, dict):
        raise RecordingInvalid(f"{path}:{number}: is no event - one JSON object per line")
    return line
