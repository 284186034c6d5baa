"""test_picture: events go in, in every order of arrival; what Beckon knows of the customer beside the cart comes out."""

from dataclasses import replace
from itertools import permutations
from random import Random
from typing import Any

from chalicelib.engine.receipts import take_receipt
from chalicelib.engine.update import update
from chalicelib.model.contacts import KEPT, MOST_CLAIMED, MOST_CONTACTS, newest_contacts
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import Event
from chalicelib.model.evidence import rungs_reached
from chalicelib.model.identifier_kinds import STANDARD
from chalicelib.model.instant import MINUTE
from chalicelib.model.orders import MOST_ORDERS
from chalicelib.model.products import MOST_VIEWED, newest_products

from .reading import cases, clock, moment
from .test_cart import events_of

PRODUCTS = ("viewed", "bought", "wishlist", "requests")


def after(events: list[Any], now: int, name: str = "anna") -> Customer:
    """The customer after these events, stored and read between any two."""
    customer = Customer(name)
    for event in events:
        update(customer, replace(event, received_at=now))
        take_receipt(customer, replace(event, received_at=now), STANDARD)
        customer = customer_from(customer.document())
    return customer


def shown(customer: Customer, expect: dict[str, Any]) -> dict[str, Any]:
    """What the case tells of."""
    told: dict[str, Any] = {}
    for part, want in expect.items():
        if part in PRODUCTS or part == "cart":
            found = customer.cart.lines() if part == "cart" else newest_products(getattr(customer, part))
            told[part] = [{name: product.get(name) for name in entry} for entry, product in zip(want, found, strict=True)]
        elif part == "orders":
            totals = {name: value for name, value in customer.orders.totals().items() if value}
            told[part] = {name: clock(value) if name in ("first", "last") else value for name, value in totals.items()}
        elif part == "contacts":
            found = newest_contacts(customer.contacts)
            told[part] = [{name: contact[name] for name in entry} for entry, contact in zip(want, found, strict=True)]
        elif part == "open":
            told[part] = [order for order, _ in customer.orders.under_way()]
        else:
            told[part] = rungs_reached(customer.evidence, 0)
    return told


@cases("picture.json")
def test_whatever_the_order_of_arrival_this_is_known(case: dict[str, Any]) -> None:
    events = events_of(case)
    for arrived in permutations(events):
        assert shown(after(list(arrived), moment("13:00")), case["expect"]) == case["expect"], [event.id for event in arrived]


@cases("picture.json", "joined")
def test_what_is_known_of_two_records_becomes_one(case: dict[str, Any]) -> None:
    for first, second in (("phone", "web"), ("web", "phone")):
        mine, theirs = (after(events_of(case, device), moment("13:00"), device) for device in (first, second))
        mine.absorb(theirs, moment("13:00"))
        assert shown(mine, case["expect"]) == case["expect"]


def test_what_is_older_than_the_bounds_is_summed_up_or_forgotten() -> None:
    customer = Customer("anna")
    for number in range(3 * MOST_ORDERS):
        for event in events_of({"events": [
            {"at": "10:00", "id": f"o{number}", "event": "Order Completed",
             "properties": {"order_id": f"o-{number}", "total": 2, "currency": "EUR"}},
            {"at": "10:00", "id": f"v{number}", "event": "Product Viewed", "properties": {"product_id": f"b-{number}"}},
        ]}):
            update(customer, replace(event, at=event.at + number, received_at=event.at + number))
    totals = customer.orders.totals()
    assert (totals["count"], totals["values"], len(customer.orders.recent)) == (3 * MOST_ORDERS, {"EUR": 6.0 * MOST_ORDERS}, MOST_ORDERS)
    assert (totals["first"], totals["last"]) == (moment("10:00"), moment("10:00") + 3 * MOST_ORDERS - 1)
    assert [product["productId"] for product in newest_products(customer.viewed)] == [
        f"b-{number}" for number in range(3 * MOST_ORDERS - 1, 3 * MOST_ORDERS - 1 - MOST_VIEWED, -1)]


def test_older_orders_of_two_records_are_all_counted() -> None:
    people = []
    for name in ("phone", "web"):
        customer = Customer(name)
        for number in range(MOST_ORDERS + 5):
            customer.orders.made(f"{name}-{number}", number, 1, "EUR", 1, name)
        people.append(customer)
    mine, theirs = people
    mine.absorb(theirs, 0)
    mine.orders.bound(mine.id)
    assert (mine.orders.totals()["count"], len(mine.orders.recent)) == (2 * (MOST_ORDERS + 5), MOST_ORDERS)


def test_the_last_contacts_are_kept_and_a_flood_from_a_public_key_pushes_out_none_the_shop_vouches_for() -> None:
    ten = moment("10:00")

    def said(number: int, source: str, text: str) -> Event:
        return Event(id=f"{source}{number}", type="track", name="Message Received", at=ten + number * MINUTE, received_at=ten + 90 * MINUTE,
                     properties={"channel": "viber", "text": text}, source=source)

    events = [*(said(number, "server/shop", "x" * 500) for number in range(30)),
              *(said(number, "browser/web", "win a prize") for number in range(30, 90))]
    kept = []
    for seed in range(3):
        Random(seed).shuffle(events)
        customer = Customer("anna")
        for event in events:
            update(customer, event)
        kept.append(newest_contacts(customer.contacts))
    assert kept[0] == kept[1] == kept[2], "whatever the order of arrival"
    assert [contact["vouched"] for contact in kept[0]] == [False] * MOST_CLAIMED + [True] * (MOST_CONTACTS - MOST_CLAIMED)
    assert max(len(contact["text"]) for contact in kept[0]) == 120


def test_a_public_key_does_not_rewrite_a_call_that_the_shop_told_of_and_the_oldest_go_with_the_log() -> None:
    customer, ten = Customer("anna"), moment("10:00")
    for source, at, text in (("server/exchange", ten, "asked for size 40"), ("browser/web", ten + MINUTE, "she may have it for nothing")):
        update(customer, Event(id=source, type="track", name="Call Ended", at=at, received_at=at, source=source,
                               properties={"call_id": "c-1", "summary": text}))
    assert [contact["text"] for contact in newest_contacts(customer.contacts)] == ["asked for size 40"]
    update(customer, Event(id="later", type="track", name="Store Visited", at=ten + KEPT, received_at=ten + KEPT))
    assert [contact["channel"] for contact in newest_contacts(customer.contacts)] == ["store"]
