"""Capacity units follow AWS's rounding, item by item, index by index."""

import pytest
from moto.core.models import botocore_stubber

from chalicelib.adapters.dynamodb.table import purpose
from local.usage import Usage
from tests.local.conftest import add, identify

KB = 1_024


@pytest.fixture
def metered(aws, storage):
    """A client whose calls are metered, and what they cost in the customers table."""
    import boto3

    session = boto3.Session(region_name="us-east-1")
    session.events.unregister("before-send", botocore_stubber)
    usage = Usage("us-east-1", {resource.name: logical for logical, resource in storage.items()}, 0)
    session.events.register("before-send", lambda event_name, request, **_: usage.metered(
        *event_name.split(".")[1:], request, lambda: botocore_stubber(event_name, request)))
    return session.client("dynamodb"), storage["CustomersTable"].name, lambda: usage.document()["dynamodb"]


def item(customer, size=0, **attributes):
    return {"customer": {"S": customer}, "state": {"B": b"x" * size}, **attributes}


def ring(moment):
    return {"ring_shard": {"S": "0"}, "ring_at": {"S": moment}}


def test_a_put_costs_the_larger_of_before_and_after(metered):
    dynamodb, table, used = metered
    dynamodb.put_item(TableName=table, Item=item("a", 2 * KB))
    assert used()["writeUnits"] == 3  # 2 KB and the names begin a third
    dynamodb.put_item(TableName=table, Item=item("a", 10))
    assert used()["writeUnits"] == 6


def test_an_index_costs_when_its_entry_appears_moves_or_goes(metered):
    dynamodb, table, used = metered
    costs = []
    for attributes in (ring("1"), ring("1"), ring("2"), {}):
        before = used()["writeUnits"]
        dynamodb.put_item(TableName=table, Item=item("a", 10, **attributes))
        costs.append(used()["writeUnits"] - before)
    assert costs == [2, 1, 3, 2]


def test_a_refused_condition_costs_and_a_wrong_request_does_not(metered):
    dynamodb, table, used = metered
    dynamodb.put_item(TableName=table, Item=item("a", 3 * KB))
    with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException):
        dynamodb.put_item(TableName=table, Item=item("a"), ConditionExpression="attribute_not_exists(customer)")
    assert used()["writeUnits"] == 8
    with pytest.raises(dynamodb.exceptions.ClientError):
        dynamodb.put_item(TableName=table, Item={"customer": {"N": "1"}})
    assert used()["writeUnits"] == 8


def test_reads_count_started_four_kilobytes_and_half_when_they_may_be_late(metered):
    dynamodb, table, used = metered
    dynamodb.put_item(TableName=table, Item=item("a", 5 * KB))
    costs = []
    for consistent in (True, False):
        before = used()["readUnits"]
        dynamodb.get_item(TableName=table, Key={"customer": {"S": "a"}}, ConsistentRead=consistent)
        costs.append(used()["readUnits"] - before)
    dynamodb.get_item(TableName=table, Key={"customer": {"S": "nobody"}})
    assert costs == [2, 1]
    assert used()["readUnits"] == 3.5


def test_a_batch_counts_each_item_and_a_query_all_together(metered):
    dynamodb, table, used = metered
    for name in ("a", "b", "c"):
        dynamodb.put_item(TableName=table, Item=item(name, 3 * KB, **ring(name)))
    dynamodb.batch_get_item(RequestItems={table: {"Keys": [{"customer": {"S": name}} for name in "abc"]}})
    assert used()["readUnits"] == 1.5
    dynamodb.query(TableName=table, IndexName="rings", KeyConditionExpression="ring_shard = :s",
                   ExpressionAttributeValues={":s": {"S": "0"}})
    assert used()["readUnits"] == 2, "an index holds the keys alone"
    dynamodb.query(TableName=table, KeyConditionExpression="customer = :c", ExpressionAttributeValues={":c": {"S": "a"}},
                   ConsistentRead=True, ProjectionExpression="customer")
    assert used()["readUnits"] == 3, "what is read counts, not what is shown"


def test_units_are_told_by_table_and_purpose(metered):
    dynamodb, table, used = metered
    token = purpose.set("state")
    dynamodb.put_item(TableName=table, Item=item("a"))
    purpose.reset(token)
    dynamodb.put_item(TableName=table, Item=item("b"))
    once = {"requests": 1, "readUnits": 0, "writeUnits": 1, "indexWriteUnits": 0, "itemWriteUnits": {"p50": 1, "p95": 1, "max": 1}}
    assert used()["tables"]["CustomersTable"]["purposes"] == {"other": once, "state": once}


def test_the_share_of_indexes_is_told_and_so_is_how_big_items_are(metered):
    dynamodb, table, used = metered
    for size in (10, 10, 2 * KB):
        dynamodb.put_item(TableName=table, Item=item("a", size, **ring(str(size))))
    told = used()["tables"]["CustomersTable"]["purposes"]["other"]
    assert (told["writeUnits"], told["indexWriteUnits"]) == (1 + 1 + 3 + 1 + 2, 1 + 2)
    assert told["itemWriteUnits"] == {"p50": 1, "p95": 3, "max": 3}


def test_the_engine_tells_what_each_call_was_for(shop):
    shop.post(identify("anna"), add("anna"))
    shop.do("clock", {"advance": "2h"})
    usage = shop.get("usage.json")
    assert set(usage["dynamodb"]["tables"]["EventsTable"]["purposes"]) >= {"event", "timer due"}
    assert usage["ses"]["requests"] == usage["sqs"]["requests"] == 1
    assert usage["sns"]["requests"] == 0
    assert usage["dynamodb"]["tables"]["EventsTable"]["purposes"]["event"]["writeUnits"] == 2
