"""What the tables' streams bring to the fold and to the relay, on records as moto's streams give them."""

from typing import Any

import boto3
import pytest

from chalicelib.adapters.dynamodb.events import arrival_from
from chalicelib.model.event import Arrival
from chalicelib.ports import CustomerRecord
from local.records import StreamReader
from local.storage import Resource

from .conftest import Stores
from .stories import ANNA, BORIS, customer, effects, viewed
from .test_outbox import many


@pytest.fixture
def streams(aws: boto3.Session) -> Any:
    return aws.client("dynamodbstreams")


def test_new_events_arrive_in_order_with_their_positions(dynamo: Stores, storage: dict[str, Resource], streams: Any) -> None:
    dynamo.events.append(ANNA, viewed("e1"))
    dynamo.events.append(BORIS, viewed("e2\ud800", properties={"price": 1e300}))
    dynamo.events.append(ANNA, viewed("e1"))
    arn = storage["EventsTable"].stream_arn
    arrivals = [arrival_from(record) for record in StreamReader(streams, arn, dynamo.clock).read(100)]
    assert all(isinstance(arrival, Arrival) for arrival in arrivals)
    assert [(arrival.customer, arrival.event) for arrival in arrivals if arrival] == [
        (ANNA, viewed("e1")), (BORIS, viewed("e2\ud800", properties={"price": 1e300}))]
    positions = [arrival.position for arrival in arrivals if arrival]
    assert {position.label for position in positions if position} == {str(arn).rpartition("/stream/")[2]}
    assert positions[0].sequence < positions[1].sequence


def test_an_event_that_expires_is_no_news(dynamo: Stores, storage: dict[str, Resource], streams: Any, client: Any) -> None:
    dynamo.events.append(ANNA, viewed("e1"))
    table = storage["EventsTable"]
    item = client.scan(TableName=table.name)["Items"][0]
    client.delete_item(TableName=table.name, Key={name: item[name] for name in ("customer", "at_id")})
    records = StreamReader(streams, table.stream_arn, dynamo.clock).read(100)
    assert [record["eventName"] for record in records] == ["INSERT", "REMOVE"]
    assert arrival_from(records[1]) is None


def test_effects_reach_the_relay_with_the_number_of_the_last(dynamo: Stores, storage: dict[str, Resource], streams: Any) -> None:
    record = CustomerRecord(customer(), [], 0)
    dynamo.customers.commit(record)
    record.outbox, record.state.effects = effects(3), 3
    dynamo.customers.commit(record)
    dynamo.customers.acknowledge(ANNA, 3)
    records = StreamReader(streams, storage["CustomersTable"].stream_arn, dynamo.clock).read(100)
    assert [dynamo.customers.waiting_in(entry) for entry in records] == [None, (ANNA, effects(3), 3), None]


def test_effects_that_lie_beside_the_item_reach_it_too_until_they_are_acknowledged(
        dynamo: Stores, storage: dict[str, Resource], streams: Any) -> None:
    dynamo.customers.commit(CustomerRecord(customer(effects=400), many(), 0))
    records = StreamReader(streams, storage["CustomersTable"].stream_arn, dynamo.clock).read(100)
    brought = [found for found in map(dynamo.customers.waiting_in, records) if found]
    assert brought == [(ANNA, many(), 400)]
    dynamo.customers.acknowledge(ANNA, 400)
    assert [found for found in map(dynamo.customers.waiting_in, records) if found] == []


@pytest.mark.parametrize("spoil", [
    {"body": {"B": "bm90IG91cnM="}}, {"body": {"B": "not base64"}}, {"body": {"S": "text"}}, {"customer": {"N": "1"}},
])
def test_a_record_nobody_can_read_says_so(dynamo: Stores, storage: dict[str, Resource], streams: Any, spoil: dict) -> None:
    dynamo.events.append(ANNA, viewed("e1"))
    record = StreamReader(streams, storage["EventsTable"].stream_arn, dynamo.clock).read(1)[0]
    record["dynamodb"]["NewImage"].update(spoil)
    with pytest.raises((KeyError, ValueError)):
        arrival_from(record)
