"""A merge undone on the tables themselves: what the DynamoDB adapters, their streams and rings make of it."""

from typing import Any

from chalicelib.flows.lookup import find_customer
from chalicelib.flows.profile import look_up
from chalicelib.flows.separation import separate
from tests.local.conftest import add, identify


def cart(running: Any, who: str) -> list[str]:
    shown = look_up(running.ports, who)
    assert shown is not None
    return sorted(line["productId"] for line in shown["cart"]["products"])


def on_the_phone(number: int) -> dict[str, Any]:
    return {"type": "track", "messageId": f"p{number}", "anonymousId": "phone", "event": "Product Added",
            "properties": {"product_id": f"p-{number}", "price": 20}}


def test_a_telephone_joined_by_mistake_is_its_own_again_and_each_gets_their_own_letter(shop: Any, running: Any) -> None:
    shop.post(identify("anna"), add("anna", 1), on_the_phone(1))
    shop.post({"type": "identify", "messageId": "i", "anonymousId": "phone", "userId": "anna"})
    shop.do("idle", {})
    assert cart(running, "phone") == ["b-1", "p-1"]

    answer = separate(running.ports, "anna", "phone")
    assert answer is not None
    assert answer["separated"]["name"] == "phone"
    shop.do("idle", {})
    shop.post(on_the_phone(2), add("anna", 2))
    shop.do("idle", {})

    assert (cart(running, "anna"), cart(running, "phone")) == (["b-1", "b-2"], ["p-1", "p-2"])
    shop.do("clock", {"advance": "2h"})
    assert [mail["customer"] for mail in shop.get("inbox.json")] == ["anna"]
    assert {decision["reason"] for decision in shop.get("decisions.json") if decision["customer"] == "phone"} == {"no_address"}
    phone = find_customer(running.ports, "phone")
    assert phone is not None
    assert phone.restored == 1
