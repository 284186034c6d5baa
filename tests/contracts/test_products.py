"""The contract of the catalog's products."""

from typing import Any

import boto3
import pytest

from chalicelib.adapters.dynamodb.products import change_in
from chalicelib.model.catalog import Change
from chalicelib.model.errors import EventRejected
from chalicelib.model.instant import MINUTE
from local.records import StreamReader
from local.storage import Resource

from .conftest import Stores
from .stories import NINE, at_once

ATLAS = {"productId": "b-1", "name": "Atlas", "price": 20, "currency": "EUR", "stock": 3, "at": NINE}


def test_what_is_put_is_found_and_what_is_not_there_is_left_out(stores: Stores) -> None:
    assert stores.products.put("b-1", ATLAS) == Change("b-1", None, ATLAS, NINE)
    assert stores.products.find(["b-1", "b-2", "b-1"]) == {"b-1": ATLAS}
    assert stores.products.find([]) == {}


def test_hundreds_are_found_at_once(stores: Stores) -> None:
    for number in range(230):
        stores.products.put(f"b-{number}", {"stock": number, "at": NINE})
    found = stores.products.find([f"b-{number}" for number in range(0, 460, 2)])
    assert {key: product["stock"] for key, product in found.items()} == {f"b-{number}": number for number in range(0, 230, 2)}


def test_a_part_of_a_product_keeps_the_rest_and_tells_what_it_changed(stores: Stores) -> None:
    stores.products.put("b-1", ATLAS)
    later = {**ATLAS, "price": 18, "at": NINE + MINUTE}
    assert stores.products.put("b-1", {"price": 18, "at": NINE + MINUTE}) == Change("b-1", ATLAS, later, NINE + MINUTE)
    assert stores.products.find(["b-1"]) == {"b-1": later}


def test_the_same_word_twice_changes_nothing(stores: Stores) -> None:
    stores.products.put("b-1", ATLAS)
    assert stores.products.put("b-1", ATLAS) is None
    assert stores.products.find(["b-1"]) == {"b-1": ATLAS}


def test_an_older_word_never_overwrites_a_newer_one_also_when_that_changed_nothing(stores: Stores) -> None:
    stores.products.put("b-1", ATLAS)
    assert stores.products.put("b-1", {**ATLAS, "at": NINE + 2 * MINUTE}) is None
    assert stores.products.put("b-1", {**ATLAS, "price": 30, "stock": 0, "at": NINE + MINUTE}) is None
    assert stores.products.find(["b-1"]) == {"b-1": {**ATLAS, "at": NINE + 2 * MINUTE}}


def test_nobody_shares_a_product_with_the_store(stores: Stores) -> None:
    said: dict[str, Any] = {"productId": "b-1", "stores": {"sofia": {"stock": 1}}, "at": NINE}
    stores.products.put("b-1", said)
    said["stores"]["sofia"]["stock"] = 9
    found: Any = stores.products.find(["b-1"])["b-1"]
    found["stores"]["sofia"]["stock"] = 8
    assert stores.products.find(["b-1"])["b-1"]["stores"] == {"sofia": {"stock": 1}}


def test_keys_no_table_could_hold_are_still_told_apart(stores: Stores) -> None:
    keys = ["x" * 5_000, "x" * 5_001, "é" * 400, "~", "книга/твърда"]
    for number, key in enumerate(keys):
        stores.products.put(key, {"stock": number, "at": NINE})
    assert {key: product["stock"] for key, product in stores.products.find(keys).items()} == {key: n for n, key in enumerate(keys)}


def test_a_product_that_would_grow_too_large_stays_as_it_was(stores: Stores) -> None:
    stores.products.put("b-1", {"stores": {f"store-{number}": {"stock": number} for number in range(2_000)}, "at": NINE})
    with pytest.raises(EventRejected, match="at most 131072"):
        stores.products.put("b-1", {"stores": {f"other-{number:060}": {"stock": number} for number in range(2_000)}, "at": NINE})
    assert len(stores.products.find(["b-1"])["b-1"]["stores"]) == 2_000


def test_pages_follow_each_other_until_all_were_there(stores: Stores) -> None:
    for number in range(7):
        stores.products.put(f"b-{number}", {"productId": f"b-{number}", "at": NINE})
    found, after, pages = [], None, 0
    while pages == 0 or after is not None:
        page, after = stores.products.page(after, 3)
        found, pages = found + [product["productId"] for product in page], pages + 1
    assert sorted(found) == [f"b-{number}" for number in range(7)] and pages == 3


def test_words_that_come_at_once_are_all_heard(dynamo: Stores) -> None:
    words = [{"stores": {f"s-{number}": {"stock": number}}, "at": NINE + number} for number in range(6)]
    outcomes = at_once([lambda word=word: dynamo.products.put("b-1", word) for word in words])
    assert all(isinstance(outcome, Change) for outcome in outcomes)
    assert dynamo.products.find(["b-1"])["b-1"]["stores"] == {f"s-{number}": {"stock": number} for number in range(6)}


def test_the_stream_tells_what_changed_and_nothing_else(dynamo: Stores, storage: dict[str, Resource], aws: boto3.Session) -> None:
    changes = [dynamo.products.put("b-1", word) for word in (
        ATLAS, {"stock": 0, "at": NINE + 1}, {"stock": 0, "at": NINE + 2}, ATLAS, {"stock": None, "at": NINE + 3})]
    reader = StreamReader(aws.client("dynamodbstreams"), storage["ProductsTable"].stream_arn, dynamo.clock)
    told = [change_in(record) for record in reader.read(100)]
    assert [change for change in told if change] == [change for change in changes if change]
    assert [change is None for change in told] == [False, False, True, False]
    assert [change.after.get("stock") for change in told if change] == [3, 0, None]
