"""Batches of the products table's stream: what must come again is said once, and a bad record blocks nothing."""

import base64
from dataclasses import replace
from typing import Any

import app
from chalicelib import bootstrap
from chalicelib.adapters.dynamodb.codec import encode
from chalicelib.adapters.memory import MemoryWatches
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.instant import DAY
from chalicelib.model.told import hear
from chalicelib.model.watch import Watch
from chalicelib.ports import Ports
from tests.vectors.shop import rulebook

from .conftest import NOW


class BusyWatches(MemoryWatches):
    """A table that does not answer when it is asked about one product."""

    def page(self, aspect: Any, product: str, *where: Any) -> Any:
        if product == "busy":
            raise StoreUnavailable("throttled")
        return super().page(aspect, product, *where)


def watching(ports: Ports, *products: str) -> Ports:
    """These doors with a rule about prices, and one customer who looked at the products for 20."""
    rules = rulebook({"id": "cheaper", "trigger": {"kind": "price_drop"}})
    doors = replace(ports, rulebook=lambda: rules, watches=BusyWatches())
    for product in products:
        doors.watches.put("anna", Watch("price", product, NOW - DAY, NOW + DAY, ((NOW - DAY, 20, "EUR"),)), 1)
    bootstrap.use(doors)
    return doors


def record(sequence: int, product: str, price: float = 15) -> dict[str, Any]:
    """What Lambda hands over when a product that cost 20 gets another price."""
    def image(price: float, at: int) -> dict[str, Any]:
        told = hear(None, {"productId": product, "price": price, "currency": "EUR", "at": at})
        return {"name": {"S": product}, "body": {"B": base64.b64encode(encode(told.document())).decode()}}

    return {"eventID": f"id-{sequence}", "eventName": "MODIFY", "dynamodb": {
        "SequenceNumber": f"{sequence:021d}", "Keys": {"product": {"S": product}}, "OldImage": image(20, NOW - DAY),
        "NewImage": image(price, NOW)}}


def told(ports: Ports) -> list[str]:
    """The products in the news of the log."""
    return [arrival.event.properties["product_id"] for arrival in ports.events.since(0)]


def test_each_change_is_told_and_nothing_comes_again(ports: Ports) -> None:
    doors = watching(ports, "b-1", "b-2")
    assert app.on_catalog({"Records": [record(1, "b-1"), record(2, "b-2"), record(3, "b-3"), record(4, "b-1", 25)]}, None) == {
        "batchItemFailures": []}
    assert sorted(told(doors)) == ["b-1", "b-2"]


def test_from_the_first_that_could_not_be_told_on_all_comes_again(ports: Ports) -> None:
    doors = watching(ports, "b-1", "b-2")
    answer = app.on_catalog({"Records": [record(1, "b-1"), record(2, "busy"), record(3, "b-2")]}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": f"{2:021d}"}]}
    assert told(doors) == ["b-1"]


def test_a_record_that_nobody_can_read_is_set_aside_whole(ports: Ports) -> None:
    doors = watching(ports, "b-1")
    bad = record(1, "b-9")
    bad["dynamodb"]["NewImage"]["body"]["B"] = "no base64!"
    assert app.on_catalog({"Records": [bad, record(2, "b-1")]}, None) == {"batchItemFailures": []}
    [parked] = doors.parking.parked("fan-out", 9)
    assert (parked.id, told(doors)) == ("id-1", ["b-1"])
