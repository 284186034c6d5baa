"""Prices and pieces through the running engine: what is told, in whose mail, and that waves begin when their hour has come."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.flows.rights import ask_erasure
from local.world import World
from simulators.shop_client import ShopClient
from tests.local.conftest import identify
from tests.tables import everything_in
from tests.truth.engine import write_rules

SEND = {"send": {"channel": "email", "template": "plain"}}
RULES: list[dict[str, Any]] = [
    {"id": "cheaper", "trigger": {"kind": "price_drop"}, "steps": [SEND]},
    {"id": "there-again", "trigger": {"kind": "back_in_stock"}, "steps": [SEND]},
]
PEOPLE = ("anna", "boris", "vera", "elena", "olga")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_rules(tmp_path_factory.mktemp("shop") / "rules", RULES)


@pytest.fixture
def priced(shop: ShopClient) -> ShopClient:
    """A catalog of four books, and five readers who agreed to e-mails."""
    shop.feed(*({"productId": f"b-{number}", "name": f"Book {number}", "price": 20, "currency": "EUR", "stock": 9}
                for number in range(1, 5)))
    shop.post(*(identify(name) for name in PEOPLE))
    return shop


def does(who: str, product: str, event: str = "Product Viewed") -> dict[str, Any]:
    """Somebody does something with a product."""
    return {"type": "track", "userId": who, "event": event, "messageId": f"{who}-{product}-{event}", "properties": {"product_id": product}}


def decided(shop: ShopClient, rule: str) -> list[tuple[str, str, list[str]]]:
    """(customer, verdict or reason, products) of each decision of a rule."""
    return [(told["customer"], told["reason"] or told["verdict"], [product["productId"] for product in told["data"]["products"]])
            for told in shop.get("decisions.json") if told["rule"] == rule]


def test_prices_that_fall_together_are_one_mail_with_the_three_largest_savings(priced: ShopClient) -> None:
    priced.post(*(does("anna", f"b-{number}") for number in range(1, 5)), does("boris", "b-1"))
    priced.do("clock", {"advance": "1h"})
    priced.feed(*({"productId": f"b-{number}", "price": 20 - 3 * number} for number in range(1, 5)))
    priced.do("idle", {})
    assert decided(priced, "cheaper") == [("anna", "send", ["b-4", "b-3", "b-2"]), ("boris", "send", ["b-1"])]
    assert sorted(mail["customer"] for mail in priced.get("inbox.json")) == ["anna", "boris"]
    priced.do("clock", {"advance": "23h"})
    assert len(priced.get("inbox.json")) == 2
    priced.do("clock", {"advance": "2h"})
    assert decided(priced, "cheaper")[2:] == [("anna", "send", ["b-1"])], "a day later what had found no place"


def test_a_price_that_is_back_up_before_the_mail_leaves_is_not_told(priced: ShopClient) -> None:
    priced.post(does("anna", "b-1"))
    priced.do("clock", {"to": "2026-03-02T22:30:00Z"})  # at night nothing is sent
    priced.feed({"productId": "b-1", "price": 10})
    priced.do("clock", {"advance": "1h"})
    priced.feed({"productId": "b-1", "price": 20})
    priced.do("clock", {"advance": "1d"})
    assert [reason for _, reason, _ in decided(priced, "cheaper")] == ["quiet_hours", "price_restored"]
    assert priced.get("inbox.json") == []


def test_few_pieces_come_in_waves_when_the_clock_moves_on(priced: ShopClient) -> None:
    priced.feed({"productId": "b-1", "stock": 0})
    for name in PEOPLE:
        priced.post(does(name, "b-1", "Product Back In Stock Requested"))
        priced.do("clock", {"advance": "1m"})
    priced.feed({"productId": "b-1", "stock": 1})
    priced.do("idle", {})
    assert [who for who, _, _ in decided(priced, "there-again")] == ["anna", "boris"]
    priced.do("clock", {"advance": "59m"})
    assert len(priced.get("inbox.json")) == 2
    priced.do("clock", {"advance": "1h"})
    assert [who for who, _, _ in decided(priced, "there-again")] == ["anna", "boris", "elena", "vera"]
    priced.feed({"productId": "b-1", "stock": 0})
    priced.do("clock", {"advance": "1d"})
    assert len(priced.get("inbox.json")) == 4, "sold out: Olga is not told"


def test_nobody_who_is_erased_stands_among_the_watchers(priced: ShopClient, running: World) -> None:
    client = boto3.client("dynamodb", region_name="us-east-1")
    priced.post(does("anna", "b-1"), does("anna", "b-1", "Product Back In Stock Requested"), does("boris", "b-1"))
    priced.do("idle", {})
    rows = client.scan(TableName="beckon-WatchesTable")["Items"]
    customers = {row["who"]["S"].partition("#")[2] for row in rows}
    assert len(rows) == 3 and len(customers) == 2
    assert not any(word in everything_in(client, "beckon-WatchesTable") for word in PEOPLE), "ids only, which tell nothing of a person"
    priced.do("clock", {"advance": "1h"})
    ask_erasure(running.ports, "anna")
    priced.do("idle", {})
    [left] = client.scan(TableName="beckon-WatchesTable")["Items"]
    assert left["who"]["S"].partition("#")[2] in customers
    priced.feed({"productId": "b-1", "price": 10})
    priced.do("idle", {})
    assert [who for who, _, _ in decided(priced, "cheaper")] == ["boris"]
