"""conftest: the stores under test: each contract holds in memory and on DynamoDB alike."""

from dataclasses import dataclass
from functools import partial
from typing import Any

import boto3
import pytest

from chalicelib.adapters import memory
from chalicelib.adapters.dynamodb.customers import DynamoCustomers
from chalicelib.adapters.dynamodb.decisions import DynamoDecisions
from chalicelib.adapters.dynamodb.deliveries import DynamoDeliveries
from chalicelib.adapters.dynamodb.events import DynamoEvents
from chalicelib.adapters.dynamodb.identifiers import DynamoIdentifiers
from chalicelib.adapters.dynamodb.parking import DynamoParking
from chalicelib.adapters.dynamodb.sources import DynamoSources
from chalicelib.adapters.dynamodb.suppressions import DynamoSuppressions
from chalicelib.adapters.dynamodb.table import CLIENT_CONFIG, Table
from chalicelib.ports import Customers, Decisions, Deliveries, EventLog, Identifiers, ParkingLot, Suppressions
from local.moto import Moto
from local.storage import Resource, create_storage

from .stories import Clock


@dataclass(frozen=True, slots=True)
class Stores:
    """Every store, empty, on one clock."""

    clock: Clock
    events: EventLog
    identifiers: Identifiers
    customers: Customers
    decisions: Decisions
    deliveries: Deliveries
    suppressions: Suppressions
    parking: ParkingLot
    sources: Any  # `Sources`, and `add` to let a key in


@pytest.fixture(scope="session")
def client(aws: boto3.Session) -> Any:
    """The DynamoDB client as Beckon uses it."""
    return aws.client("dynamodb", config=CLIENT_CONFIG)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still until it is moved."""
    return Clock()


@pytest.fixture
def dynamo(storage: dict[str, Resource], client: Any, clock: Clock) -> Stores:
    """The stores on DynamoDB."""
    return _on_dynamodb(storage, client, clock)


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest, clock: Clock) -> Stores:
    """The stores of one kind, then of the other."""
    if request.param == "memory":
        return _in_memory(clock)
    moto: Moto = request.getfixturevalue("moto")
    moto.reset()
    return _on_dynamodb(create_storage(request.getfixturevalue("aws")), request.getfixturevalue("client"), clock)


def _in_memory(clock: Clock) -> Stores:
    return Stores(
        clock=clock, events=memory.MemoryEvents(), identifiers=memory.MemoryIdentifiers(), customers=memory.MemoryCustomers(clock),
        decisions=memory.MemoryDecisions(), deliveries=memory.MemoryDeliveries(), suppressions=memory.MemorySuppressions(),
        parking=memory.MemoryParking(), sources=memory.MemorySources(),
    )


def _on_dynamodb(storage: dict[str, Resource], client: Any, clock: Clock) -> Stores:
    table = partial(Table, client)
    return Stores(
        clock=clock, events=DynamoEvents(table(storage["EventsTable"].name)),
        identifiers=DynamoIdentifiers(table(storage["IdentifiersTable"].name)),
        customers=DynamoCustomers(table(storage["CustomersTable"].name), clock, shards=2),
        decisions=DynamoDecisions(table(storage["DecisionsTable"].name)),
        deliveries=DynamoDeliveries(table(storage["DeliveriesTable"].name), shards=2),
        suppressions=DynamoSuppressions(table(storage["SuppressionsTable"].name)),
        parking=DynamoParking(table(storage["ParkedTable"].name)), sources=DynamoSources(table(storage["SourcesTable"].name), clock),
    )
