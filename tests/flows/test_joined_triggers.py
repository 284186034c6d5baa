"""Two records turn out to be one person while a rule waits: she is told once, of what holds now."""

from typing import Any

from chalicelib.backtest.world import SERVER, World
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.stores import take_stores
from chalicelib.model.event import CUSTOMER_ABSORBED, Event
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from tests.vectors.reading import moment
from tests.vectors.shop import rulebook

TEN = moment("10:00")
ANNA, PHONE, BOTH = {"userId": "anna"}, {"anonymousId": "phone"}, {"userId": "anna", "anonymousId": "phone"}
OPERA = {"storeId": "opera", "lat": 42.6977, "lon": 23.3219, "timezone": "Europe/Sofia", "hours": {"mon": ["09:00-20:00"]}}
HELLO = {"type": "identify", **ANNA, "traits": {"email": "anna@example.com", "consents": {"email": True, "location": True}}}
JOIN = {"type": "identify", **BOTH}


def shop(**trigger: Any) -> World:
    world = World(rulebook({"id": "rule", "trigger": trigger, "reentry": "0s"}), TEN)
    world.post([HELLO])
    return world


def call(who: dict[str, str], name: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", **who, "event": name, "properties": properties}


def sells(world: World, price: float) -> None:
    assert world.tell("product", [{"productId": "b-4", "price": price, "currency": "EUR", "stock": 9}]) == []


def fired(world: World) -> list[tuple[str, list[tuple[str, float]]]]:
    """When a message was decided on, and what it tells of."""
    return [(format_instant(decision.decided_at)[11:16], [(told["productId"], told.get("price")) for told in decision.data["products"]])
            for decision in world.decisions.all() if decision.verdict == "send"]


def test_a_price_that_both_heard_of_is_told_once_and_as_it_is_now() -> None:
    world = shop(kind="price_drop", lateness="15m")
    for price, who in ((20, ANNA), (18, PHONE)):
        sells(world, price)
        world.advance_to(world.now + MINUTE)
        world.post([call(who, "Product Viewed", product_id="b-4")])
    world.advance_to(TEN + HOUR)
    sells(world, 15)
    world.advance_to(TEN + HOUR + 5 * MINUTE)
    world.post([JOIN])
    world.advance_to(TEN + DAY)
    assert fired(world) == [("11:15", [("b-4", 15)])]


def test_an_order_told_to_one_is_not_told_again_to_both() -> None:
    """The first word came to the telephone, the second to Anna, who waits for late events when the two become one a week and a half on."""
    world = shop(kind="order_life", on="shipped", lateness="15m")
    world.post([{"type": "identify", **PHONE, "traits": {"email": "phone@example.com", "consents": {"email": True}}},
                call(PHONE, "Order Shipped", order_id="o-1")])
    world.advance_to(TEN + 11 * DAY)  # the journey itself is forgotten by now
    world.post([call(PHONE, "Product Viewed", product_id="b-4"), call(ANNA, "Order Shipped", order_id="o-1")])
    world.post([JOIN])
    world.advance_to(TEN + 13 * DAY)
    assert [(format_instant(decision.decided_at)[8:10], decision.verdict) for decision in world.decisions.all()] == [("02", "send")]


def test_what_the_other_had_looked_at_counts_at_once() -> None:
    """That the telephone is hers has just become known when she is near the store: both words come to her record in one batch."""
    world = shop(kind="proximity", radius=300, products="viewed")
    take_stores(world.ports, [OPERA])
    assert world.tell("product", [{"productId": "b-4", "price": 20, "currency": "EUR", "stores": {"opera": {"stock": 2}}}]) == []
    world.post([call(PHONE, "Product Viewed", product_id="b-4")])
    append = world.events.append

    def near_as_well(customer: str, event: Event) -> bool:
        """The next word to the same record comes right behind."""
        known = append(customer, event)
        if event.name == CUSTOMER_ABSORBED:
            world.events.append = append  # type: ignore[method-assign]
            ingest(world.ports, Request(SERVER, [call(ANNA, "Location Updated", lat=42.6977, lon=23.3219, accuracy=9)]))
        return known

    world.events.append = near_as_well  # type: ignore[method-assign]
    world.post([JOIN])
    assert fired(world) == [("10:00", [("b-4", 20)])]


def test_what_was_looked_at_in_the_same_batch_counts() -> None:
    world = shop(kind="proximity", radius=300, products="viewed")
    take_stores(world.ports, [OPERA])
    assert world.tell("product", [{"productId": "b-4", "price": 20, "currency": "EUR", "stores": {"opera": {"stock": 2}}}]) == []
    world.post([call(ANNA, "Product Viewed", product_id="b-4"),
                call(ANNA, "Location Updated", lat=42.6977, lon=23.3219, accuracy=9)])
    assert fired(world) == [("10:00", [("b-4", 20)])]
