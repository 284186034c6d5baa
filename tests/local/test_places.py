"""On the tables themselves: near a store a letter goes out, and no table holds where anybody was."""

from typing import Any

import boto3
import pytest

from local.world import World
from simulators.shop_client import ShopClient
from tests.tables import everything_in
from tests.truth.engine import write_rules

from .conftest import identify

OPERA = {"storeId": "opera", "name": "Opera", "lat": 42.6977, "lon": 23.3219, "timezone": "Europe/Sofia", "hours": {"mon": ["09:00-20:00"]}}
DIGITS = ("42.6978", "23.3221", "42.69781234", "23.32214321")
HERE = {"lat": 42.69781234, "lon": 23.32214321}


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Any:
    rule = {"id": "near", "trigger": {"kind": "proximity", "radius": 300}, "steps": [{"send": {"channel": "email", "template": "plain"}}]}
    world = World(write_rules(tmp_path_factory.mktemp("rules"), [rule]), "http://localhost:8080").start()
    yield ShopClient(world)
    world.stop()


def at(number: int, **says: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Location Updated", "messageId": f"p{number}", "userId": "anna", **says}


def test_a_letter_near_the_store_and_no_coordinates_in_any_table(near: ShopClient) -> None:
    near.begin("2026-03-02T10:00:00Z")
    assert near.post_to("/v1/catalog/stores", {"stores": [OPERA]})["stored"] == 1
    near.post(identify("anna"), {"type": "identify", "messageId": "l", "userId": "anna", "traits": {"consents": {"location": True}}})
    near.post(at(1, properties={**HERE, "accuracy": 12}), at(2, context={"location": {**HERE, "city": "Sofia"}}),
              {**at(3), "event": "Product Viewed", "context": {"location": {"latitude": HERE["lat"], "longitude": HERE["lon"]}}})
    refused = near.post({**at(4, properties=HERE), "userId": None},
                        {**at(5), "event": None, "traits": {"at": [HERE, {"coords": [*HERE.values()]}]}})
    assert refused["quarantined"] == 2
    near.do("idle", {})
    assert [mail["customer"] for mail in near.get("inbox.json")] == ["anna"]
    kept = everything_in(boto3.client("dynamodb"))
    assert "location updated" in kept and "opera" in kept and "sofia" in kept
    assert [digits for digits in DIGITS if digits in kept] == []


def test_agreed_in_the_request_before_nobody_is_missed_and_withdrawn_nothing_is_left(near: ShopClient) -> None:
    near.begin("2026-03-02T10:00:00Z")
    near.post_to("/v1/catalog/stores", {"stores": [OPERA]})
    near.post({**identify("anna"), "traits": {"consents": {"location": True}}})
    near.post(at(1, properties={"store_id": "opera"}))
    near.do("idle", {})
    assert [decision["reason"] for decision in near.get("decisions.json")] == ["no_address"]
    near.post({**at(2), "event": "Unsubscribed", "properties": {"channel": "location"}})
    near.do("idle", {})
    events = boto3.client("dynamodb").scan(TableName="beckon-EventsTable")["Items"]
    assert len(events) == 2
