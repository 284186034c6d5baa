"""The contract of the store directory."""

from typing import Any

import pytest

from chalicelib.adapters.dynamodb.store_directory import KEPT
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.place import Position
from chalicelib.model.ring import Ring
from local.storage import Resource

from .conftest import Stores
from .stories import NINE, at_once

RING = Ring(300, 100)
LAT, LON = 42.6977, 23.3219


def store(id: str = "sofia-1", **changes: Any) -> dict[str, Any]:
    return {"storeId": id, "lat": LAT, "lon": LON, "name": "Vitosha", **changes}


def inside(stores: Stores, lat: float = LAT, lon: float = LON, ring: Ring = RING) -> list[str]:
    lies = stores.stores.around(lat, lon).lies(Position(lat, lon), ring)
    assert lies is not None
    return [id for id, _ in lies.inside]


def test_a_store_is_found_by_its_id_and_by_its_place(stores: Stores) -> None:
    assert stores.stores.put(store(), NINE)
    assert stores.stores.find(["sofia-1", "nobody", "sofia-1"]) == {"sofia-1": store()}
    assert inside(stores) == ["sofia-1"]
    assert inside(stores, LAT + 1) == []


def test_what_is_said_again_changes_nothing_and_what_is_older_neither(stores: Stores) -> None:
    assert stores.stores.put(store(name="new"), NINE)
    assert not stores.stores.put(store(name="new"), NINE)
    assert not stores.stores.put(store(name="new"), NINE + 1)
    assert not stores.stores.put(store(name="old", lat=LAT + 1), NINE - 1)
    assert stores.stores.find(["sofia-1"]) == {"sofia-1": store(name="new")}
    assert inside(stores, LAT + 1) == []


def test_a_store_that_moves_is_no_longer_where_it_was(stores: Stores) -> None:
    stores.stores.put(store(), NINE)
    assert inside(stores) == ["sofia-1"]
    stores.stores.put(store(lat=LAT + 1, lon=LON - 1), NINE + 1)
    assert (inside(stores), inside(stores, LAT + 1, LON - 1)) == ([], ["sofia-1"])


def test_a_store_that_is_removed_is_nowhere_until_it_opens_again(stores: Stores) -> None:
    stores.stores.put(store(), NINE)
    stores.stores.put(store(removed=True), NINE + 1)
    assert (inside(stores), stores.stores.find(["sofia-1"])) == ([], {})
    stores.stores.put(store(), NINE + 2)
    assert (inside(stores), list(stores.stores.find(["sofia-1"]))) == (["sofia-1"], ["sofia-1"])


@pytest.mark.parametrize(("lat", "lon"), [(10.0, 20.0), (-0.001, 0.001), (51.2499, 7.0), (-17.0, 179.9999), (84.9, -180.0)])
def test_whoever_is_in_the_ring_finds_the_store_from_any_cell_of_the_map(stores: Stores, lat: float, lon: float) -> None:
    stores.stores.put(store(lat=lat, lon=lon), NINE)
    for north, east in ((0, 0), (0.0895, 0), (-0.0895, 0), (0, 0.0895), (0, -0.0895)):  # just within ten kilometres at the equator
        there = (lon + east + 180) % 360 - 180
        assert inside(stores, lat + north, there, Ring(10_000, 50)) == ["sofia-1"]


def test_whatever_id_a_shop_gives_its_store(stores: Stores) -> None:
    for id in ("Магазин 1", "«" * 100, "~x", "cell#1#1"):
        stores.stores.put(store(id), NINE)
        assert list(stores.stores.find([id])) == [id]
        assert id in inside(stores)


def test_two_who_move_a_store_at_once_leave_it_in_one_place(dynamo: Stores) -> None:
    dynamo.stores.put(store(), NINE)
    moves = [lambda number=number: dynamo.stores.put(store(lat=LAT + number), NINE + number) for number in (1, 2, 3)]
    assert not [result for result in at_once(moves) if isinstance(result, Exception)]
    assert dynamo.stores.find(["sofia-1"])["sofia-1"]["lat"] == LAT + 3
    assert [inside(dynamo, LAT + number) for number in range(4)] == [[], [], [], ["sofia-1"]]


@pytest.mark.parametrize("died", range(1, 12))
def test_a_move_that_died_half_way_is_ended_when_it_is_sent_again(dynamo: Stores, monkeypatch: pytest.MonkeyPatch, died: int) -> None:
    dynamo.stores.put(store(), NINE)
    calls = [0]

    def dying(method: Any) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            calls[0] += 1
            if calls[0] == died:
                raise StoreUnavailable("died")
            return method(*arguments, **named)
        return call

    with monkeypatch.context() as patched:
        patched.setattr(Table, "put", dying(Table.put))
        patched.setattr(Table, "delete", dying(Table.delete))
        try:
            dynamo.stores.put(store(lat=LAT + 1), NINE + 1)
        except StoreUnavailable:
            assert calls[0] == died
    dynamo.stores.put(store(lat=LAT + 1), NINE + 1)
    assert (inside(dynamo), inside(dynamo, LAT + 1)) == ([], ["sofia-1"])


def test_a_cell_is_read_once_in_five_minutes(dynamo: Stores, storage: dict[str, Resource], client: Any) -> None:
    dynamo.stores.put(store(), NINE)
    assert inside(dynamo) == ["sofia-1"]
    for item in client.scan(TableName=storage["StoresTable"].name)["Items"]:
        client.delete_item(TableName=storage["StoresTable"].name, Key={"place": item["place"], "store": item["store"]})
    assert inside(dynamo) == ["sofia-1"]
    dynamo.clock.now += KEPT
    assert inside(dynamo) == []
