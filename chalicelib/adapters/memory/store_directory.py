"""store directory: the shop's stores, in one process."""

import json
from collections.abc import Iterable

from ...model.canonical import canonical_json
from ...model.grid import Cell, cell_of, cells_around
from ...model.store import Document, reach_from
from ...model.stores_around import StoresAround


class MemoryStoreDirectory:
    """Stores by id; the cells they stand in are worked out when somebody asks."""

    def __init__(self) -> None:
        self._stores: dict[str, tuple[int, str]] = {}
        self._cells: dict[Cell, list[str]] = {}
        self._around: dict[Cell, StoresAround] = {}

    def put(self, store: Document, at: int) -> bool:
        id, text = store["storeId"], canonical_json(store)
        known = self._stores.get(id)
        if known is not None and known[0] > at:
            return False
        self._stores[id] = at, text
        self._around.clear()
        for standing in self._cells.values():
            if id in standing:
                standing.remove(id)
        if not store.get("removed"):
            for cell in cells_around(store["lat"], store["lon"], reach_from(store)):
                self._cells.setdefault(cell, []).append(id)
        return known is None or known[1] != text

    def find(self, ids: Iterable[str]) -> dict[str, Document]:
        found = {id: json.loads(self._stores[id][1]) for id in ids if id in self._stores}
        return {id: store for id, store in found.items() if not store.get("removed")}

    def around(self, lat: float, lon: float) -> StoresAround:
        cell = cell_of(lat, lon)
        if cell not in self._around:
            self._around[cell] = StoresAround(self.find(self._cells.get(cell, ())).values())
        return self._around[cell]
