"""conftest: the stores under test: each contract holds in memory and on DynamoDB alike."""

from dataclasses import dataclass, fields
from typing import Any

import boto3
import pytest

from chalicelib.adapters import memory
from chalicelib.adapters.dynamodb.stores import open_stores
from chalicelib.adapters.dynamodb.table import CLIENT_CONFIG
from chalicelib.budget_ports import Budgets
from chalicelib.catalog_ports import Products, StoreDirectory, Watches, Waves
from chalicelib.coupon_ports import Coupons
from chalicelib.ports import (
    Customers,
    Decisions,
    Deliveries,
    Dictionary,
    EventLog,
    Identifiers,
    Limits,
    ParkingLot,
    Sources,
    Suppressions,
)
from chalicelib.rulebook_ports import Rulebooks
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
    products: Products
    watches: Watches
    waves: Waves
    coupons: Coupons
    stores: StoreDirectory
    parking: ParkingLot
    sources: Sources
    limits: Limits
    budgets: Budgets
    dictionary: Dictionary
    rulebooks: Rulebooks


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
    return on_dynamodb(storage, client, clock)


@pytest.fixture(params=["memory", "dynamodb"])
def stores(request: pytest.FixtureRequest, clock: Clock) -> Stores:
    """The stores of one kind, then of the other."""
    if request.param == "memory":
        return _in_memory(clock)
    moto: Moto = request.getfixturevalue("moto")
    moto.reset()
    return on_dynamodb(create_storage(request.getfixturevalue("aws")), request.getfixturevalue("client"), clock)


def _in_memory(clock: Clock) -> Stores:
    return Stores(
        clock=clock, events=memory.MemoryEvents(), identifiers=memory.MemoryIdentifiers(), customers=memory.MemoryCustomers(clock),
        decisions=memory.MemoryDecisions(), deliveries=memory.MemoryDeliveries(), suppressions=memory.MemorySuppressions(),
        coupons=memory.MemoryCoupons(), products=memory.MemoryProducts(), stores=memory.MemoryStoreDirectory(),
        watches=memory.MemoryWatches(), waves=memory.MemoryWaves(), parking=memory.MemoryParking(),
        sources=memory.MemorySources(), limits=memory.MemoryLimits(clock),
        budgets=memory.MemoryBudgets(), dictionary=memory.MemoryDictionary(),
        rulebooks=memory.MemoryRulebooks(),
    )


def on_dynamodb(storage: dict[str, Resource], client: Any, clock: Clock) -> Stores:
    """The stores on the tables of one deployment."""
    opened = open_stores(client, {logical: resource.name for logical, resource in storage.items()}, clock, shards=2, machine_clock=clock)
    return Stores(clock, **{field.name: getattr(opened, field.name) for field in fields(opened)})
