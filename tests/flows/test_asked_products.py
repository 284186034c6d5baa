"""Conditions that ask the catalog are given the products they can name, when a rule fires, at every step and before a message leaves."""

from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.engine.needed import MOST_PRODUCTS, products_needed
from chalicelib.model.customer import Customer
from chalicelib.model.event import Event
from chalicelib.model.instant import HOUR, MINUTE, format_instant
from tests.vectors.reading import moment
from tests.vectors.shop import rulebook

from .asked_of_catalog import asked_of

TEN = moment("10:00")
VIEWED = {"kind": "event", "event": "Product Viewed"}
LEFT = {"kind": "abandonment", "start": [{"event": "Product Added"}], "cancel": [{"event": "Order Completed"}]}


class Shop(World):
    """A shop of one rule that notes which products were asked for; Anna has agreed to e-mail."""

    def __init__(self, **rule: Any) -> None:
        super().__init__(rulebook({"id": "rule", "reentry": "0s", **rule}), TEN)
        self.asked = asked_of(self)
        self.post([{"type": "identify", "userId": "anna", "messageId": "i",
                    "traits": {"email": "anna@example.com", "consents": {"email": ["offers"]}}}])

    def has(self, **stock: int) -> None:
        """So many pieces there are now."""
        assert self.tell("product", [{"productId": name, "stock": pieces, "timestamp": format_instant(self.now)}
                                     for name, pieces in stock.items()]) == []

    def did(self, event: str, *products: str) -> None:
        """Anna did it, one after the other, in one batch."""
        self.post([{"type": "track", "event": event, "userId": "anna", "messageId": f"{event}-{name}-{self.now}",
                    "timestamp": format_instant(self.now), "properties": {"product_id": name, "price": 5}} for name in products])

    def decided(self) -> list[tuple[str, str | None]]:
        return [(decision.verdict, decision.reason) for decision in self.decisions.all()]


@pytest.mark.parametrize(("text", "decided"), [
    ("in_stock(trigger.event)", [("send", None)]), ("stock(trigger.event) > `3`", [("deny", "no_longer_matches")]),
    ("stock('b-2') == `5`", [("send", None)]), ("in_stock('b-9')", [("deny", "no_longer_matches")]),
    ("!(in_stock('b-2')) || stock('b-1') == `3`", [("send", None)]),
])
def test_a_rule_asks_about_the_product_of_its_event_and_about_those_it_names(text: str, decided: Any) -> None:
    shop = Shop(trigger=VIEWED, condition=text)
    shop.has(**{"b-1": 3, "b-2": 5})
    shop.did("Product Viewed", "b-1")
    assert shop.decided() == decided


def test_a_trigger_asks_before_it_fires() -> None:
    shop = Shop(trigger={**VIEWED, "where": "stock(event.properties) < `3`"})
    shop.has(**{"b-1": 3, "b-2": 2})
    shop.did("Product Viewed", "b-1")
    assert shop.decided() == []
    shop.did("Product Viewed", "b-2")
    assert shop.decided() == [("send", None)]


@pytest.mark.parametrize("text", [
    "in_stock(trigger.product)", "cart.products[?in_stock(@)]", "length(trigger.products[?in_stock(@)]) > `0`",
])
@pytest.mark.parametrize(("pieces", "decided"), [(1, [("send", None)]), (0, [("deny", "no_longer_matches")])])
def test_after_a_wait_it_is_asked_of_the_catalog_of_then(text: str, pieces: int, decided: Any) -> None:
    shop = Shop(trigger=LEFT, condition=text)
    shop.has(**{"b-1": 1 - pieces})
    shop.did("Product Added", "b-1")
    shop.now += MINUTE
    shop.has(**{"b-1": pieces})
    shop.advance_to(TEN + 2 * HOUR)
    assert shop.decided() == decided


def test_what_the_customer_looked_at_is_asked_for_too() -> None:
    shop = Shop(trigger={"kind": "event", "event": "Visit Began"}, condition="customer.viewed[?in_stock(@)].productId")
    shop.has(**{"b-1": 1})
    shop.did("Product Viewed", "b-1")
    assert shop.asked == []
    shop.did("Visit Began", "b-0")
    assert shop.decided() == [("send", None)]


@pytest.mark.parametrize("apart", [True, False])
def test_what_lies_in_the_cart_is_asked_for_also_when_it_came_a_moment_before(apart: bool) -> None:
    shop = Shop(trigger={"kind": "event", "event": "Visit Began"}, condition="cart.products[?in_stock(@)].productId")
    shop.has(**{"b-1": 1})
    calls = [{"type": "track", "event": event, "userId": "anna", "messageId": event, "timestamp": format_instant(TEN + place),
              "properties": properties} for place, (event, properties) in enumerate([
                  ("Product Added", {"product_id": "b-1", "price": 5}), ("Visit Began", {})])]
    for batch in ([[call] for call in calls] if apart else [calls]):
        shop.post(batch)
    assert shop.decided() == [("send", None)]


def test_what_was_sold_since_the_decision_does_not_leave() -> None:
    shop = Shop(trigger=VIEWED, condition="in_stock(trigger.event)")
    shop.has(**{"b-1": 1})
    decide, queue = shop._step, shop.queues["email", "marketing"]

    def step() -> bool:
        if queue.messages and shop.products.find(["b-1"])["b-1"]["stock"]:
            shop.now += MINUTE
            shop.products.put("b-1", {"stock": 0, "at": shop.now})
        return decide()

    shop._step = step  # type: ignore[method-assign]
    shop.did("Product Viewed", "b-1")
    assert shop.decided() == [("send", None), ("deny", "no_longer_matches")] and not shop.sent


@pytest.mark.parametrize(("condition", "status"), [("cart.value > `1`", "live"), ("in_stock(trigger.event)", "paused")])
def test_no_rule_that_asks_no_read(condition: str, status: str) -> None:
    shop = Shop(trigger=VIEWED, condition=condition, status=status)
    shop.did("Product Viewed", "b-1")
    assert shop.asked == []


def test_events_nobody_listens_to_cost_no_read_and_a_hundred_is_the_most() -> None:
    book = rulebook({"id": "rule", "trigger": VIEWED, "condition": "in_stock(trigger.event) && in_stock('b-0')"})
    viewed = [Event(f"e{number}", "track", "Product Viewed", TEN + number, TEN, properties={"product_id": f"b-{number}"})
              for number in range(1, MOST_PRODUCTS + 20)]
    assert products_needed(Customer("c"), [Event("e", "track", "Other", TEN, TEN, properties={"product_id": "b-1"})], book) == []
    assert products_needed(Customer("c"), viewed[:2], book) == ["b-2", "b-1", "b-0"]
    assert len(products_needed(Customer("c"), viewed, book)) == MOST_PRODUCTS
