"""calls_file: calls (and other documents, by their `Form`) out of CSV and NDJSON files, line by line, each with an id that is the same
whenever the file is read.

CSV of calls: the header names fields; a dotted name builds objects, a number in it lists (`properties.products.0.price`). Cells under
properties, traits and context that read as JSON are that value, unless they would come out differently (`007`, `+359...`): those and
ids stay text. Empty cells are absent. A line that cannot be read is told, and those behind it are read all the same.
"""

import csv
import gzip
import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ..model.canonical import canonical_json, digest, read_json
from ..model.errors import BeckonError

FIELDS = ("type", "event", "name", "userId", "anonymousId", "previousId", "groupId", "messageId", "timestamp", "originalTimestamp")
PARTS = ("properties", "traits", "context")
_VALUE = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?|true|false|null|[\[{].*", re.DOTALL)
_MOST_DIGITS = 15  # a double keeps so many
_MOST_ITEMS = 200
_NOT_UTF8 = "is not UTF-8 - save the file as UTF-8 (in spreadsheets: CSV UTF-8)"


class CallsFileInvalid(BeckonError):
    """A file cannot be read as calls; the text names file and place."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the lines of a file say. `check` refuses a column nobody knows; `of_row` makes the document of a row's filled cells by column,
    `of_object` that of a JSON object; all raise ValueError with what is wrong and the mend."""

    check: Callable[[str], None]
    of_row: Callable[[dict[str, str]], dict[str, Any]]
    of_object: Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: its number, the call in it, or what is wrong with it; `read` is how many bytes of the file were read so far."""

    number: int
    call: dict[str, Any] | None
    problem: str
    read: int


def read_lines(path: Path, form: Form | None = None) -> Iterator[Line]:
    """Every line that is not empty, of calls unless it is another form. CallsFileInvalid when the file as a whole cannot be read."""
    try:
        with open(path, "rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            plain: Any = gzip.GzipFile(fileobj=file) if zipped else file
            text = io.TextIOWrapper(plain, encoding="utf-8-sig", errors="surrogateescape", newline="")
            calls = _csv(path, text, form or CALLS) if ".csv" in path.suffixes[-2:] else _ndjson(text, form or CALLS)
            seen: dict[str, int] = {}
            for number, call, problem in calls:
                yield Line(number, None if call is None else _with_id(call, seen), problem, file.tell())
    except (OSError, EOFError, zlib.error) as error:
        raise CallsFileInvalid(f"{path}: cannot be read ({error}) - give CSV or NDJSON, plain or .gz") from error


def _with_id(call: dict[str, Any], seen: dict[str, int]) -> dict[str, Any]:
    """Equal lines of one file are different events (two equal sales are two); the same file again brings the same ids."""
    if call.get("messageId"):
        return call
    try:
        content = digest("import", canonical_json(call))
    except (ValueError, TypeError, RecursionError):
        return call  # it holds what cannot be stored, and is refused with the reason when it is looked at
    seen[content] = seen.get(content, 0) + 1
    return {**call, "messageId": content if seen[content] == 1 else digest("import", content, str(seen[content]))}


def _ndjson(text: IO[str], form: Form) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        if not _is_utf8(line):
            yield number, None, _NOT_UTF8
            continue
        try:
            call = read_json(line.encode())
        except (ValueError, RecursionError) as error:
            yield number, None, f"is not JSON ({error}) - one call per line"
            continue
        if not isinstance(call, dict):
            yield number, None, "is no call - one JSON object per line"
            continue
        try:
            yield number, form.of_object(call), ""
        except ValueError as error:
            yield number, None, str(error)


def _csv(path: Path, text: IO[str], form: Form) -> Iterator[tuple[int, dict[str, Any] | None, str]]:
    head = text.readline()
    if not _is_utf8(head):
        raise CallsFileInvalid(f"{path}:1: {_NOT_UTF8}")
    delimiter = max(",;\t", key=head.count)
    columns = [name.strip() for name in next(csv.reader([head], delimiter=delimiter), [])]
    for place, name in enumerate(columns):
        try:
            form.check(name)
        except ValueError as error:
            raise CallsFileInvalid(f"{path}:1: {error}") from None
        if name in columns[:place]:
            raise CallsFileInvalid(f"{path}:1: the column {name!r} is there twice - name each once")
    rows = csv.reader(text, delimiter=delimiter, strict=True)
    while True:
        number = rows.line_num + 2  # a row may go over several lines: this is its first, and the header stands before all
        try:
            row = next(rows, None)
            if row is None:
                return
            if any(cell.strip() for cell in row):
                yield number, form.of_row(_cells(columns, row)), ""
        except (ValueError, csv.Error) as error:
            yield number, None, str(error)


def _cells(columns: list[str], row: list[str]) -> dict[str, str]:
    """The filled cells of a row by column. ValueError says what is wrong with it."""
    if len(row) > len(columns):
        raise ValueError(f"has {len(row)} cells, the header {len(columns)} - quote cells that hold the separator")
    if not _is_utf8("".join(row)):
        raise ValueError(_NOT_UTF8)
    return {name: cell for name, cell in zip(columns, row, strict=False) if cell.strip()}


def _check_column(name: str) -> None:
    part, *below = name.split(".")
    if name not in FIELDS and (part not in PARTS or not below or "" in below):
        raise ValueError(f"there is no field {name!r} - columns are {', '.join(FIELDS)}, and {', '.join(PARTS)} with a "
                         "dot and a name behind")


def _call(cells: dict[str, str]) -> dict[str, Any]:
    call: dict[str, Any] = {"type": "track"}
    for name, cell in cells.items():
        part, *path = name.split(".")
        if path:
            call[part] = _put(call.get(part), path, cell_value(cell), name)
        else:
            call[part] = cell.strip()
    return call


CALLS = Form(_check_column, _call, lambda call: call)


def _put(inner: Any, path: list[str], value: Any, column: str) -> Any:
    """The object or list `inner` (None: not there yet) with a value at a path. ValueError when columns contradict each other."""
    if not path:
        return value
    step, *rest = path
    if step.isdecimal():
        place, items = int(step), [] if inner is None else inner
        if not isinstance(items, list) or place >= _MOST_ITEMS:
            raise ValueError(f"column {column}: {step} is no place in a list here")
        items += [None] * (place + 1 - len(items))
        items[place] = _put(items[place], rest, value, column)
        return items
    held = {} if inner is None else inner
    if not isinstance(held, dict):
        raise ValueError(f"column {column}: what is above {step} has a value already")
    return {**held, step: _put(held.get(step), rest, value, column)}


def cell_value(cell: str) -> Any:
    """What a cell holds: the value that its text is as JSON, unless that would come out differently, else the text."""
    text = cell.strip()
    if not _VALUE.fullmatch(text) or (text[0] not in "[{" and sum(map(str.isdecimal, text)) > _MOST_DIGITS):
        return cell
    try:
        return read_json(text.encode())
    except (ValueError, RecursionError):
        return cell


def _is_utf8(text: str) -> bool:
    """Whether what was read was UTF-8: bytes that are none came as halves of surrogate pairs."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
