"""capacity: what one DynamoDB request costs in capacity units, computed from the items in moto's tables by AWS's rounding.

moto itself reports a flat 1. Source: "DynamoDB read and write operations" and "Using Global Secondary Indexes: provisioned throughput
considerations" in the DynamoDB Developer Guide: a write costs the larger of the item before and after; an index costs a write for each
projected item that appears, disappears or changes, two when its key changes; a refused condition costs the write all the same.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSResponse
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import SecondaryIndex, Table

from chalicelib.adapters.dynamodb.size import item_size, read_units, write_units

Document = dict[str, Any]
_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_READS = {"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"}


@dataclass(frozen=True, slots=True)
class Cost:
    """Units of one request on one table; `index` are write units of its indexes, beside those of the item itself."""

    table: str
    read: float = 0.0
    write: float = 0.0
    index: float = 0.0


def costs(backend: DynamoDBBackend, operation: str, body: Document, call: Callable[[], AWSResponse]) -> tuple[AWSResponse, list[Cost]]:
    """Make the call and say what it cost. Requests that are not about items cost nothing."""
    writes = [(table, key, backend_item(backend, table, key)) for table, key in _written(backend, operation, body)]
    answer = call()
    if operation in _READS:
        return answer, list(_read_costs(backend, operation, body, answer)) if answer.status_code == 200 else []
    if answer.status_code != 200 and "ConditionalCheckFailed" not in answer.text:
        return answer, []
    factor = 2 if operation == "TransactWriteItems" else 1
    spent = []
    for name, key, before in writes:
        table, after = backend.get_table(name), backend_item(backend, name, key)
        item = write_units(max(_size(before), _size(after)))
        spent.append(Cost(name, write=factor * item, index=factor * _index_cost(table, before, after)))
    return answer, spent


def backend_item(backend: DynamoDBBackend, table: str, key: Document) -> Document | None:
    """An item as it lies in moto now, in the protocol's form."""
    item = backend.get_item(table, key)
    return item.to_json()["Attributes"] if item is not None else None


def _written(backend: DynamoDBBackend, operation: str, body: Document) -> Iterator[tuple[str, Document]]:
    """Table and key of every item a request writes."""
    if operation in _WRITES:
        yield body["TableName"], body.get("Key") or _key_of(backend.get_table(body["TableName"]), body["Item"])
    elif operation == "BatchWriteItem":
        for table, requests in body["RequestItems"].items():
            for request in requests:
                put = request.get("PutRequest")
                yield table, _key_of(backend.get_table(table), put["Item"]) if put else request["DeleteRequest"]["Key"]
    elif operation == "TransactWriteItems":
        for entry in body["TransactItems"]:
            (_, write), = entry.items()
            yield write["TableName"], write.get("Key") or _key_of(backend.get_table(write["TableName"]), write["Item"])


def _key_of(table: Table, item: Document) -> Document:
    return {name: item[name] for name in table.table_key_attrs}


def _index_cost(table: Table, before: Document | None, after: Document | None) -> int:
    units = 0
    for index in (*table.indexes, *table.global_indexes):
        old, new = _projected(table, index, before), _projected(table, index, after)
        if old == new:
            continue
        if old is None or new is None:
            units += write_units(_size(old or new))
        elif any(old[name] != new[name] for name in index.schema_key_attrs):
            units += write_units(_size(old)) + write_units(_size(new))
        else:
            units += write_units(max(_size(old), _size(new)))
    return units


def _projected(table: Table, index: SecondaryIndex, item: Document | None) -> Document | None:
    """What of an item stands in an index; None when it is not there."""
    if item is None or any(name not in item for name in index.schema_key_attrs):
        return None
    kind = index.projection.get("ProjectionType", "ALL")
    if kind == "ALL":
        return item
    names = {*table.table_key_attrs, *index.schema_key_attrs, *index.projection.get("NonKeyAttributes", [])}
    return {name: value for name, value in item.items() if name in names}


def _read_costs(backend: DynamoDBBackend, operation: str, body: Document, answer: AWSResponse) -> Iterator[Cost]:
    match operation:
        case "GetItem":
            size = _size(backend_item(backend, body["TableName"], body["Key"]))
            yield Cost(body["TableName"], read=read_units(size, consistent=body.get("ConsistentRead", False)))
        case "BatchGetItem":
            for table, request in body["RequestItems"].items():
                consistent = request.get("ConsistentRead", False)
                yield Cost(table, read=sum(read_units(_size(backend_item(backend, table, key)), consistent=consistent)
                                           for key in request["Keys"]))
        case "TransactGetItems":
            for entry in body["TransactItems"]:
                get = entry["Get"]
                size = _size(backend_item(backend, get["TableName"], get["Key"]))
                yield Cost(get["TableName"], read=2 * read_units(size, consistent=True))
        case "Query" | "Scan":
            yield Cost(body["TableName"], read=read_units(_bytes_read(backend, body, json.loads(answer.text)),
                                                          consistent=body.get("ConsistentRead", False)))


def _bytes_read(backend: DynamoDBBackend, body: Document, answer: Document) -> int:
    """What a query or scan went through: items found count whole, what was only counted or filtered out as the average of the table's."""
    table = backend.get_table(body["TableName"])
    found = answer.get("Items", [])
    size = sum(_size(_whole(backend, table, body, item)) for item in found)
    left_out = answer.get("ScannedCount", len(found)) - len(found)
    if left_out > 0:
        sizes = [item_size(item.to_json()["Attributes"]) for item in table.all_items()]
        size += left_out * sum(sizes) // max(1, len(sizes))
    return size


def _whole(backend: DynamoDBBackend, table: Table, body: Document, item: Document) -> Document:
    """A found item as it was read: whole from the table, as projected from an index."""
    if "IndexName" in body or "ProjectionExpression" not in body or any(name not in item for name in table.table_key_attrs):
        return item
    return backend_item(backend, table.name, _key_of(table, item)) or item


def _size(item: Document | None) -> int:
    return item_size(item) if item else 0
