"""recording: an events file, line by line, in the order in which its events arrive.

NDJSON, plain or gzipped, any order. An event arrives at its `receivedAt` when it has one (an export of the events table), else at its
own time. Lines of equal time stay in the order of the file. Read `as_delivered`, the order of the file is the order of arrival: an
event with an earlier time than one before it arrives late.
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
    """Calls with the moment of their arrival, in that order, and how many catalog lines were left aside."""

    calls: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    catalog_lines: int = 0


def read_recording(paths: list[Path], *, as_delivered: bool = False) -> Recording:
    """All events of these files. RecordingInvalid names file and line."""
    recording = Recording()
    for path in paths:
        for number, line in _lines(path):
            call = _call(path, number, line)
            if call.get("type") in CATALOG:
                recording.catalog_lines += 1
                continue
            arrival = next(filter(None, (parse_instant(call.get(name)) for name in ("receivedAt", "timestamp", "originalTimestamp"))), None)
            if arrival is None:
                raise RecordingInvalid(f"{path}:{number}: the event has no time that can be read - give it `timestamp`, "
                                       "for example 2026-03-01T09:00:00Z")
            recording.calls.append((arrival, call))
    if as_delivered:
        latest = accumulate((arrival for arrival, _ in recording.calls), max)
        recording.calls = list(zip(latest, (call for _, call in recording.calls), strict=True))
    else:
        recording.calls.sort(key=lambda entry: entry[0])
    return recording


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


def _call(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        call = read_json(line.encode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise RecordingInvalid(f"{path}:{number}: is not JSON ({error}) - one event per line") from error
    if not isinstance(call, dict):
        raise RecordingInvalid(f"{path}:{number}: is no event - one JSON object per line")
    return call
