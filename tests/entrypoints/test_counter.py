"""What a shop assistant and a call centre see of a customer: found by whatever she shows or says, with the contacts of all channels."""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest

from chalicelib import bootstrap
from chalicelib.backtest.world import World
from chalicelib.flows.suppress import suppress
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from chalicelib.model.source import Source
from simulators.shop_day import BEGINS, rulebook

from .conftest import KEYS, Caller, basic

SHOP, PAGE = Source("shop", "server"), Source("web", "browser")


class Shop:
    """A shop whose people look customers up over HTTP, on a clock that only the test moves."""

    def __init__(self, http: Caller) -> None:
        book = rulebook()
        rules = {name: rule.model_copy(update={"description": "Reminds of the cart"} if name == "abandoned-cart" else {})
                 for name, rule in book.rules.items()}
        self.world = World(replace(book, brand=book.brand.model_copy(update={"country": "BG"}), rules=rules), BEGINS)
        for key, source in KEYS.items():
            self.world.ports.sources.add(key, source)
        bootstrap.use(self.world.ports)
        self._http, self._number = http, 0

    def told(self, *calls: dict[str, Any], by: Source = SHOP, user: str | None = "anna") -> None:
        """These happened just now."""
        for call in calls:
            self._number += 1
            known = {"type": "track", "messageId": f"m-{self._number}", "timestamp": format_instant(self.world.now)}
            self.world.post([{**known, **({"userId": user} if user else {}), **call}], by)

    def later(self, time: int) -> None:
        self.world.advance_to(self.world.now + time)

    def sees(self, who: str) -> dict[str, Any]:
        answer = self._http.get(f"/v1/customers/{quote(who, safe='')}", basic("server-key"))
        assert answer.status == 200, who
        return answer.body


@pytest.fixture
def shop(http: Caller) -> Shop:
    made = Shop(http)
    made.told({"type": "identify", "traits": {"email": "Anna@Example.com", "phone": "0888 123 456", "loyaltyCard": "ab-1234 5678",
                                              "firstName": "Anna", "consents": {"email": ["offers"]}}})
    return made


@pytest.mark.parametrize("who", ["anna", "ANNA@EXAMPLE.COM", " anna@example.com ", "0888123456", "0888 12 34 56", "+359 (888) 123-456",
                                 "AB12345678", "ab 1234 5678", "ab-1234-5678"])
def test_she_is_found_by_what_she_says_or_shows(shop: Shop, who: str) -> None:
    assert shop.sees(who)["customer"] == "anna"


def test_a_familys_telephone_leads_to_the_one_it_belongs_to_now(shop: Shop) -> None:
    shop.told({"type": "identify", "traits": {"phone": "0888 123 456", "firstName": "Boris"}}, user="boris")

    found = {who: shop.sees(who)["customer"] for who in ("0888 123 456", "anna", "boris", "ab12345678")}

    assert found == {"0888 123 456": "boris", "anna": "anna", "boris": "boris", "ab12345678": "anna"}


def test_the_counter_sees_orders_offers_and_the_contacts_of_all_channels(shop: Shop, http: Caller) -> None:
    shop.told({"event": "Message Received", "properties": {"channel": "telegram", "text": "Have you got it in blue?"}})
    shop.later(30 * DAY)
    shop.told({"event": "Order Completed", "properties": {"order_id": "o-1", "total": 40, "currency": "EUR", "products": [
        {"product_id": "p-9", "price": 20, "quantity": 2}]}})
    shop.later(HOUR)
    shop.told({"event": "Order Shipped", "properties": {"order_id": "o-1"}},
              {"event": "Product Added to Wishlist", "properties": {"product_id": "p-2", "name": "Lamp"}},
              {"event": "Product Added", "properties": {"product_id": "p-1", "name": "Chair", "price": 30, "currency": "EUR"}})
    shop.later(2 * HOUR)
    shop.told({"event": "Email Opened", "properties": {"message": shop.sees("anna")["contacts"][0]["key"]}})
    shop.later(HOUR)
    shop.told({"event": "Phone Call Ended", "properties": {"call_id": "c-1", "summary": "Asked when it arrives"}})

    seen = shop.sees("0888 123 456")

    assert [(entry["direction"], entry["channel"], entry["what"], entry.get("text")) for entry in seen["contacts"]] == [
        ("in", "phone", "Phone Call Ended", "Asked when it arrives"), ("out", "email", "Reminds of the cart", None),
        ("in", "telegram", "Message Received", "Have you got it in blue?")]
    assert {name: seen["contacts"][1][name] for name in ("rule", "step", "delivery", "reached")} == {
        "rule": "abandoned-cart", "step": 1, "delivery": "sent", "reached": "opened"}
    assert [(order["id"], order["state"], order["value"], order["pieces"]) for order in seen["openOrders"]] == [("o-1", "shipped", 40, 2)]
    assert (seen["orders"]["count"], seen["wishlist"][0]["name"], seen["bought"][0]["productId"]) == (1, "Lamp", "p-9")
    [offer] = seen["offers"]
    assert (offer["description"], offer["status"], offer["step"]) == ("Reminds of the cart", "open", 2)
    assert (offer["told"]["channel"], [product["name"] for product in offer["products"]]) == ("email", ["Chair"])
    assert seen["evidence"] == {"email": {"delivered": 1, "opened": 1}}
    assert seen["reachable"] == [
        {"channel": "email", "address": "anna@example.com", "topics": ["offers"], "reason": None},
        {"channel": "sms", "address": "+359888123456", "topics": [], "reason": "not_consented"}]
    document = http.get("/v1/openapi.json").body
    jsonschema.validate(seen, {"$ref": "#/components/schemas/Customer", "components": document["components"]})


def test_what_a_rule_in_shadow_would_offer_is_no_offer(shop: Shop) -> None:
    book = shop.world.ports.rulebook()
    silent = {name: rule.model_copy(update={"status": "shadow"}) for name, rule in book.rules.items()}
    shop.world.ports = replace(shop.world.ports, rulebook=lambda: replace(book, rules=silent))
    shop.told({"event": "Product Added", "properties": {"product_id": "p-1", "name": "Chair", "price": 30}})
    shop.later(2 * HOUR)
    assert [(entry["rule"], entry["status"]) for entry in shop.sees("anna")["journeys"]] == [("abandoned-cart", "open")]
    assert shop.sees("anna")["offers"] == []


def test_an_offer_is_honoured_for_days_after_its_last_message_and_not_when_she_has_bought(shop: Shop) -> None:
    shop.told({"event": "Product Added", "properties": {"product_id": "p-1", "name": "Chair", "price": 30}})
    shop.later(2 * DAY)

    [offer] = shop.sees("anna")["offers"]
    assert (offer["status"], offer["step"], offer["nextAt"], offer["products"][0]["name"]) == ("done", 2, None, "Chair")

    shop.told({"event": "Order Completed", "properties": {"order_id": "o-1"}})
    assert shop.sees("anna")["offers"] == []


def test_nor_a_month_later(shop: Shop) -> None:
    shop.told({"event": "Product Added", "properties": {"product_id": "p-1", "price": 30}})
    shop.later(30 * DAY)
    assert shop.sees("anna")["offers"] == []


def test_what_was_said_and_sent_before_she_was_known_is_there_too(shop: Shop) -> None:
    device = {"anonymousId": "tablet"}
    shop.told({"type": "identify", "traits": {"email": "tablet@example.com", "consents": {"email": ["offers"]}}, **device},
              {"event": "Live Chat Message Sent", "properties": {"message_body": "Do you deliver?"}, **device}, user=None)
    shop.later(MINUTE)
    shop.told({"event": "Product Added", "properties": {"product_id": "p-1", "price": 30}, **device}, user=None)
    shop.later(2 * HOUR)
    shop.told({"type": "identify", **device})
    shop.later(HOUR)

    seen = shop.sees("anna")

    assert [(entry["what"], entry.get("text")) for entry in seen["contacts"]] == [
        ("Reminds of the cart", None), ("Live Chat Message Sent", "Do you deliver?")]
    assert [decision["verdict"] for decision in seen["decisions"]] == ["send"]
    named = [event["event"] for event in seen["events"] if event["type"] == "track"]
    assert named == ["Product Added", "Live Chat Message Sent"]
    assert len({event["messageId"] for event in seen["events"]}) == len(seen["events"])
    moments = [event["timestamp"] for event in seen["events"]]
    assert moments == sorted(moments, reverse=True)


def test_of_many_records_that_became_one_the_newest_fifty_events_are_shown(shop: Shop) -> None:
    for number in range(6):
        device = {"anonymousId": f"device-{number}"}
        for page in range(15):
            shop.later(1_000)
            shop.told({"event": f"Page {number}-{page}", **device}, user=None)
        shop.told({"type": "identify", **device})

    seen = [event["event"] for event in shop.sees("anna")["events"] if event["type"] == "track"]

    assert seen[:3] == ["Page 5-14", "Page 5-13", "Page 5-12"]
    assert seen == sorted(seen, key=lambda name: [int(part) for part in name[5:].split("-")], reverse=True)
    assert len(shop.sees("anna")["events"]) == 50


def test_who_must_not_be_written_to_is_shown_as_such(shop: Shop) -> None:
    said = {"channel": "email", "address": "anna@example.com", "reason": "complaint", "at": format_instant(shop.world.now)}
    assert not suppress(shop.world.ports, [said]).refused
    [by_email, _] = shop.sees("anna")["reachable"]
    assert (by_email["topics"], by_email["reason"]) == ([], "suppressed_complaint")


def test_what_a_page_claims_somebody_wrote_is_marked(shop: Shop) -> None:
    shop.told({"event": "Live Chat Message Sent", "properties": {"message_body": "<b>free</b> for me"}}, by=PAGE)
    [contact] = shop.sees("anna")["contacts"]
    assert (contact["vouched"], contact["text"]) == (False, "<b>free</b> for me")


def test_what_was_sent_is_found_among_many_that_were_not(shop: Shop) -> None:
    shop.told({"event": "Product Added", "properties": {"product_id": "p-1", "price": 30}})
    shop.later(2 * HOUR)
    decisions = shop.world.ports.decisions
    [sent] = decisions.of_customer(shop.sees("anna")["id"], 10)
    for number in range(60):
        decisions.record(replace(sent, at=sent.at + number, verdict="deny", reason="frequency_capped", key=f"never-{number}"))

    seen = shop.sees("anna")

    assert [(contact["rule"], contact["delivery"]) for contact in seen["contacts"]] == [("abandoned-cart", "sent")]
    assert {decision["verdict"] for decision in seen["decisions"]} == {"deny"} and len(seen["decisions"]) == 50


def test_a_letter_about_an_order_is_no_offer(shop: Shop) -> None:
    shop.told({"event": "Product Added", "properties": {"product_id": "p-1", "price": 30}})
    shop.later(2 * HOUR)
    book = shop.world.ports.rulebook()
    service = {name: rule.model_copy(update={"message_type": "transactional"}) for name, rule in book.rules.items()}
    assert len(shop.sees("anna")["offers"]) == 1

    bootstrap.use(replace(shop.world.ports, rulebook=lambda: replace(book, rules=service)))

    seen = shop.sees("anna")
    assert (seen["offers"], [contact["rule"] for contact in seen["contacts"]]) == ([], ["abandoned-cart"])
