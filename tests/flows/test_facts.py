"""Products of the catalog reach the rules that look at it, at the decision and again before the message leaves; others cost nothing."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.engine.needed import MOST_PRODUCTS, products_needed
from chalicelib.flows.wake import wake
from chalicelib.model.catalog import in_stock
from chalicelib.model.customer import Customer
from chalicelib.model.event import Event
from chalicelib.model.facts import Facts
from chalicelib.model.instant import HOUR, MINUTE
from chalicelib.model.memory import Memory
from chalicelib.model.product import product_key
from chalicelib.model.reason import Reason
from chalicelib.model.verdict import Deny
from chalicelib.rulebook.rulebook import Rulebook
from chalicelib.triggers.abandonment import Abandonment
from simulators.shop_day import BEGINS, rulebook

from .asked_of_catalog import asked_of

VERA = {"userId": "vera"}


class InStockOnly(Abandonment):
    """A cart left behind, of which all must still be there."""

    def looks_at(self, memory: Memory, customer: Customer) -> Iterable[str]:
        return [product_key(line) for line in customer.cart.lines()]

    def revise(self, data: dict[str, Any], customer: Customer, facts: Facts, now: int) -> Any:
        for product in data["products"]:
            if not in_stock(facts.products.get(product_key(product), {"stock": 0})):
                return Deny(Reason.OUT_OF_STOCK, product_key(product))
        return data


def reading(status: str = "live") -> Rulebook:
    book = rulebook()
    looking = {name: rule.model_copy(update={"trigger": InStockOnly(**rule.trigger.model_dump()), "status": status})
               for name, rule in book.rules.items() if rule.trigger.kind == "abandonment"}
    return replace(book, rules={**book.rules, **looking})


class CountingWorld(World):
    """A world that notes which products were asked for."""

    def __init__(self, book: Rulebook) -> None:
        super().__init__(book, BEGINS)
        self.asked = asked_of(self)

    def leave_behind(self, *products: str) -> None:
        self.post([{"type": "identify", **VERA, "traits": {"email": "vera@example.com", "consents": {"email": True}}},
                   *({"type": "track", **VERA, "event": "Product Added", "properties": {"product_id": name, "price": 5}}
                     for name in products)])


def test_a_rule_that_looks_at_the_catalog_is_given_what_the_cart_names_twice() -> None:
    world = CountingWorld(reading())
    world.products.put("b-1", {"productId": "b-1", "stock": 1, "at": BEGINS})
    world.leave_behind("b-1")
    world.advance_to(BEGINS + HOUR + MINUTE)
    assert len(world.sent) == 1
    assert world.asked[0] == ["b-1"] and world.asked[-1] == ["b-1"]


@pytest.mark.parametrize("known", [{"stock": 0}, {"available": False, "stock": 4}, None], ids=["sold out", "not to be had", "unknown"])
def test_what_cannot_be_had_is_not_offered(known: dict[str, Any] | None) -> None:
    world = CountingWorld(reading())
    if known:
        world.products.put("b-1", {"productId": "b-1", "at": BEGINS, **known})
    world.leave_behind("b-1")
    world.advance_to(BEGINS + HOUR + MINUTE)
    assert [(decision.verdict, decision.reason) for decision in world.decisions.all()] == [("deny", "out_of_stock")]


def test_what_was_sold_between_the_decision_and_the_sending_is_not_offered() -> None:
    world = CountingWorld(reading())
    world.products.put("b-1", {"productId": "b-1", "stock": 1, "at": BEGINS})
    world.leave_behind("b-1")
    decide, queue = world._step, world.queues["email", "marketing"]

    def step() -> bool:
        if queue.messages:  # decided and on its way
            world.products.put("b-1", {"stock": 0, "at": world.now})
        return decide()

    world._step = step  # type: ignore[method-assign]
    world.advance_to(BEGINS + HOUR + MINUTE)
    assert not world.sent
    assert {(decision.verdict, decision.reason) for decision in world.decisions.all()} == {("send", None), ("deny", "out_of_stock")}


@pytest.mark.parametrize("book", [rulebook(), reading("paused")], ids=["no rule looks", "the rule that looks is paused"])
def test_no_rule_no_read(book: Rulebook) -> None:
    world = CountingWorld(book)
    world.leave_behind("b-1")
    world.now += HOUR
    wake(world.ports)
    world.run_until_idle()
    assert world.asked == []
    assert bool(world.decisions.all()) == (book.rules["abandoned-cart"].status == "live")


def test_events_no_such_rule_listens_to_name_nothing_and_a_hundred_is_the_most() -> None:
    def event(name: str, number: int) -> Event:
        return Event(f"e{number}", "track", name, BEGINS + number, BEGINS, properties={"product_id": f"b-{number}"})

    added = [event("Product Added", number) for number in range(MOST_PRODUCTS + 20)]
    found = products_needed(Customer("c"), [event("Nothing To Do With It", 9_999), *added], reading())
    assert found == [f"b-{number}" for number in range(MOST_PRODUCTS + 19, 19, -1)]
