"""A customer's rights, on the tables themselves: what is exported, and that nothing is left anywhere after an erasure."""

import json
from typing import Any

import boto3
import pytest

from chalicelib.backtest.world import SERVER
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.replay import replay
from chalicelib.flows.rights import ask_erasure, export
from chalicelib.model.canonical import canonical_json
from tests.local.conftest import add, identify
from tests.tables import everything_in

PERSONAL = ("anna", "annas-phone", "359888123456", "quiet sea")


def dump() -> str:
    return everything_in(boto3.client("dynamodb", region_name="us-east-1"))


@pytest.fixture
def anna(shop: Any, running: Any) -> Any:
    """A cart, a letter, a device of her own, a call that was set aside, and Boris, who stays."""
    shop.post(identify("anna", anonymousId="annas-phone"), add("anna"))
    shop.post({"type": "identify", "messageId": "p", "userId": "anna", "traits": {"phone": "+359 888 123 456"}})
    shop.post({"type": "track", "messageId": "d", "anonymousId": "annas-phone", "event": "Product Viewed",
               "properties": {"product_id": "b-7", "name": "The Quiet Sea"}})
    shop.post({"type": "track", "messageId": "bad", "userId": "anna"})
    shop.post(identify("boris"), add("boris", 2))
    shop.do("clock", {"advance": "2h"})
    return running.ports


def test_an_export_holds_what_was_said_done_decided_and_sent(anna: Any) -> None:
    exported = export(anna, "ANNA@readers.example")
    assert exported is not None
    assert exported["userId"] == "anna"
    assert {event["messageId"] for event in exported["events"] if event["type"] != "engine"} == {"a-anna-1", "d", "i-anna", "p"}
    assert [decision["delivery"] for decision in exported["decisions"]] == ["sent"]
    assert exported["next"] is None
    assert json.loads(canonical_json(exported["state"]))["held"]["phone"][0][0] == "+359888123456"


def test_after_an_erasure_no_table_holds_a_trace_and_nothing_brings_her_back(anna: Any, shop: Any) -> None:
    assert all(word in dump() for word in PERSONAL)
    assert ask_erasure(anna, "anna") is not None
    shop.do("idle", {})

    left = dump()
    assert not [word for word in PERSONAL if word in left.replace("boris", "").replace("the quiet sea", "")], "only boris is left"
    assert "boris@readers.example" in left
    assert shop.get("inbox.json") != [], "what the simulated provider delivered is not Beckon's to take back"

    shop.post(add("anna", 3, timestamp="2026-03-02T10:30:00Z"))
    replay(anna, 0)
    ingest(anna, Request(SERVER, [add("anna", 4, timestamp="2026-01-01T00:00:00Z")], past=True))
    shop.do("idle", {})
    assert export(anna, "anna") is None, "neither a late event, nor a replay, nor an import of the past"
    assert "a-anna" not in dump()


def test_who_comes_again_afterwards_is_new_and_must_agree_anew(anna: Any, shop: Any) -> None:
    ask_erasure(anna, "anna")
    shop.do("idle", {})
    shop.do("clock", {"advance": "1d"})
    shop.post({**identify("anna", agreed=False), "messageId": "again"}, {**add("anna", 9), "messageId": "again-cart"})
    shop.do("clock", {"advance": "2h"})
    exported = export(anna, "anna")
    assert exported is not None
    assert (exported["consents"], [line["productId"] for line in exported["cart"]["products"]]) == ({}, ["b-9"])
    assert [decision["reason"] for decision in exported["decisions"]] == ["not_consented"]


def test_an_erasure_reaches_the_records_that_joined_hers(anna: Any, shop: Any) -> None:
    shop.post({"type": "track", "messageId": "t", "anonymousId": "annas-tablet", "event": "Product Viewed",
               "properties": {"product_id": "b-8", "name": "Annas wish"}})
    shop.post({"type": "identify", "messageId": "ti", "anonymousId": "annas-tablet", "userId": "anna"})
    shop.do("idle", {})
    ask_erasure(anna, "annas-tablet")
    shop.do("idle", {})
    assert "annas" not in dump()
