"""rows_file: rows out of CSV and NDJSON files, plain or .gz, one after the other, so that a file may be larger than memory.

A row that cannot be read is told, and those behind it are read all the same.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..model.canonical import read_json
from ..model.errors import BeckonError

Document = dict[str, Any]
Header = Callable[[list[str]], Callable[[list[str]], Document]]
"""What reads the rows of a CSV file under these columns. Both raise ValueError: the columns, or the cells, cannot be used."""

_NOT_UTF8 = "is not UTF-8 - save the file as UTF-8 (in spreadsheets: CSV UTF-8)"


class FileInvalid(BeckonError):
    """A file cannot be read; the text names file and place."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file: the number of its first line, what is in it, or what is wrong with it; `read`: bytes of the file read so far."""

    number: int
    document: Document | None
    problem: str
    read: int


def read_rows(path: Path, header: Header, *, table: bool | None = None, plain_field: str | None = None) -> Iterator[Row]:
    """Every row that is not empty; of a `table` with columns, or else of objects: None when the file's name tells; with a `plain_field`
    lines that are no JSON are what that field says. FileInvalid when the file as a whole cannot be read."""
    table = ".csv" in map(str.lower, path.suffixes[-2:]) if table is None else table
    with opened(path) as (file, plain):
        text = io.TextIOWrapper(plain, encoding="utf-8-sig", errors="surrogateescape", newline="")
        for number, document, problem in _csv(path, text, header) if table else _ndjson(text, plain_field):
            yield Row(number, document, problem, file.tell())


@contextmanager
def opened(path: Path) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """A file, and what it holds once inflated. FileInvalid when that cannot be read."""
    try:
        with open(path, "rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            plain: Any = gzip.GzipFile(fileobj=file) if zipped else file
            yield file, plain
    except (OSError, EOFError, zlib.error) as error:
        raise FileInvalid(f"{path}: cannot be read ({error}) - give CSV or NDJSON, plain or .gz") from error


def _ndjson(text: IO[str], plain_field: str | None) -> Iterator[tuple[int, Document | None, str]]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        if not is_utf8(line):
            yield number, None, _NOT_UTF8
            continue
        if plain_field is not None and not line.lstrip().startswith("{"):
            yield number, {plain_field: line.strip()}, ""
            continue
        try:
            document = read_json(line.encode())
        except (ValueError, RecursionError) as error:
            yield number, None, f"is not JSON ({error}) - one object per line"
            continue
        if isinstance(document, dict):
            yield number, document, ""
        else:
            yield number, None, "is no object - one JSON object per line"


def _csv(path: Path, text: IO[str], header: Header) -> Iterator[tuple[int, Document | None, str]]:
    head = text.readline()
    if not is_utf8(head):
        raise FileInvalid(f"{path}:1: {_NOT_UTF8}")
    delimiter = max(",;\t", key=head.count)
    columns = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
    twice = next((name for place, name in enumerate(columns) if name in columns[:place]), None)
    if twice is not None:
        raise FileInvalid(f"{path}:1: the column {twice!r} is there twice - name each once")
    try:
        document = header(columns)
    except ValueError as error:
        raise FileInvalid(f"{path}:1: {error}") from None
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        number = rows.line_num + 2  # a row may go over several lines: this is its first, and the header stands before all
        try:
            row = next(rows, None)
            if row is None:
                return
            if any(cell.strip() for cell in row):
                if len(row) > len(columns):
                    raise ValueError(f"has {len(row)} cells, the header {len(columns)} - quote cells that hold the separator")
                if not is_utf8("".join(row)):
                    raise ValueError(_NOT_UTF8)
                yield number, document(row), ""
        except (ValueError, csv.Error) as error:
            yield number, None, str(error)


def is_utf8(text: str) -> bool:
    """Whether what was read was UTF-8: bytes that are none came as halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
