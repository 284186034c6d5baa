"""store directory: the shop's stores in StoresTable: one entry by id, and one in every cell of the map from which somebody may be near.

The entry by id is written first and names every cell that may hold the store, so that a move that died half way is ended by the next word
on the store; a cell never goes back to an older word.
"""

import threading
from collections.abc import Iterable

from ...model.canonical import canonical_json
from ...model.errors import StoreUnavailable
from ...model.grid import Cell, cell_of, cells_around
from ...model.instant import MINUTE
from ...model.store import Document, reach_from
from ...model.stores_around import StoresAround
from ...ports import Clock
from . import keys, wire
from .codec import decode, encode
from .table import Refused, Table
from .wire import Item

KEPT = 5 * MINUTE
MOST_CELLS = 500
MOST_TRIES = 10


class DynamoStoreDirectory:
    """`StoreDirectory` on DynamoDB. A cell once read stays known for five minutes: elsewhere a store stands where it stood that long."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._cells: dict[Cell, tuple[StoresAround, int]] = {}
        self._lock = threading.Lock()

    def put(self, store: Document, at: int) -> bool:
        """See `StoreDirectory`. StoreUnavailable also when others keep changing the store in between."""
        id, stands = store["storeId"], [] if store.get("removed") else cells_around(store["lat"], store["lon"], reach_from(store))
        wanted = {keys.cell_key(cell) for cell in stands}
        for _ in range(MOST_TRIES):
            own = self._table.get(_key(keys.store_key(id), keys.OWN_ENTRY), "store")
            version, held = (wire.whole(own[keys.VERSION]), set(own[keys.CELLS].get("SS", []))) if own else (0, set())
            if own and wire.whole(own[keys.AT]) > at:
                self._leave(id, wanted - held)  # a later word came in between
                return False
            if own and wire.whole(own[keys.AT]) == at and held == wanted and _document(own) == store:
                return False
            try:
                self._own(store, at, held | wanted, version)
                self._stand(store, at, wanted)
                self._leave(id, held - wanted)
                if held - wanted:
                    self._own(store, at, wanted, version + 1)
            except Refused:
                continue  # somebody was faster: on what is there now again
            with self._lock:
                self._cells.clear()
            return own is None or canonical_json(_document(own)) != canonical_json(store)
        raise StoreUnavailable(f"{self._table.name}: the store {id} keeps changing")

    def find(self, ids: Iterable[str]) -> dict[str, Document]:
        """See `StoreDirectory`."""
        wanted = [_key(keys.store_key(id), keys.OWN_ENTRY) for id in dict.fromkeys(ids)]
        found = (_document(item) for item in self._table.get_many(wanted, "store"))
        return {store["storeId"]: store for store in found if not store.get("removed")}

    def around(self, lat: float, lon: float) -> StoresAround:
        """See `StoreDirectory`."""
        cell, now = cell_of(lat, lon), self._clock()
        known = self._cells.get(cell)
        if known is not None and 0 <= now - known[1] < KEPT:
            return known[0]
        items = self._table.query(f"#{keys.PLACE} = :cell", {":cell": wire.text(keys.cell_key(cell))}, "stores around")
        around = StoresAround(_document(item) for item in items)
        with self._lock:
            if len(self._cells) >= MOST_CELLS:
                self._cells.pop(next(iter(self._cells)))
            self._cells[cell] = around, now
        return around

    def _own(self, store: Document, at: int, cells: set[str], version: int) -> None:
        condition, values = f"attribute_not_exists(#{keys.PLACE})", None
        if version:
            condition, values = f"#{keys.VERSION} = :version", {":version": wire.number(version)}
        item = {**_key(keys.store_key(store["storeId"]), keys.OWN_ENTRY), **_body(store, at), keys.VERSION: wire.number(version + 1),
                keys.CELLS: {"SS": sorted(cells)} if cells else {"NULL": True}}
        self._table.put(item, "store", condition=condition, values=values)

    def _stand(self, store: Document, at: int, cells: set[str]) -> None:
        for cell in sorted(cells):
            try:
                self._table.put({**_key(cell, keys.plain(store["storeId"])), **_body(store, at)}, "store",
                                condition=f"attribute_not_exists(#{keys.PLACE}) OR #{keys.AT} <= :at", values={":at": wire.number(at)})
            except Refused:
                continue  # a later word stands there already

    def _leave(self, id: str, cells: set[str]) -> None:
        for cell in sorted(cells):
            self._table.delete(_key(cell, keys.plain(id)), "store")


def _key(place: str, store: str) -> Item:
    return {keys.PLACE: wire.text(place), keys.STORE: wire.text(store)}


def _body(store: Document, at: int) -> Item:
    return {keys.BODY: wire.binary(encode(store)), keys.AT: wire.number(at)}


def _document(item: Item) -> Document:
    store: Document = decode(item[keys.BODY]["B"])
    return store
