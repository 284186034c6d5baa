"""stores around: the stores of one region as ingest asks for them: how does this position lie to their rings?"""

from collections.abc import Iterable, Mapping
from math import ceil
from typing import Any

from .fences import FenceIndex, build_index
from .place import LEAST_RADIUS, Fence, Position, circle, distance
from .ring import Lies, Ring
from .store import fence_of

MOST_TOLD = 100  # of the stores a position is in, the nearest


class StoresAround:
    """The stores of a region, never changed once made; an index is built for a radius when the first position asks for it."""

    def __init__(self, stores: Iterable[Mapping[str, Any]]) -> None:
        self._stores = {store["storeId"]: store for store in stores if not store.get("removed")}
        self._indexes: dict[int, FenceIndex] = {}
        self._own: dict[str, Fence] = {}

    def __len__(self) -> int:
        return len(self._stores)

    def lies(self, position: Position, ring: Ring) -> Lies | None:
        """How a position lies to a ring around these stores; None when it is too inaccurate to tell anything of it."""
        if not ring.can_be_told_by(position):
            return None
        index = self._index(ring.radius)
        inside, sizes = index.at(position.lat, position.lon), {}
        for id in inside:
            size = ring.radius or self._own[id].radius
            if position.sure_of(size):
                sizes[id] = round(size)
        nearest = sorted(sizes, key=lambda id: (self._far(position, id), id))[:MOST_TOLD]
        near = [id for id in index.near(position.lat, position.lon, ring.margin) if id not in nearest]
        return Lies([(id, sizes[id]) for id in nearest], near, _accuracy(position) if not ring.radius else None)

    def _index(self, radius: int) -> FenceIndex:
        if radius not in self._indexes:
            fences = [circle(id, store["lat"], store["lon"], radius) if radius else fence_of(dict(store))
                      for id, store in self._stores.items()]
            if not radius:
                self._own = {fence.id: fence for fence in fences}
            self._indexes[radius] = build_index(fences)
        return self._indexes[radius]

    def _far(self, position: Position, id: str) -> float:
        store = self._stores[id]
        return distance(position.lat, position.lon, store["lat"], store["lon"])


def _accuracy(position: Position) -> int | None:
    """In whole metres, upward; None where it matters for no fence."""
    return None if position.accuracy is None or position.accuracy < LEAST_RADIUS else ceil(position.accuracy)
