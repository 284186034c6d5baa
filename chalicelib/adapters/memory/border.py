"""border: what stands at the way in, in one process: write keys, limits, the dictionary of events, what was set aside."""

from collections.abc import Iterable
from dataclasses import replace

from ...model.dictionary import Entry, day_of
from ...model.event import Event
from ...model.instant import DAY, MINUTE, SECOND
from ...model.source import Source, key_id
from ...ports import Clock, Parked


class MemorySources:
    """Write keys."""

    def __init__(self, sources: dict[str, Source] | None = None) -> None:
        self._sources: dict[str, Source] = {}
        for write_key, source in (sources or {}).items():
            self.add(write_key, source)

    def add(self, write_key: str, source: Source) -> None:
        self._sources[write_key] = replace(source, id=key_id(write_key), disabled=False)

    def find(self, write_key: str) -> Source | None:
        source = self._sources.get(write_key)
        return None if source is None or source.disabled else source

    def all(self) -> list[Source]:
        return sorted(self._sources.values(), key=lambda source: (source.name, source.id))

    def disable(self, source_id: str) -> bool:
        for write_key, source in self._sources.items():
            if source.id == source_id:
                self._sources[write_key] = replace(source, disabled=True)
                return True
        return False


class MemoryLimits:
    """Exact counts by the minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._spent: dict[tuple[str, int], int] = {}

    def spend(self, who: str, units: int, allowed: int) -> int:
        now = self._clock()
        window = (who, now // MINUTE)
        if self._spent.get(window, 0) >= allowed:
            return -(-(MINUTE - now % MINUTE) // SECOND)
        self._spent[window] = self._spent.get(window, 0) + units
        return 0


class MemoryDictionary:
    """Entries by day, type and name."""

    def __init__(self) -> None:
        self._entries: dict[tuple[int, str, str | None], Entry] = {}

    def note(self, events: Iterable[Event]) -> None:
        for event in events:
            key = (day_of(event), event.type, event.name)
            self._entries.setdefault(key, Entry(event.type, event.name)).see(event)

    def entries(self, since: int) -> list[Entry]:
        joined: dict[tuple[str, str], Entry] = {}
        for (day, kind, name), entry in self._entries.items():
            if day >= since // DAY:
                joined.setdefault((kind, name or ""), Entry(kind, name)).add(entry)
        return [joined[key] for key in sorted(joined)]


class MemoryParking:
    """What was set aside, by place."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str], Parked] = {}

    def park(self, parked: Parked) -> None:
        self._items.setdefault((parked.place, parked.id), parked)

    def parked(self, place: str, limit: int) -> list[Parked]:
        return sorted((entry for entry in self._items.values() if entry.place == place), key=lambda entry: (-entry.at, entry.id))[:limit]

    def get(self, place: str, parked_id: str) -> Parked | None:
        return self._items.get((place, parked_id))

    def remove(self, place: str, parked_id: str) -> None:
        self._items.pop((place, parked_id), None)
