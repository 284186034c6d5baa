"""dictionary: which events were seen, in DictionaryTable: one item for each day, type and name, with a counter for each type of a field.

Counters are added to, so processes need not know of each other. What is new to a process is written at once; what it only has more of
is written with the hundredth event or after a minute, whichever comes first. A process that is ended in between loses that many counts.
"""

import threading
from collections.abc import Iterable

from ...model.dictionary import MOST_FIELDS, Entry, day_of
from ...model.errors import StoreUnavailable
from ...model.event import Event
from ...model.instant import DAY, MINUTE
from ...ports import Clock
from . import keys, wire
from .table import Table
from .wire import Item

_BUNCH = 100
_LONGEST_WAIT = MINUTE
_MOST_NAMES = 1_000  # a day, in one process: whoever makes names up without end fills nothing
_DAYS_KEPT = 32
_FIELD = "field "

_Place = tuple[int, str, str | None]


class DynamoDictionary:
    """`Dictionary` on DynamoDB."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[_Place, dict[str, set[str]]] = {}
        self._unwritten: dict[_Place, Entry] = {}
        self._waiting_since: int | None = None

    def note(self, events: Iterable[Event]) -> None:
        """See `Dictionary`. Never fails: what cannot be written now waits."""
        with self._lock:
            news = self._take(events)
            now = self._clock()
            since = now if self._waiting_since is None else self._waiting_since
            self._waiting_since = since
            if now - since >= _LONGEST_WAIT:
                news = set(self._unwritten)
            self._write(news | {place for place, entry in self._unwritten.items() if entry.count >= _BUNCH})

    def entries(self, since: int) -> list[Entry]:
        """See `Dictionary`. What this process has not written yet is written first."""
        with self._lock:
            self._write(set(self._unwritten))
        joined: dict[tuple[str, str], Entry] = {}
        for day in range(since // DAY, self._clock() // DAY + 1):
            for item in self._table.query(f"#{keys.DAY_NUMBER} = :day", {":day": wire.number(day)}, "dictionary"):
                entry = _entry(item)
                joined.setdefault((entry.type, entry.name or ""), Entry(entry.type, entry.name)).add(entry)
        return [joined[key] for key in sorted(joined)]

    def _take(self, events: Iterable[Event]) -> set[_Place]:
        """Count events; the places where something was seen that this process had not seen before."""
        news: set[_Place] = set()
        for event in events:
            place = (day_of(event), event.type, event.name)
            seen = self._seen.get(place)
            if seen is None:
                if len(self._seen) >= _MOST_NAMES:
                    self._seen = {known: fields for known, fields in self._seen.items() if known[0] >= place[0]}
                    if len(self._seen) >= _MOST_NAMES:
                        continue
                seen = self._seen[place] = {}
                news.add(place)
            entry = self._unwritten.get(place)
            if entry is None:
                entry = self._unwritten[place] = Entry(event.type, event.name)
            if entry.see(event) and _is_new(seen, entry):
                news.add(place)
        return news

    def _write(self, places: set[_Place]) -> None:
        for place in places & self._unwritten.keys():
            entry = self._unwritten.pop(place)  # what can never be written must not come up again
            try:
                self._add(place[0], entry)
            except StoreUnavailable:
                self._unwritten[place] = entry
                return  # the next event tries again
        if not self._unwritten:
            self._waiting_since = None

    def _add(self, day: int, entry: Entry) -> None:
        names: dict[str, str] = {}
        values: Item = {":count": wire.number(entry.count), ":first": wire.number(entry.first_at), ":last": wire.number(entry.last_at),
                        ":expiry": wire.number(keys.expiry(day * DAY, _DAYS_KEPT))}
        adds = [f"#{keys.COUNT} :count"]
        for path, types in entry.fields.items():
            for kind, count in types.items():
                place = f"f{len(names)}"
                names[f"#{place}"] = f"{_FIELD}{kind} {path}"
                values[f":{place}"] = wire.number(count)
                adds.append(f"#{place} :{place}")
        change = (f"ADD {', '.join(adds)} SET #{keys.FIRST_AT} = if_not_exists(#{keys.FIRST_AT}, :first), #{keys.LAST_AT} = :last, "
                  f"#{keys.EXPIRES_AT} = :expiry" + (f", #{keys.NAME} = :name" if entry.name else ""))
        if entry.name:
            values[":name"] = wire.text(entry.name)
        self._table.update({keys.DAY_NUMBER: wire.number(day), keys.ID: wire.text(keys.dictionary_key(entry.type, entry.name))}, change,
                           "dictionary", values=values, names=names)


def _is_new(seen: dict[str, set[str]], entry: Entry) -> bool:
    """Whether an entry has a field, or a type of one, beyond those seen; takes them in, as long as there are not too many."""
    new = False
    for path in list(entry.fields):
        if path not in seen and len(seen) >= MOST_FIELDS:
            del entry.fields[path]
            continue
        known, types = seen.setdefault(path, set()), entry.fields[path].keys()
        if not types <= known:
            known.update(types)
            new = True
    return new


def _entry(item: Item) -> Entry:
    kind = item[keys.ID]["S"].partition("#")[0]
    name = item[keys.NAME]["S"] if keys.NAME in item else None
    entry = Entry(kind, name, wire.whole(item[keys.COUNT]), wire.whole(item[keys.FIRST_AT]), wire.whole(item[keys.LAST_AT]))
    for attribute, value in item.items():
        if attribute.startswith(_FIELD):
            kind_of_field, _, path = attribute.removeprefix(_FIELD).partition(" ")
            entry.fields.setdefault(path, {})[kind_of_field] = wire.whole(value)
    return entry
