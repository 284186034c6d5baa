"""customers: the states in CustomersTable, with the effects that wait, the next ring, and the table's stream."""

from collections.abc import Iterator
from typing import Any

from ...model.customer import Customer, customer_from
from ...model.errors import ConcurrentUpdate, ItemTooLarge, StoreUnavailable
from ...model.outcome import Effect
from ...ports import Clock, CustomerRecord
from . import keys, outbox, wire
from .codec import decode, encode
from .size import item_size
from .table import Refused, Table
from .wire import Item

MOST_ITEM = 350 * 1024  # DynamoDB takes 400 KB; what comes near it is a bug or an attack

_WAITING = (keys.OUTBOX, keys.OUTBOX_LAST, keys.OUTBOX_SINCE, keys.OUTBOX_SHARD)
_TAKE_OUT = f"REMOVE {', '.join(f'#{name}' for name in _WAITING)} SET #{keys.VERSION} = #{keys.VERSION} + :one"


class DynamoCustomers:
    """`Customers` on DynamoDB: state, outbox and next ring travel in one conditional put.

    `shards` spreads the two sparse indexes over so many partitions (1,000 writes a second each); it may grow, not shrink.
    """

    def __init__(self, table: Table, clock: Clock, shards: int = 8) -> None:
        self._table = table
        self._clock = clock
        self._shards = shards

    def load(self, customer: str) -> CustomerRecord | None:
        """See `Customers`."""
        for _ in range(2):  # a part may be acknowledged away between the two reads: then the item has changed as well
            item = self._table.get(_key(customer), "state")
            if item is None:
                return None
            waiting = self._waiting(customer, item, "state")
            if waiting is not None:
                since = wire.whole(item[keys.OUTBOX_SINCE]) if keys.OUTBOX_SINCE in item else None
                return CustomerRecord(customer_from(decode(item[keys.STATE]["B"])), waiting, wire.whole(item[keys.VERSION]), since)
        raise StoreUnavailable(f"{self._table.name}: a part of the outbox of {customer} is missing")

    def commit(self, record: CustomerRecord) -> None:
        """See `Customers`. ItemTooLarge for a state that cannot be stored in one item."""
        customer = record.state.id
        since: int | None = None
        parts: dict[str, bytes] = {}
        item: Item = {keys.CUSTOMER: wire.text(customer), keys.VERSION: wire.number(record.version + 1),
                      keys.STATE: wire.binary(encode(record.state.document()))}
        if record.outbox:
            since = self._clock() if record.outbox_since is None else record.outbox_since
            waiting, parts = outbox.pack(record.outbox, record.state.effects)
            item |= {keys.OUTBOX: wire.binary(waiting), keys.OUTBOX_LAST: wire.number(record.state.effects),
                     keys.OUTBOX_SINCE: wire.number(since), keys.OUTBOX_SHARD: wire.text(keys.shard_of(customer, self._shards))}
        if record.state.ring is not None:
            item |= {keys.RING_SHARD: wire.text(keys.shard_of(customer, self._shards)),
                     keys.RING_AT: wire.text(keys.ring_sort_key(record.state.ring, record.state.rings))}
        _check_size(item)
        for name, content in parts.items():
            self._write_part(customer, name, content)
        self._write(item, record.version)
        record.version += 1
        record.outbox_since = since

    def acknowledge(self, customer: str, through: int) -> bool:
        """See `Customers`."""
        try:
            taken = self._table.update(_key(customer), _TAKE_OUT, "acknowledge", condition=f"#{keys.OUTBOX_LAST} = :through",
                                       values={":through": wire.number(through), ":one": wire.number(1)})
        except Refused:
            return False
        for name in outbox.part_names(taken[keys.OUTBOX]["B"]):
            self._table.delete(_key(keys.outbox_part_key(customer, name)), "acknowledge")
        return True

    def due(self, now: int) -> Iterator[tuple[str, int, int]]:
        """See `Customers`."""
        for shard in range(self._shards):
            values = {":shard": wire.text(str(shard)), ":now": wire.text(keys.rings_until(now))}
            for item in self._table.query(f"#{keys.RING_SHARD} = :shard AND #{keys.RING_AT} <= :now", values, "rings",
                                          index=keys.RINGS_INDEX):
                yield item[keys.CUSTOMER]["S"], *keys.ring_from(item[keys.RING_AT]["S"])

    def stuck(self, before: int) -> Iterator[str]:
        """See `Customers`."""
        for shard in range(self._shards):
            values = {":shard": wire.text(str(shard)), ":before": wire.number(before)}
            for item in self._table.query(f"#{keys.OUTBOX_SHARD} = :shard AND #{keys.OUTBOX_SINCE} < :before", values, "outboxes",
                                          index=keys.OUTBOXES_INDEX):
                yield item[keys.CUSTOMER]["S"]

    def page(self, after: str | None, limit: int) -> tuple[list[Customer], str | None]:
        """See `Customers`."""
        items, last = self._table.page(_key(after) if after else None, limit, "everybody")
        states = [customer_from(decode(item[keys.STATE]["B"])) for item in items if keys.STATE in item]
        return states, last[keys.CUSTOMER]["S"] if last else None

    def waiting_in(self, record: dict[str, Any]) -> tuple[str, list[Effect], int] | None:
        """What a record of the table's stream brings to the relay: the customer, the effects, the number of the last one.

        None when nothing waits, or when a part is gone, which only an acknowledgement takes away. KeyError or ValueError: the
        record cannot be read, now or later.
        """
        image = wire.image_of(record)
        if image is None or keys.OUTBOX not in image:
            return None
        customer = image[keys.CUSTOMER]["S"]
        effects = self._waiting(customer, image, "relay")
        return None if effects is None else (customer, effects, wire.whole(image[keys.OUTBOX_LAST]))

    def _waiting(self, customer: str, item: Item, reason: str) -> list[Effect] | None:
        if keys.OUTBOX not in item:
            return []

        def read_part(name: str) -> bytes | None:
            part = self._table.get(_key(keys.outbox_part_key(customer, name)), reason)
            return None if part is None else part[keys.PART]["B"]

        return outbox.unpack(item[keys.OUTBOX]["B"], read_part)

    def _write(self, item: Item, version: int) -> None:
        condition, values = f"attribute_not_exists(#{keys.CUSTOMER})", None
        if version:
            condition, values = f"#{keys.VERSION} = :version", {":version": wire.number(version)}
        try:
            self._table.put(item, "state", condition=condition, values=values)
        except Refused:
            raise ConcurrentUpdate(f"{item[keys.CUSTOMER]['S']}: version {version} is not the stored one") from None

    def _write_part(self, customer: str, name: str, content: bytes) -> None:
        part = {keys.CUSTOMER: wire.text(keys.outbox_part_key(customer, name)), keys.PART: wire.binary(content),
                keys.EXPIRES_AT: wire.number(keys.expiry(self._clock(), keys.PART_DAYS))}
        _check_size(part)
        self._table.put(part, "outbox")


def _key(customer: str) -> Item:
    return {keys.CUSTOMER: wire.text(customer)}


def _check_size(item: Item) -> None:
    size = item_size(item)
    if size > MOST_ITEM:
        raise ItemTooLarge(f"{item[keys.CUSTOMER]['S']}: {size} bytes, at most {MOST_ITEM} can be stored")
