"""sources: write keys and who posts with them, in SourcesTable. The table holds hashes of keys, no key."""

from ...model.instant import MINUTE
from ...ports import Clock, Source
from . import keys, wire
from .table import Table
from .wire import Item

_KEPT = MINUTE
_MOST_KEPT = 1_000


class DynamoSources:
    """`Sources` on DynamoDB. What was found stays known for a minute, so a key that was disabled works a minute longer at most."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._known: dict[str, tuple[Source, int]] = {}

    def find(self, write_key: str) -> Source | None:
        """See `Sources`."""
        place, now = keys.source_key(write_key), self._clock()
        if place in self._known and now - self._known[place][1] < _KEPT:
            return self._known[place][0]
        self._known.pop(place, None)
        item = self._table.get({keys.KEY_HASH: wire.text(place)}, "source")
        if item is None or keys.DISABLED in item:
            return None
        source = Source(item[keys.NAME]["S"], item[keys.KIND]["S"])
        if len(self._known) < _MOST_KEPT:
            self._known[place] = source, now
        return source

    def add(self, write_key: str, source: Source) -> None:
        """Let a key in, also one that was disabled."""
        self._put(write_key, source, {})

    def disable(self, write_key: str) -> None:
        """Turn a key away from now on; its name stays for people to read. An unknown key stays unknown."""
        source = self.find(write_key)
        if source is not None:
            self._put(write_key, source, {keys.DISABLED: {"BOOL": True}})
            self._known.pop(keys.source_key(write_key), None)

    def _put(self, write_key: str, source: Source, more: Item) -> None:
        place = keys.source_key(write_key)
        self._table.put({keys.KEY_HASH: wire.text(place), keys.NAME: wire.text(source.name), keys.KIND: wire.text(source.kind), **more},
                        "source")
