"""Telegram in local mode: over the same functions and queues as deployed, to a stand-in on this machine; faults strike on the way."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.flows.callbacks import callback_secret
from simulators.shop_client import ShopClient
from tests.local.conftest import add

TEXT = '<b>{{ customer.firstName }}</b>, <a href="{{ cart.products[0].url }}">{{ cart.products[0].name }}</a> waits.'


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose cart reminders go out in Telegram."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "templates" / "cart").mkdir(parents=True)
    for part, text in (("text", TEXT), ("button", "To the cart"), ("link", "https://nutshell.example/cart")):
        (folder / "templates" / "cart" / f"telegram.en.{part}.liquid").write_text(text)
    (folder / "brand.json").write_text(json.dumps({
        "name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "UTC",
        "channels": {"telegram": {"bot": "ShopBot"}}}))
    (folder / "cart.json").write_text(json.dumps({
        "id": "cart", "trigger": {"kind": "abandonment", "wait": "1h", "start": [{"event": "Product Added"}],
                                  "cancel": [{"event": "Order Completed"}]},
        "steps": [{"send": {"channel": "telegram", "template": "cart"}}]}))
    return folder


@pytest.fixture
def shop(shop: ShopClient) -> ShopClient:
    """Anna has left something in her cart, and may be written to."""
    shop.post(reader("anna"), add("anna"))
    return shop


def reader(user: str, chat: int = 4711) -> dict[str, Any]:
    return {"type": "identify", "messageId": f"i-{user}", "userId": user,
            "traits": {"telegramId": chat, "firstName": user.title(), "consents": {"telegram": ["offers"]}}}


def test_the_inbox_shows_the_message_and_why_it_was_sent(shop: ShopClient) -> None:
    shop.do("clock", {"advance": "1h"})
    (message,) = shop.get("inbox.json")
    assert {name: message[name] for name in ("channel", "address", "customer", "rule", "step", "at")} == {
        "channel": "telegram", "address": "4711", "customer": "anna", "rule": "cart", "step": 1, "at": "2026-03-02T11:00:00.000Z"}
    assert message["key"] and "The Quiet Sea" in message["text"]
    assert [link.partition("/c/")[0] for link in message["links"]] == ["http://localhost:8080"] * 2
    assert shop.do("idle", {})["messages"] == 1


@pytest.mark.parametrize(("kind", "there", "unknown"), [
    ("throttle", 1, 0), ("lost_answer", 1, 1), ("timeout", 0, 1), ("500", 0, 1), ("kill_before", 0, 1), ("kill_after", 1, 1)])
def test_a_fault_leaves_one_message_or_one_that_nobody_knows(shop: ShopClient, kind: str, there: int, unknown: int) -> None:
    shop.do("faults", {"part": "telegram", "kind": kind, "count": 1})
    shop.do("clock", {"advance": "3h"})
    assert (len(shop.get("inbox.json")), len(shop.get("unknown.json"))) == (there, unknown)


def test_a_stop_that_telegram_brings_ends_it(shop: ShopClient) -> None:
    world = shop.world
    world.messengers.bot.happens("writes", 4711, world.clock() // 1000, text="/stop")
    bot = shop._gateway

    def post(body: bytes, headers: dict[str, str]) -> int:
        return int(bot.handle_request("POST", "/v1/receipts/telegram", {"accept": "*/*", **headers}, body)["statusCode"])

    assert world.messengers.bot.bring("wrong", post) == [401]
    assert world.messengers.bot.bring(callback_secret(world.ports.sign, "telegram"), post, times=2) == [200, 200]
    shop.do("clock", {"advance": "3h"})
    assert shop.get("inbox.json") == []
    assert [decision["reason"] for decision in shop.get("decisions.json")] == ["unsubscribed"]
