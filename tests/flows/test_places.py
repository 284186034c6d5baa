"""Where somebody was is not kept: of nobody a coordinate, of who has not agreed nothing at all, and nothing any more of who withdraws."""

from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.stores import take_stores
from chalicelib.model.event import LOCATION_UPDATED
from chalicelib.model.instant import MINUTE, format_instant
from chalicelib.model.source import Source
from tests.vectors.reading import moment
from tests.vectors.shop import rulebook

TEN = moment("10:00")
HERE = {"lat": 42.697711, "lon": 23.321922}
OPERA = {"storeId": "opera", "name": "Opera", "city": "Sofia", "lat": 42.6977, "lon": 23.3219, "timezone": "Europe/Sofia",
         "hours": {"mon": ["09:00-20:00"]}}
NOTE = {"channel": "email", "template": "note"}
TRIGGER = {"kind": "proximity", "radius": 300}
AGREED = {"location": True, "email": ["offers"]}
APP = Source("phone", "app", id="phone")


def shop(*rules: dict[str, Any], stores: tuple[dict[str, Any], ...] = (OPERA,)) -> World:
    world = World(rulebook(*(rules or ({"id": "near", "trigger": TRIGGER},))), TEN)
    assert take_stores(world.ports, list(stores)).stored == len(stores)
    return world


def call(number: int, minute: float = 0, **says: Any) -> dict[str, Any]:
    return {"type": "track", "messageId": f"m{number}", "userId": "anna", "event": LOCATION_UPDATED,
            "timestamp": format_instant(TEN + int(minute * MINUTE)), **says}


def agreed(consents: Any = None, minute: float = 0, number: int = 0) -> dict[str, Any]:
    return call(number, minute, type="identify", event=None,
                traits={"email": "anna@example.com", "consents": AGREED if consents is None else consents})


def position(number: int, minute: float = 0, **says: Any) -> dict[str, Any]:
    return call(number, minute, properties={**HERE, **says})


def kept(world: World) -> list[dict[str, Any]]:
    return [event.properties for event in log(world) if event.name == LOCATION_UPDATED]


def log(world: World) -> list[Any]:
    return [arrival.event for arrival in world.events.since(0)]


def state(world: World) -> Any:
    record = world.customers.load(log(world)[0] and next(world.events.since(0)).customer)
    assert record is not None
    return record.state


def decided(world: World) -> list[tuple[str, str | None]]:
    return [(decision.verdict, decision.reason) for decision in world.decisions.all()]


def test_of_a_position_only_how_it_lies_to_the_rings_of_live_rules_is_kept() -> None:
    paused = {"id": "wide", "status": "paused", "trigger": {**TRIGGER, "radius": 5000}}
    world = shop({"id": "near", "trigger": TRIGGER}, {"id": "own", "trigger": {"kind": "proximity"}}, paused)
    world.post([agreed(), position(1, 1, accuracy=12.5, altitude=550.25, address="1 Vitosha", speed=1.5)])
    assert kept(world) == [{"fences": {"own+50": {"in": [["opera", 150]]}, "300+50": {"in": [["opera", 300]]}}}]


def test_no_rule_asks_and_nothing_is_kept() -> None:
    world = shop({"id": "shipped", "trigger": {"kind": "event", "event": "Order Shipped"}})
    world.post([agreed(), position(1)])
    assert kept(world) == [{}]


def test_what_is_no_position_is_none() -> None:
    world = shop()
    world.post([agreed(), call(1, 1, properties=str(HERE)), call(2, 2, properties=[HERE]), call(3, 3, properties={"lat": "here"})])
    assert kept(world) == [{}, {}, {}]


def test_events_of_the_past_have_no_place() -> None:
    world = shop()
    world.post([agreed()])
    world.post([position(1)], past=True)
    assert kept(world) == [{}]
    assert decided(world) == []


@pytest.mark.parametrize("consents", [{}, {"location": False}, {"email": True}], ids=["nothing said", "a no", "another channel"])
def test_of_who_has_not_agreed_nothing_is_kept(consents: Any) -> None:
    world = shop()
    world.post([agreed(consents), position(1, 1)])
    assert kept(world) == [{}]
    assert "opera" not in str(state(world).document()) + str([decision.document() for decision in world.decisions.all()])
    assert decided(world) == [("deny", "location_not_consented")]


def test_a_yes_that_came_a_moment_ago_counts_before_it_is_in_the_state() -> None:
    world = shop()
    world.post([agreed()])
    home = next(world.events.since(0)).customer
    world.customers._items.pop(home)  # the fold has yet to come
    world.post([position(1, 1)])
    assert kept(world)[0]["fences"]["300+50"] == {"in": [["opera", 300]]}


def test_a_no_that_came_a_moment_ago_counts_as_well() -> None:
    world = shop()
    world.post([agreed()])
    world.post([call(1, 1, event="Unsubscribed", properties={"channel": "location"}), position(2, 2)])
    assert kept(world) == [{}]


def test_what_an_app_says_of_a_known_customer_is_no_yes() -> None:
    world = shop()
    world.post([agreed({"email": ["offers"]})])
    world.post([agreed({"location": True}, 1, 1), position(2, 2)], APP)
    assert kept(world) == [{}]


def test_a_message_goes_out_with_what_is_known_of_the_store() -> None:
    world = shop()
    world.post([agreed()])
    world.advance_to(TEN + MINUTE)
    world.post([position(1, 1)])
    (decision,) = world.decisions.all()
    assert decision.verdict == "send"
    assert decision.data == {
        "storeId": "opera", "on": "enter", "enteredAt": "2026-03-02T10:01:00.000Z",
        "store": {"storeId": "opera", "name": "Opera", "city": "Sofia", "timezone": "Europe/Sofia"}}
    assert len(world.sent) == 1


@pytest.mark.parametrize("on", ["enter", "dwell", "exit"])
def test_who_withdraws_is_forgotten_where_they_were(on: str) -> None:
    world = shop({"id": "near", "trigger": {**TRIGGER, "on": on, **({"dwell": "1h"} if on == "dwell" else {})},
                  "steps": [{"send": NOTE}, {"after": "1d", "send": NOTE}]})
    world.post([agreed()])
    world.post([position(1, 1)])
    assert "opera" in str(state(world).document())
    world.advance_to(TEN + 2 * MINUTE)
    world.post([call(2, 2, event="Unsubscribed", properties={"channel": "location"})])
    assert "opera" not in str(state(world).document())
    assert (state(world).memory, state(world).timers, state(world).journeys) == ({}, {}, {})
    assert kept(world) == []
    world.advance_to(None)
    assert len(world.decisions.all()) == {"enter": 2, "dwell": 0, "exit": 0}[on]  # one sent, the second step ended


def test_a_device_whose_owner_has_not_agreed_brings_no_places_along() -> None:
    world = shop()
    world.post([call(0, type="identify", userId=None, anonymousId="phone", event=None, traits={"consents": {"location": True}}),
                call(1, 1, userId=None, anonymousId="phone", properties=HERE)])
    world.post([call(2, 2, type="identify", event=None, traits={"consents": {"location": False}}),
                call(3, 3, type="identify", event=None, anonymousId="phone")])
    survivors = [world.customers.load(arrival.customer) for arrival in world.events.since(0)]
    assert {str(record.state.memory) for record in survivors if record and record.state.merged_into is None} == {"{}"}
    assert kept(world) == []


@pytest.mark.parametrize("location", [
    {**HERE, "city": "Sofia", "latitude": 42.697711, "longitude": 23.321922, "speed": 3.14159},
    {"city": "Sofia", "coordinates": [23.321922, 42.697711]}, {"city": "Sofia", "position": {"at": "42.697711"}},
], ids=["fields", "a list", "something else"])
def test_of_the_context_of_any_event_only_names_of_places_are_kept(location: Any) -> None:
    world = shop()
    world.post([call(1, event="Product Viewed", properties={"product_id": "b-1"}, context={"location": location, "locale": "bg"})])
    assert log(world)[0].context == {"location": {"city": "Sofia"}, "locale": "bg"}
    world.post([call(2, event="Product Viewed", context={"location": "42.697711,23.321922"})])
    assert "42.697711" not in str([event.document() for event in log(world)])


def test_a_position_in_the_context_counts() -> None:
    world = shop()
    world.post([agreed(), call(1, 1, context={"location": {"latitude": HERE["lat"], "longitude": HERE["lon"]}})])
    assert kept(world)[0]["fences"]["300+50"] == {"in": [["opera", 300]]}


@pytest.mark.parametrize("wrong", [
    {"userId": None}, {"userId": None, "properties": {"where": [HERE]}}, {"type": "walk"}, {"event": None},
    {"event": " ", "properties": {"coordinates": [[23.321922, 42.697711]], "geohash": "42.697711"}},
    {"event": None, "traits": {"home": {"latitude": "42.697711"}}},
], ids=lambda wrong: ", ".join(wrong))
def test_what_is_set_aside_holds_no_coordinates(wrong: Any) -> None:
    world = shop()
    assert world.post([{**position(1), **wrong}]).quarantined == 1
    (parked,) = world.ports.parking.parked("ingest", 10)
    assert not [digits for digits in ("42.6977", "23.3219") if digits in parked.body + parked.id + parked.reason]


def test_a_position_without_an_id_of_its_own_is_not_to_be_found_in_its_hash() -> None:
    world = shop()
    first = {name: value for name, value in position(1, 1).items() if name != "messageId"}
    nameless = [first, {**first, "properties": {"lat": HERE["lat"] + 0.00001, "lon": HERE["lon"]}}]
    world.post([agreed(), *nameless])
    assert len(kept(world)) == 1  # both lie alike, so both are the same word


def test_a_store_must_have_in_stock_what_the_customer_looked_at() -> None:
    market = {**OPERA, "storeId": "market", "lat": 42.7377}
    world = shop({"id": "near", "trigger": {**TRIGGER, "products": "viewed", "cooldown": "0s"}}, stores=(OPERA, market))
    world.tell("product", [
        {"productId": "b-1", "name": "Atlas", "price": 20, "currency": "EUR",
         "stores": {"opera": {"stock": 0}, "market": {"stock": 2, "price": 18}}},
        {"productId": "b-2", "name": "Globe", "price": 90, "currency": "EUR", "stores": {"market": {"stock": 5}}}])
    world.post([agreed(), call(1, 0, event="Product Viewed", properties={"product_id": "b-1"})])
    world.post([position(2, 1)])
    world.post([call(3, 2, properties={"lat": 42.7377, "lon": 23.3219})])
    assert decided(world) == [("deny", "out_of_stock"), ("send", None)]
    assert world.decisions.all()[-1].data["products"] == [{"productId": "b-1", "name": "Atlas", "price": 18, "currency": "EUR"}]


def test_sold_while_the_letter_is_on_its_way() -> None:
    world = shop({"id": "near", "trigger": {**TRIGGER, "on": "dwell", "dwell": "10m", "products": "cart"}})
    world.tell("product", [{"productId": "b-1", "stores": {"opera": {"stock": 1}}}])
    world.post([agreed(), call(1, 0, event="Product Added", properties={"product_id": "b-1"}), position(2, 1)])
    world.tell("product", [{"productId": "b-1", "stores": {"opera": {"stock": 0}}}])
    world.advance_to(None)
    assert decided(world) == [("deny", "out_of_stock")]
