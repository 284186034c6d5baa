"""calls_file: calls out of CSV and NDJSON files, line by line, each with an id that is the same whenever the file is read.

CSV: the header names fields; a dotted name builds objects, a number in it lists (`properties.products.0.price`). Cells under
properties, traits and context that read as JSON are that value, unless they would come out differently (`007`, `+359...`): those and
ids stay text. Empty cells are absent.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..model.canonical import canonical_json, digest, read_json
from .rows_file import Document, Row, read_rows

FIELDS = ("type", "event", "name", "userId", "anonymousId", "previousId", "groupId", "messageId", "timestamp", "originalTimestamp")
PARTS = ("properties", "traits", "context")
_VALUE = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,15})?|true|false|null|[\[{].*", re.DOTALL)
_MOST_DIGITS = 15  # a double keeps so many
_MOST_ITEMS = 200


def read_lines(path: Path) -> Iterator[Row]:
    """Every line that is not empty, with the call in it. FileInvalid when the file as a whole cannot be read."""
    seen: dict[str, int] = {}
    for row in read_rows(path, _header):
        yield row if row.document is None else replace(row, document=_with_id(row.document, seen))


def _with_id(call: Document, seen: dict[str, int]) -> Document:
    """Equal lines of one file are different events (two equal sales are two); the same file again brings the same ids."""
    if call.get("messageId"):
        return call
    try:
        content = digest("import", canonical_json(call))
    except (ValueError, TypeError, RecursionError):
        return call  # it holds what cannot be stored, and is refused with the reason when it is looked at
    seen[content] = seen.get(content, 0) + 1
    return {**call, "messageId": content if seen[content] == 1 else digest("import", content, str(seen[content]))}


def _header(columns: list[str]) -> Callable[[list[str]], Document]:
    for name in columns:
        part, *below = name.split(".")
        if name not in FIELDS and (part not in PARTS or not below or "" in below):
            raise ValueError(f"there is no field {name!r} - columns are {', '.join(FIELDS)}, and {', '.join(PARTS)} with a dot and a name "
                             "behind")
    return lambda row: _call(columns, row)


def _call(columns: list[str], row: list[str]) -> Document:
    call: Document = {"type": "track"}
    for name, cell in zip(columns, row, strict=False):
        if cell.strip():
            part, *path = name.split(".")
            if path:
                call[part] = put(call.get(part), path, cell_value(cell), name)
            else:
                call[part] = cell.strip()
    return call


def put(inner: Any, path: list[str], value: Any, column: str) -> Any:
    """The object or list `inner` (None: not there yet) with a value at a path. ValueError when columns contradict each other."""
    if not path:
        return value
    step, *rest = path
    if step.isdecimal():
        place, items = int(step), [] if inner is None else inner
        if not isinstance(items, list) or place >= _MOST_ITEMS:
            raise ValueError(f"column {column}: {step} is no place in a list here")
        items += [None] * (place + 1 - len(items))
        items[place] = put(items[place], rest, value, column)
        return items
    held = {} if inner is None else inner
    if not isinstance(held, dict):
        raise ValueError(f"column {column}: what is above {step} has a value already")
    return {**held, step: put(held.get(step), rest, value, column)}


def cell_value(cell: str) -> Any:
    """What a cell says: a JSON value where it reads as one that stays the same, else its text."""
    text = cell.strip()
    if not _VALUE.fullmatch(text) or (text[0] not in "[{" and sum(map(str.isdecimal, text)) > _MOST_DIGITS):
        return cell
    try:
        return read_json(text.encode())
    except (ValueError, RecursionError):
        return cell
