"""test_cart: cart events go in, in every order of arrival; what lies in the cart comes out."""

from dataclasses import replace
from itertools import permutations
from typing import Any

from chalicelib.engine.scope import cart_view
from chalicelib.engine.update import update
from chalicelib.model.cart import join_carts
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import Event

from .reading import cases, moment


def events_of(case: dict[str, Any], part: str = "events") -> list[Event]:
    """The case's events; what has no id is named by its place."""
    return [Event(id=entry.get("id", f"e{place}"), type="track", name=entry["event"], at=moment(entry["at"]),
                  received_at=moment(entry["at"]), properties=entry.get("properties", {})) for place, entry in enumerate(case[part])]


def shown(customer: Customer, case: dict[str, Any]) -> dict[str, Any]:
    """The cart as conditions and templates see it, as far as the case tells of it."""
    view = cart_view(customer.cart.lines(moment(case["asOf"]) if "asOf" in case else None))
    told = {name: view[name] for name in case["expect"]}
    if "products" in told:
        told["products"] = [{name: line.get(name) for name in want} for want, line in
                            zip(case["expect"]["products"], view["products"], strict=True)]
    return told


@cases("cart.json")
def test_whatever_the_order_of_arrival_this_lies_in_the_cart(case: dict[str, Any]) -> None:
    events = events_of(case)
    now = max(event.at for event in events)
    for arrived in permutations(events) if case.get("anyOrder", True) else [events]:
        customer = Customer("anna")
        for event in arrived:
            update(customer, replace(event, received_at=now if case.get("anyOrder", True) else event.at))
            customer = customer_from(customer.document())  # as stored between two events
        assert shown(customer, case) == case["expect"], [event.id for event in arrived]


@cases("cart.json", "joined")
def test_two_carts_of_one_person_become_one(case: dict[str, Any]) -> None:
    for first, second in (("phone", "web"), ("web", "phone")):
        carts = []
        for device in (first, second):
            customer = Customer(device)
            for event in events_of(case, device):
                update(customer, replace(event, received_at=moment(case["now"])))
            carts.append(customer)
        join_carts(carts[0].cart, carts[1].cart, moment(case["now"]))
        lines = sorted(carts[0].cart.lines(), key=lambda line: line["productId"])
        assert [{name: line[name] for name in want} for want, line in zip(case["expect"], lines, strict=True)] == case["expect"]


def test_a_cart_has_at_most_200_lines_and_the_oldest_go() -> None:
    customer = Customer("robot")
    for number in range(260):
        at = moment("10:00") + number * 1_000
        update(customer, Event(id=f"e{number}", type="track", name="Product Added", at=at, received_at=at,
                               properties={"product_id": f"b-{number:03d}", "price": 1}))
    lines = customer.cart.lines()
    assert (len(lines), lines[0]["productId"], lines[-1]["productId"]) == (200, "b-060", "b-259")
