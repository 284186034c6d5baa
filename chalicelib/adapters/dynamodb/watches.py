"""watches: who watches which product, and the waves that wait for their hour, in WatchesTable.

A row holds of a person nothing but the customer's id, and goes by itself when nobody needs it any more.
"""

from collections.abc import Iterator

from ...model.instant import SECOND
from ...model.page import Page, page_from
from ...model.watch import SHARDS, Aspect, Watch, Watcher, watch_from
from . import keys, wire
from .codec import decode, encode
from .table import Refused, Table
from .wire import Item

_ALL_WAVES = "0"  # few products have one at a time
_NOBODY = "-"


class DynamoWatches:
    """`Watches` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def put(self, customer: str, watch: Watch, number: int) -> None:
        """See `Watches`."""
        item = {
            **_key(customer, watch), keys.NUMBER: wire.number(number), keys.SINCE: wire.number(watch.since),
            keys.EXPIRES_AT: wire.number(-(-watch.until // SECOND)),
        }
        if watch.seen:
            item[keys.SEEN] = wire.binary(encode([list(sighting) for sighting in watch.seen]))
        try:
            self._table.put(item, "watch", condition=f"attribute_not_exists(#{keys.WATCHED}) OR #{keys.NUMBER} < :number",
                            values={":number": wire.number(number)})
        except Refused:
            return  # it came late, or twice

    def remove(self, customer: str, watch: Watch) -> None:
        """See `Watches`."""
        self._table.delete(_key(customer, watch), "watch")

    def page(self, aspect: Aspect, product: str, shard: int, after: str | None, limit: int) -> list[tuple[str, Watcher]]:
        """See `Watches`."""
        condition, values = f"#{keys.WATCHED} = :watched", {":watched": wire.text(keys.watched_key(aspect, product, shard))}
        if after is not None:
            condition, values = f"{condition} AND #{keys.WHO} > :after", {**values, ":after": wire.text(after)}
        return [_watcher(aspect, product, item) for item in self._table.query(condition, values, "fan-out", limit=limit)]


class DynamoWaves:
    """`Waves` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def wait(self, wave: Page) -> None:
        """See `Waves`."""
        key = {keys.WATCHED: wire.text(keys.wave_key(wave.product)), keys.WHO: wire.text(_NOBODY)}
        item = {
            **key, keys.WAVE_SHARD: wire.text(_ALL_WAVES), keys.WAVE_AT: wire.number(wave.at),
            keys.AT: wire.number(wave.event.client_time or 0), keys.WAVE: wire.number(wave.wave),
            keys.BODY: wire.binary(encode(wave.document())),
        }
        same = f"(#{keys.AT} = :at AND #{keys.WAVE} <= :wave)"
        try:
            self._table.put(item, "wave", condition=f"attribute_not_exists(#{keys.WATCHED}) OR #{keys.AT} < :at OR {same}",
                            values={":at": item[keys.AT], ":wave": item[keys.WAVE]})
        except Refused:
            return  # a later change has waves of its own

    def due(self, now: int) -> Iterator[Page]:
        """See `Waves`."""
        found = self._table.query(f"#{keys.WAVE_SHARD} = :shard AND #{keys.WAVE_AT} <= :now",
                                  {":shard": wire.text(_ALL_WAVES), ":now": wire.number(now)}, "wave", index=keys.WAVES_INDEX)
        yield from [page_from(decode(item[keys.BODY]["B"])) for item in found]

    def begun(self, wave: Page) -> None:
        """See `Waves`."""
        key = {keys.WATCHED: wire.text(keys.wave_key(wave.product)), keys.WHO: wire.text(_NOBODY)}
        values = {":at": wire.number(wave.event.client_time or 0), ":wave": wire.number(wave.wave)}
        try:
            self._table.delete(key, "wave", condition=f"#{keys.AT} = :at AND #{keys.WAVE} = :wave", values=values)
        except Refused:
            return  # it is another one by now, or gone


def shard_of(customer: str) -> int:
    """In which shard of every product's watchers a customer stands."""
    return int(keys.shard_of(customer, SHARDS))


def _key(customer: str, watch: Watch) -> Item:
    return {keys.WATCHED: wire.text(keys.watched_key(watch.aspect, watch.product, shard_of(customer))),
            keys.WHO: wire.text(keys.watcher_key(watch.turn, customer))}


def _watcher(aspect: Aspect, product: str, item: Item) -> tuple[str, Watcher]:
    place = item[keys.WHO]["S"]
    seen = decode(item[keys.SEEN]["B"]) if keys.SEEN in item else []
    watch = watch_from(f"{aspect}|{product}", [wire.whole(item[keys.SINCE]), wire.whole(item[keys.EXPIRES_AT]) * SECOND, seen])
    return place, Watcher(place.partition("#")[2], watch)
