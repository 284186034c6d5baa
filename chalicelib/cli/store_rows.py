"""store_rows: what the rows of a file of stores say, as the engine takes it. Every ValueError tells the mend.

A row of NDJSON with our own `storeId` is taken as it stands. Opening hours stand in one column as JSON (`{"mon": ["09:00-18:00"]}`), or in
a column for each day (`Monday`, `Monday hours`: `09:00-12:00, 14:00-18:00`, or `closed`). A column that is no field known here is a field
of the shop's own, in camelCase.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

from ..model.errors import EventRejected
from ..model.hours import DAYS
from ..model.store import store_from
from .bulk import Line
from .calls_file import cell_value
from .cells import Cells, moment, stripped, text_of
from .columns import fields_of, trait_of
from .rows_file import Document, Row, read_rows

GIVEN = ("timestamp", "timezone", "country", "currency")
_TEXTS = ("name", "country", "currency", "address", "city", "postalCode", "phone", "url")
_FIELDS = ("storeId", *_TEXTS, "lat", "lon", "timezone", "hours", "radius", "polygon", "timestamp")
_SPAN = re.compile(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)")
_ELSEWHERE = {"Asia/Beijing": "Asia/Shanghai", "Asia/Bangalore": "Asia/Kolkata", "Asia/Mumbai": "Asia/Kolkata",
              "America/San_Francisco": "America/Los_Angeles", "America/Washington": "America/New_York"}
"""Cities that people name whose zone goes by another's name."""


@dataclass(frozen=True, slots=True)
class StoreReader:
    """How files of stores are read: what `given` says for rows that do not."""

    given: Mapping[str, str]

    def lines(self, path: Path) -> Iterator[Line]:
        """The lines of a file. FileInvalid when the file as a whole cannot be read."""
        for row in read_rows(path, _header):
            try:
                yield self._line(row)
            except (ValueError, EventRejected) as error:
                yield Line(row.number, (), str(error), row.read)

    def _line(self, row: Row) -> Line:
        if row.document is None:
            return Line(row.number, (), row.problem, row.read)
        if "storeId" in row.document:
            store = {**self.given, **row.document, **_zone({**self.given, **row.document}.get("timezone"))}
        else:
            store = self._store(row.document)
        store_from(store)
        return Line(row.number, (store,), "", row.read)

    def _store(self, row: Document) -> Document:
        fields = fields_of(tuple(row), "stores")
        cells = Cells(row, fields, self.given)
        own = {trait_of(column): cell_value(value) if isinstance(value, str) else value for column, cell in row.items()
               if not any(column in named for named in fields.values()) and (value := stripped(cell)) is not None}
        store: Document = {**own, **_zone(cells.said("timezone")), **_hours(cells)}
        for field in _FIELDS:
            value = cells.said(field)
            if value is not None and field not in ("timezone", "hours"):
                store[field] = text_of(value) if field in ("storeId", *_TEXTS) else cell_value(str(value)) if field == "polygon" else value
        if "timestamp" in store:
            store["timestamp"] = moment("timestamp", store["timestamp"])
        return store


def zone_of(value: str) -> str:
    """The IANA zone of `Europe/Sofia`, also as `GMT+02:00 Europe/Sofia`. ValueError for what names none."""
    for word in re.split(r"[\s,;()]+", value.strip()):
        zone = _ELSEWHERE.get(word, word)
        if "/" in zone and zone in available_timezones():
            return zone
    if value.strip() in available_timezones():
        return value.strip()
    raise ValueError(f"timezone {value[:60]!r} is no IANA time zone - write for example Europe/Sofia")


def _header(columns: list[str]) -> Callable[[list[str]], Document]:
    fields = fields_of(tuple(columns), "stores")
    for what, needed in (("which store it is", "storeId"), ("where it stands", "lat"), ("where it stands", "lon")):
        if needed not in fields:
            raise ValueError(f"no column says {what} - add a column {needed}")
    return lambda cells: {name: cell for name, cell in zip(columns, cells, strict=False) if cell.strip()}


def _zone(value: Any) -> Document:
    return {} if value is None else {"timezone": zone_of(text_of(value))}


def _hours(cells: Cells) -> Document:
    said = cells.own("hours")
    if said is not None:
        hours = cell_value(said) if isinstance(said, str) else said
        if not isinstance(hours, dict):
            raise ValueError(f"hours {str(said)[:40]!r} cannot be read - write {{\"mon\": [\"09:00-18:00\"]}}, or a column for each day")
        return {"hours": hours}
    days = {day: _spans(day, text_of(value)) for day in DAYS if (value := cells.own(day)) is not None}
    return {"hours": {day: spans for day, spans in days.items() if spans}} if days else {}


def _spans(day: str, cell: str) -> list[str]:
    """The spans of a day's cell; none for a day on which it is closed."""
    if cell.lower() in ("closed", "x", "-"):
        return []
    parts = [_SPAN.fullmatch(part.strip()) for part in re.split(r"[,;]", cell)]
    if not all(parts):
        raise ValueError(f"{day} {cell[:40]!r} is no time of opening - write 09:00-18:00, several with a comma between them, or closed")
    return [f"{part[1]:0>2}:{part[2]}-{part[3]:0>2}:{part[4]}" for part in parts if part]
