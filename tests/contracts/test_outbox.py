"""Effects that wait: in the customer's item while they are few, in items of their own when they are many."""

import random
from typing import Any

import pytest

from chalicelib.adapters.dynamodb import keys, outbox
from chalicelib.adapters.dynamodb.size import item_size
from chalicelib.model.errors import ItemTooLarge
from chalicelib.model.instant import DAY
from chalicelib.model.outcome import Dispatch, Effect
from chalicelib.ports import CustomerRecord
from local.storage import Resource

from .conftest import Stores
from .stories import ANNA, NINE, customer, effects, message


def noise(seed: int, length: int) -> str:
    """Text that cannot be compressed to less than half."""
    return random.Random(seed).randbytes(length // 2).hex()


def many(count: int = 400) -> list[Effect]:
    """More effects than a customer's item takes."""
    return [Dispatch(message(f"m{number}", data={"note": noise(number, 2_000)})) for number in range(count)]


def everything(client: Any, storage: dict[str, Resource]) -> dict[str, dict]:
    items = client.scan(TableName=storage["CustomersTable"].name, ConsistentRead=True)["Items"]
    return {item[keys.CUSTOMER]["S"]: item for item in items}


def test_few_effects_stand_in_the_item_itself(dynamo: Stores, client: Any, storage: dict[str, Resource]) -> None:
    dynamo.customers.commit(CustomerRecord(customer(effects=20), effects(20), 0))
    assert list(everything(client, storage)) == [ANNA]


def test_many_effects_lie_beside_it_and_all_come_back_in_order(dynamo: Stores, client: Any, storage: dict[str, Resource]) -> None:
    dynamo.customers.commit(CustomerRecord(customer(effects=400), many(), 0))
    items = everything(client, storage)
    assert len(items) > 2
    assert item_size(items[ANNA]) < 4_096
    assert all(item_size(item) < outbox.MOST_PART + 1_024 for item in items.values())
    loaded = dynamo.customers.load(ANNA)
    assert loaded is not None and loaded.outbox == many()


def test_parts_go_by_themselves_in_the_end_and_are_no_outbox_to_anyone(dynamo: Stores, client: Any, storage: dict[str, Resource]) -> None:
    dynamo.customers.commit(CustomerRecord(customer(effects=400), many(), 0))
    parts = [item for key, item in everything(client, storage).items() if key != ANNA]
    assert {int(part[keys.EXPIRES_AT]["N"]) for part in parts} == {(NINE + 14 * DAY) // 1_000}
    assert not any(keys.OUTBOX in part or keys.OUTBOX_SHARD in part for part in parts)
    assert list(dynamo.customers.stuck(NINE + 1)) == [ANNA]


def test_an_acknowledgement_takes_the_parts_away(dynamo: Stores, client: Any, storage: dict[str, Resource]) -> None:
    dynamo.customers.commit(CustomerRecord(customer(effects=400), many(), 0))
    assert dynamo.customers.acknowledge(ANNA, 400)
    assert list(everything(client, storage)) == [ANNA]
    loaded = dynamo.customers.load(ANNA)
    assert loaded is not None and loaded.outbox == []


def test_the_same_commit_tried_twice_leaves_the_same_parts(dynamo: Stores, client: Any, storage: dict[str, Resource]) -> None:
    dynamo.customers.commit(CustomerRecord(customer(effects=400), many(), 0))
    before = set(everything(client, storage))
    dynamo.customers.commit(CustomerRecord(customer(effects=400), many(), 1))
    assert set(everything(client, storage)) == before


def test_the_same_effects_under_later_numbers_are_other_parts() -> None:
    first, second = outbox.pack(many(), 400)[1], outbox.pack(many(), 800)[1]
    assert not first.keys() & second.keys()
    assert list(first.values()) == list(second.values())


def test_a_state_too_large_to_store_is_refused_with_its_size(dynamo: Stores) -> None:
    with pytest.raises(ItemTooLarge, match=r"at most 358400 can be stored"):
        dynamo.customers.commit(CustomerRecord(customer(memory={"rule": {"": {"note": noise(1, 900_000)}}}), [], 0))
    assert dynamo.customers.load(ANNA) is None


def test_one_effect_too_large_to_store_is_refused_and_nothing_is_committed(dynamo: Stores) -> None:
    giant: list[Effect] = [Dispatch(message(data={"note": noise(1, 900_000)}))]
    with pytest.raises(ItemTooLarge):
        dynamo.customers.commit(CustomerRecord(customer(effects=1), giant, 0))
    assert dynamo.customers.load(ANNA) is None
