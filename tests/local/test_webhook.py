"""The webhook in local mode: to a receiver on this machine, whatever address the rules name; what was not heard is said again once."""

import json
from pathlib import Path

import pytest

from simulators.shop_client import ShopClient
from tests.local.conftest import add


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop whose counter is told of carts that were left."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "templates" / "cart").mkdir(parents=True)
    (folder / "templates" / "cart" / "webhook.en.text.liquid").write_text("{{ customer.firstName }} left {{ cart.count }}")
    (folder / "brand.json").write_text(json.dumps({
        "name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "UTC",
        "channels": {"webhook": {"url": "https://crm.nutshell.example/beckon"}}}))
    (folder / "cart.json").write_text(json.dumps({
        "id": "cart", "trigger": {"kind": "abandonment", "wait": "1h", "start": [{"event": "Product Added"}],
                                  "cancel": [{"event": "Order Completed"}]},
        "steps": [{"send": {"channel": "webhook", "template": "cart"}}]}))
    return folder


@pytest.fixture
def shop(shop: ShopClient) -> ShopClient:
    """Anna has left something in her cart, and the counter may hear of her."""
    shop.post({"type": "identify", "messageId": "i", "userId": "anna",
               "traits": {"firstName": "Anna", "consents": {"webhook": ["offers"]}}},
              add("anna"))
    return shop


@pytest.mark.parametrize("kind", ["none", "throttle", "lost_answer", "timeout", "500", "kill_before", "kill_after"])
def test_whatever_breaks_the_system_is_told_once_and_nothing_is_unknown(shop: ShopClient, kind: str) -> None:
    if kind != "none":
        shop.do("faults", {"part": "webhook", "kind": kind, "count": 1})
    shop.do("clock", {"advance": "3h"})
    (message,) = shop.get("inbox.json")
    assert {name: message[name] for name in ("channel", "address", "customer", "rule", "step", "text")} == {
        "channel": "webhook", "address": "anna", "customer": "anna", "rule": "cart", "step": 1, "text": "Anna left 1"}
    assert shop.get("unknown.json") == []
    assert len(shop.world.messengers.receiver.calls) == (2 if kind in ("lost_answer", "kill_after") else 1)
