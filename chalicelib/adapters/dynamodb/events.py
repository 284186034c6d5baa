"""events: the log of all events in EventsTable, and its stream."""

from collections.abc import Iterator
from typing import Any

from ...model.canonical import plain_json
from ...model.event import ERASURE_ASKED, TIMER_DUE, Arrival, Event, event_from
from . import keys, wire
from .codec import decode, pack
from .table import Refused, Table
from .wire import Item


class DynamoEvents:
    """`EventLog` on DynamoDB: one conditional put per event, one partition per customer."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def append(self, customer: str, event: Event) -> bool:
        """See `EventLog`. When an answer was lost on the way the second try says False: the event is there, which is what counts."""
        try:
            self._table.put(_item(customer, event), _purpose(event), condition=f"attribute_not_exists(#{keys.CUSTOMER})")
        except Refused:
            return False
        return True

    def since(self, moment: int) -> Iterator[Arrival]:
        """See `EventLog`."""
        for item in self._table.scan(f"#{keys.RECEIVED_AT} >= :moment", {":moment": wire.number(moment)}, "replay"):
            yield Arrival(item[keys.CUSTOMER]["S"], _event(item))

    def latest(self, customer: str, limit: int) -> list[Event]:
        """See `EventLog`."""
        found = self._table.query(f"#{keys.CUSTOMER} = :customer", {":customer": wire.text(customer)}, "lookup",
                                  newest_first=True, limit=limit)
        return [_event(item) for item in found]

    def get(self, customer: str, event_id: str, client_time: int | None = None) -> Event | None:
        """See `EventLog`."""
        item = self._table.get(_key(customer, event_id, client_time), "event")
        return None if item is None else _event(item)

    def page(self, customer: str, after: str | None, limit: int) -> list[tuple[str, Event]]:
        """See `EventLog`."""
        condition, values = f"#{keys.CUSTOMER} = :customer", {":customer": wire.text(customer)}
        if after is not None:
            condition, values = f"{condition} AND #{keys.AT_ID} > :after", {**values, ":after": wire.text(after)}
        return [(item[keys.AT_ID]["S"], _event(item)) for item in self._table.query(condition, values, "export", limit=limit)]

    def remove(self, customer: str, event: Event) -> None:
        """See `EventLog`."""
        self._table.delete(_key(customer, event.id, event.client_time), "erasure")

    def erase(self, customer: str, through: int) -> None:
        """See `EventLog`."""
        for item in self._table.query(f"#{keys.CUSTOMER} = :customer", {":customer": wire.text(customer)}, "erasure"):
            if wire.whole(item[keys.RECEIVED_AT]) <= through and _event(item).name != ERASURE_ASKED:
                self._table.delete({keys.CUSTOMER: item[keys.CUSTOMER], keys.AT_ID: item[keys.AT_ID]}, "erasure")


def arrival_from(record: dict[str, Any]) -> Arrival | None:
    """What a record of the table's stream brings to the fold; None when it tells of anything but a new event.

    KeyError or ValueError: the record cannot be read, now or later.
    """
    image = wire.image_of(record) if wire.inserted(record) else None
    return Arrival(image[keys.CUSTOMER]["S"], _event(image), wire.position_of(record)) if image else None


def _item(customer: str, event: Event) -> Item:
    return {
        **_key(customer, event.id, event.client_time),
        keys.BODY: wire.binary(pack(plain_json(event.document()))), keys.RECEIVED_AT: wire.number(event.received_at),
        keys.EXPIRES_AT: wire.number(keys.expiry(event.received_at, keys.EVENT_DAYS)),
    }


def _key(customer: str, event_id: str, client_time: int | None) -> Item:
    return {keys.CUSTOMER: wire.text(customer), keys.AT_ID: wire.text(keys.event_sort_key(event_id, client_time))}


def _event(item: Item) -> Event:
    return event_from(decode(item[keys.BODY]["B"]))


def _purpose(event: Event) -> str:
    if event.type != "engine":
        return "event"
    return "timer due" if event.name == TIMER_DUE else "engine event"
