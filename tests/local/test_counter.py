"""She wrote in a messenger, rang a month later, ordered on the site and now stands in the shop: for the assistant she is one client."""

import base64
import json
from typing import Any

import pytest
from chalice.config import Config
from chalice.local import LocalGateway

from local.world import ROOT
from simulators.shop_client import HEADERS, ShopClient


def about(channel: str, value: str) -> dict[str, Any]:
    """How a till or a telephone system says whom an event is about."""
    return {"context": {"externalIds": [{"type": channel, "id": value}]}}


@pytest.fixture
def anna(shop: ShopClient) -> ShopClient:
    """Her story."""
    shop.post({"type": "identify", "messageId": "a1", "traits": {"telegramId": "4711", "firstName": "Anna"}},
              {"type": "track", "messageId": "a2", "event": "Message Received", **about("telegram", "4711"),
               "properties": {"channel": "telegram", "text": "Do you have The Quiet Sea in hardcover?"}})
    shop.do("clock", {"advance": "28d"})
    shop.post({"type": "identify", "messageId": "b1", "traits": {
                  "phone": "+359 888 123 456", "telegramId": "4711", "email": "anna@example.com", "timezone": "Europe/Sofia",
                  "consents": {"email": ["offers"]}}},
              {"type": "track", "messageId": "b2", "event": "Call Received", **about("phone", "+359888123456"),
               "properties": {"note": "Asks to put one aside"}})
    shop.post({"type": "identify", "messageId": "c1", "userId": "anna", "anonymousId": "web",
               "traits": {"email": "Anna@Example.com", "loyaltyCard": "77 0042", "lastName": "Ivanova"}},
              {"type": "track", "messageId": "c2", "userId": "anna", "event": "Order Completed", "properties": {
                  "order_id": "A-1001", "total": 64.2, "currency": "EUR", "products": [{"product_id": "b-9", "price": 64.2}]}})
    shop.do("clock", {"advance": "1h"})
    shop.post({"type": "track", "messageId": "c3", "userId": "anna", "event": "Product Added", "properties": {
                  "product_id": "b-1", "name": "The Quiet Sea", "variant": "hardcover", "price": 28.5, "currency": "EUR"}},
              {"type": "track", "messageId": "c4", "userId": "anna", "event": "Product Added to Wishlist", "properties": {
                  "product_id": "b-7", "name": "Paper Boats"}})
    shop.do("clock", {"advance": "90m"})
    shop.post({"type": "track", "messageId": "d1", "event": "Loyalty Card Shown", **about("loyaltyCard", "77-0042"),
               "properties": {"store": "Vitosha 12"}})
    shop.do("idle", {})
    return shop


def seen(shop: ShopClient, who: str) -> Any:
    """What GET /v1/customers/{who} says."""
    gateway = LocalGateway(shop.world.functions.module.app, Config.create(chalice_stage="local", project_dir=str(ROOT)))
    answer = gateway.handle_request("GET", f"/v1/customers/{who}", {**HEADERS, "accept": "*/*"}, b"")
    body = answer["body"]
    return json.loads(base64.b64decode(body) if answer.get("isBase64Encoded") else body)


@pytest.mark.parametrize("typed", ["anna", "770042", "77%20-%200042", "%2B359888123456", "%2B359%20888%20123%20456",
                                   "ANNA@EXAMPLE.COM", "4711", "web"])
def test_she_is_found_by_whatever_she_gives(anna: ShopClient, typed: str) -> None:
    assert seen(anna, typed)["customer"] == "anna"


def test_the_assistant_sees_one_client(anna: ShopClient) -> None:
    person = seen(anna, "770042")
    assert {kind: [entry["value"] for entry in entries] for kind, entries in person["identifiers"].items()} == {
        "telegram": ["4711"], "phone": ["+359888123456"], "email": ["anna@example.com"], "loyaltyCard": ["770042"]}
    assert [(contact["direction"], contact["channel"], contact.get("rule") or contact["what"]) for contact in person["contacts"]] == [
        ("in", "store", "Loyalty Card Shown"), ("out", "email", "abandoned-cart"), ("in", "phone", "Call Received"),
        ("out", "email", "order-confirmation"), ("in", "telegram", "Message Received")]
    assert [contact.get("text") or contact.get("delivery") for contact in person["contacts"]] == [
        "Vitosha 12", "sent", "Asks to put one aside", "sent", "Do you have The Quiet Sea in hardcover?"]
    assert [(order["id"], order["state"], order["value"], order["currency"]) for order in person["openOrders"]] == [
        ("A-1001", "placed", 64.2, "EUR")]
    assert (person["orders"]["count"], person["orders"]["value"]) == (1, 64.2)
    assert [line["name"] for line in person["cart"]["products"]] == ["The Quiet Sea"]
    assert [product["name"] for product in person["wishlist"]] == ["Paper Boats"]
    assert person["consents"]["email/offers"]["status"] == "given"


def test_the_offer_that_runs_is_told_with_what_it_is_about(anna: ShopClient) -> None:
    [offer] = seen(anna, "anna")["offers"]
    assert offer["rule"] == "abandoned-cart" and offer["description"]
    assert (offer["step"], offer["status"], [product["name"] for product in offer["products"]]) == (2, "open", ["The Quiet Sea"])


def test_an_offer_she_has_taken_runs_no_more(anna: ShopClient) -> None:
    anna.post({"type": "track", "messageId": "e1", "userId": "anna", "event": "Order Completed", "properties": {
        "order_id": "A-1002", "products": [{"product_id": "b-1", "variant": "hardcover", "price": 28.5}]}})
    anna.do("idle", {})
    assert seen(anna, "anna")["offers"] == []


def test_an_order_that_was_delivered_is_open_no_more(anna: ShopClient) -> None:
    anna.post({"type": "track", "messageId": "e1", "event": "Order Delivered", **about("phone", "+359888123456"),
               "properties": {"order_id": "A-1001"}})
    anna.do("idle", {})
    person = seen(anna, "anna")
    assert (person["openOrders"], person["orders"]["count"]) == ([], 1)


def test_the_page_is_served_with_what_it_needs_and_runs_nothing_from_elsewhere(anna: ShopClient) -> None:
    answers = {path: anna.controls.handle("GET", path, b"") for path in
               ("/local/customer?who=%2B359888123456", "/local/customer.js", "/local/elements.js", "/local/page.css")}
    assert {answer.status for answer in answers.values()} == {200}
    page = answers["/local/customer?who=%2B359888123456"].body.decode()
    assert 'name="who"' in page and "Content-Security-Policy" in page and "default-src 'none'; script-src 'self'" in page
    assert "359888" not in page, "who is asked for stands in the address and nowhere else"
    assert all("innerHTML" not in answers[path].body.decode() for path in ("/local/customer.js", "/local/elements.js"))


@pytest.mark.parametrize("typed", ["0888%20123%20456", "0888123456"])
def test_a_number_as_people_of_the_country_type_it_finds_her(anna: ShopClient, typed: str) -> None:
    assert seen(anna, typed)["customer"] == "anna"


def test_whoever_answers_sees_what_was_sent_and_where_more_may_go(anna: ShopClient) -> None:
    anna.post({"type": "track", "messageId": "f1", "userId": "anna", "event": "Email Opened",
               "properties": {"message": anna.get("inbox.json")[0]["key"]}})
    anna.do("idle", {})
    person = seen(anna, "anna")
    sent, confirmed = [contact for contact in person["contacts"] if "rule" in contact]
    assert (sent["rule"], sent["delivery"]) == ("abandoned-cart", "sent")
    assert (confirmed["rule"], confirmed["delivery"], confirmed["reached"]) == ("order-confirmation", "sent", "opened")
    assert {way["channel"]: way["topics"] or way["reason"] for way in person["reachable"]} == {
        "email": ["offers"], "sms": "not_consented", "telegram": "not_consented"}
