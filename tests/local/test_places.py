"""On the tables themselves: near a store a letter goes out, and no table holds where anybody was."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from simulators.shop_client import ShopClient
from tests.tables import everything_in
from tests.truth.engine import write_rules

from .conftest import identify

OPERA = {"storeId": "opera", "name": "Opera", "lat": 42.6977, "lon": 23.3219, "timezone": "Europe/Sofia", "hours": {"mon": ["09:00-20:00"]}}
DIGITS = ("42.6978", "23.3221", "42.69781234", "23.32214321")
HERE = {"lat": 42.69781234, "lon": 23.32214321}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rule = {"id": "near", "trigger": {"kind": "proximity", "radius": 300}, "steps": [{"send": {"channel": "email", "template": "plain"}}]}
    return write_rules(tmp_path_factory.mktemp("rules"), [rule])


def at(number: int, **says: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Location Updated", "messageId": f"p{number}", "userId": "anna", **says}


def test_a_letter_near_the_store_and_no_coordinates_in_any_table(shop: ShopClient) -> None:
    assert shop.post_to("/v1/catalog/stores", {"stores": [OPERA]})["stored"] == 1
    shop.post(identify("anna"), {"type": "identify", "messageId": "l", "userId": "anna", "traits": {"consents": {"location": True}}})
    shop.post(at(1, properties={**HERE, "accuracy": 12}), at(2, context={"location": {**HERE, "city": "Sofia"}}),
              {**at(3), "event": "Product Viewed", "context": {"location": {"latitude": HERE["lat"], "longitude": HERE["lon"]}}})
    refused = shop.post({**at(4, properties=HERE), "userId": None},
                        {**at(5), "event": None, "traits": {"at": [HERE, {"coords": [*HERE.values()]}]}})
    assert refused["quarantined"] == 2
    shop.do("idle", {})
    assert [mail["customer"] for mail in shop.get("inbox.json")] == ["anna"]
    kept = everything_in(boto3.client("dynamodb"))
    assert "location updated" in kept and "opera" in kept and "sofia" in kept
    assert [digits for digits in DIGITS if digits in kept] == []


def test_agreed_in_the_request_before_nobody_is_missed_and_withdrawn_nothing_is_left(shop: ShopClient) -> None:
    shop.post_to("/v1/catalog/stores", {"stores": [OPERA]})
    shop.post({**identify("anna"), "traits": {"consents": {"location": True}}})
    shop.post(at(1, properties={"store_id": "opera"}))
    shop.do("idle", {})
    assert [decision["reason"] for decision in shop.get("decisions.json")] == ["no_address"]
    shop.post({**at(2), "event": "Unsubscribed", "properties": {"channel": "location"}})
    shop.do("idle", {})
    events = boto3.client("dynamodb").scan(TableName="beckon-EventsTable")["Items"]
    assert len(events) == 2
