"""dictionary: which events a shop sends, which fields they have and of which types: what the linter and people look things up in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .event import Event
from .instant import DAY

DAYS = 30
MOST_FIELDS = 80  # of one event name on one day; what is beyond is not told apart any more
MOST_TYPES = 3  # of one field
LONGEST_PATH = 120
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TYPES = {str: "string", bool: "boolean", int: "number", float: "number", list: "array", dict: "object", type(None): "null"}

Fields = dict[str, dict[str, int]]


@dataclass(slots=True)
class Entry:
    """What was seen of one event: `type` and `name`, how often, when first and last (milliseconds), and its fields.

    `fields`: by path, as conditions write it after `event.`, how often each JSON type was seen. `[]` stands for the items of a list.
    """

    type: str
    name: str | None
    count: int = 0
    first_at: int = 0
    last_at: int = 0
    fields: Fields = field(default_factory=dict)

    def see(self, event: Event) -> bool:
        """Take in an event; True when it has a field, or a type of a field, that was not there before."""
        self.count += 1
        self.first_at = min(self.first_at or event.received_at, event.received_at)
        self.last_at = max(self.last_at, event.received_at)
        news = self.count == 1
        for path, kind in fields_of(event):
            types = self.fields.get(path)
            if types is None:
                if len(self.fields) >= MOST_FIELDS:
                    continue
                types = self.fields[path] = {}
            if kind not in types:
                if len(types) >= MOST_TYPES:
                    continue
                news = True
            types[kind] = types.get(kind, 0) + 1
        return news

    def add(self, other: "Entry") -> None:
        """Join another entry of the same event."""
        self.count += other.count
        self.first_at = min(filter(None, (self.first_at, other.first_at)), default=0)
        self.last_at = max(self.last_at, other.last_at)
        for path, types in other.fields.items():
            mine = self.fields.setdefault(path, {})
            for kind, count in types.items():
                mine[kind] = mine.get(kind, 0) + count


def day_of(event: Event) -> int:
    """The day an event is counted on: days since 1970, by its arrival."""
    return event.received_at // DAY


def fields_of(event: Event) -> Iterator[tuple[str, str]]:
    """The paths and types of an event's fields: properties and traits two levels deep, lists by their first item, context one."""
    for part, document, deep in (("properties", event.properties, True), ("traits", event.traits, True), ("context", event.context, False)):
        for name, value in document.items():
            path = f"{part}.{_word(name)}"
            yield from _told(path, value)
            inner, mark = (value, "") if isinstance(value, dict) else (value[0], "[]") if isinstance(value, list) and value else (None, "")
            if deep and isinstance(inner, dict):
                for below, held in inner.items():
                    yield from _told(f"{path}{mark}.{_word(below)}", held)


def _told(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if len(path) <= LONGEST_PATH and path.isprintable():
        yield path, _TYPES.get(type(value), "other")


def _word(name: str) -> str:
    return name if _PLAIN.fullmatch(name) else '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
