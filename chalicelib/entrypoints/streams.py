"""streams: batches of stream records into the fold and the relay, and which of them must come again.

The answer has the form of ReportBatchItemFailures: Lambda goes on from the lowest sequence number in it, so one is enough. A
record that cannot be read will never be readable: it is parked whole and does not block its shard.
"""

import json
from dataclasses import replace
from typing import Any, Protocol, cast

from .. import bootstrap
from ..adapters.dynamodb.events import arrival_from
from ..flows.fold import fold
from ..flows.relay import relay
from ..model.errors import ItemTooLarge, StoreUnavailable
from ..model.event import Arrival
from ..model.outcome import Effect
from ..ports import Parked, Ports
from .failures import report_failure

Record = dict[str, Any]
Outbox = tuple[str, list[Effect], int]
Failures = dict[str, list[dict[str, str]]]
_HEAD = 100_000


class CustomersStream(Protocol):
    """What the customers' table can do beyond the port: read its own stream. Only the one on DynamoDB has a stream."""

    def waiting_in(self, record: Record) -> Outbox | None:
        """The customer, the effects that wait and the number of the last one; None when nothing waits."""


def fold_batch(event: dict[str, Any]) -> Failures:
    """Fold the new events of a batch of the events table's stream."""
    ports, records = bootstrap.ports(), event["Records"]
    numbers: dict[int, str] = {}
    arrivals: list[Arrival] = []
    for record in records:
        try:
            arrival = _arrival(ports, record)
        except StoreUnavailable:
            return from_record(records[0])
        if arrival is not None and arrival.position is not None:
            arrivals.append(arrival)
            numbers[arrival.position.sequence] = record["dynamodb"]["SequenceNumber"]
    try:
        again = [arrival.position.sequence for arrival in fold(ports, arrivals) if arrival.position is not None]
    except StoreUnavailable:
        return from_record(records[0])
    return _from(numbers[min(again)]) if again else _from(None)


def relay_batch(event: dict[str, Any]) -> Failures:
    """Carry out what waits in the customers of a batch of the customers table's stream.

    Of several records of one customer only the last counts: what was not acknowledged before it still waits in it.
    """
    ports = bootstrap.ports()
    for record in _last_of_each_customer(event["Records"]):
        try:
            _relay(ports, record)
        except StoreUnavailable:
            return from_record(record)
    return _from(None)


def _arrival(ports: Ports, record: Record) -> Arrival | None:
    try:
        return arrival_from(record)
    except (KeyError, ValueError, TypeError) as error:
        park_record(ports, "fold", record, error)
        return None


def _relay(ports: Ports, record: Record) -> None:
    """StoreUnavailable comes through; whatever else goes wrong is this record's own fault, and its effects stay in the outbox."""
    try:
        waiting = cast(CustomersStream, ports.customers).waiting_in(record)
        if waiting is not None:
            relay(ports, *waiting)
    except StoreUnavailable:
        raise
    except Exception as error:  # the border of the function: one bad record must not block the shard
        report_failure("relay", error)
        park_record(ports, "relay", record, error)


def park_record(ports: Ports, place: str, record: Record, error: Exception) -> None:
    """Set a stream record aside whole, with the reason; one that is too large in part."""
    body = json.dumps(record, sort_keys=True, default=str)
    # eventID is unique in a stream; a record without one is told from others by its text.
    parked = Parked(place=place, id=str(record.get("eventID") or body), at=ports.clock(), reason=f"{type(error).__name__}", body=body)
    try:
        ports.parking.park(parked)
    except ItemTooLarge:
        ports.parking.park(replace(parked, reason=f"{parked.reason}, too large to keep whole", body=body[:_HEAD]))
    ports.meter.count("parked", place=place)


def _last_of_each_customer(records: list[Record]) -> list[Record]:
    """In the order of the stream. Records without readable keys are all kept."""
    last: dict[str, Record] = {}
    for number, record in enumerate(records):
        keys = record.get("dynamodb", {}).get("Keys")
        customer = json.dumps(keys, sort_keys=True) if keys else str(number)
        last.pop(customer, None)
        last[customer] = record
    return list(last.values())


def from_record(record: Record | None) -> Failures:
    """The answer that a batch must come again from this record on; None: nothing must."""
    return _from(None if record is None else record["dynamodb"]["SequenceNumber"])


def _from(sequence_number: str | None) -> Failures:
    return {"batchItemFailures": [] if sequence_number is None else [{"itemIdentifier": sequence_number}]}
