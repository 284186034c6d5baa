"""sources: write keys and who posts with them, in SourcesTable. The table holds hashes of keys, no key."""

from dataclasses import replace

from ...model.instant import MINUTE
from ...model.source import EVENTS_A_MINUTE, Source, key_id
from ...ports import Clock
from . import keys, wire
from .table import Table
from .wire import Item

_KEPT = MINUTE
_MOST_KEPT = 1_000


class DynamoSources:
    """`Sources` on DynamoDB. What was found, or not found, stays known for a minute: a key that was disabled works a minute longer."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._known: dict[str, tuple[Source, int]] = {}
        self._unknown: dict[str, int] = {}

    def find(self, write_key: str) -> Source | None:
        """See `Sources`."""
        place, now = keys.source_key(write_key), self._clock()
        if place in self._known and now - self._known[place][1] < _KEPT:
            return self._known[place][0]
        if now - self._unknown.get(place, now - _KEPT) < _KEPT:
            return None
        item = self._table.get({keys.KEY_HASH: wire.text(place)}, "source")
        source = None if item is None else _source(item)
        if source is None or source.disabled:
            self._known.pop(place, None)
            _remember(self._unknown, place, now)
            return None
        _remember(self._known, place, (source, now))
        return source

    def add(self, write_key: str, source: Source) -> None:
        """See `Sources`."""
        place = keys.source_key(write_key)
        self._put(place, replace(source, disabled=False))
        self._unknown.pop(place, None)

    def disable(self, source_id: str) -> bool:
        """See `Sources`. The item stays for people to read."""
        for item in self._table.scan(f"begins_with(#{keys.KEY_HASH}, :id)", {":id": wire.text(source_id)}, "source"):
            place = item[keys.KEY_HASH]["S"]
            if key_id_of(place) == source_id:
                self._put(place, replace(_source(item), disabled=True))
                self._known.pop(place, None)
                return True
        return False

    def all(self) -> list[Source]:
        """See `Sources`."""
        found = [_source(item) for item in self._table.scan(f"attribute_exists(#{keys.NAME})", {}, "source")]
        return sorted(found, key=lambda source: (source.name, source.id))

    def _put(self, place: str, source: Source) -> None:
        item = {keys.KEY_HASH: wire.text(place), keys.NAME: wire.text(source.name), keys.KIND: wire.text(source.kind)}
        if source.disabled:
            item[keys.DISABLED] = {"BOOL": True}
        if source.signed_only:
            item[keys.SIGNED_ONLY] = {"BOOL": True}
        if source.events_a_minute != EVENTS_A_MINUTE:
            item[keys.EVENTS_A_MINUTE] = wire.number(source.events_a_minute)
        self._table.put(item, "source")


def key_id_of(place: str) -> str:
    """The id of a key by its hash."""
    return place[:len(key_id(""))]


def _source(item: Item) -> Source:
    limit = item.get(keys.EVENTS_A_MINUTE)
    return Source(item[keys.NAME]["S"], item[keys.KIND]["S"], signed_only=keys.SIGNED_ONLY in item,
                  events_a_minute=wire.whole(limit) if limit else EVENTS_A_MINUTE, id=key_id_of(item[keys.KEY_HASH]["S"]),
                  disabled=keys.DISABLED in item)


def _remember(what: dict[str, object] | dict[str, int] | dict[str, tuple[Source, int]], place: str, value: object) -> None:
    """Keep the newest thousand: whoever tries keys without end pushes out only what others tried."""
    if place not in what and len(what) >= _MOST_KEPT:
        del what[next(iter(what))]
    what[place] = value  # type: ignore[assignment]
