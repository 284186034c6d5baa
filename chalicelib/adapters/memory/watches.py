"""watches: who watches which product, the waves that wait for their hour, and the pages on their way, in one process."""

import json
from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence

from ...model.canonical import canonical_json
from ...model.page import Page, page_from
from ...model.watch import SHARDS, Aspect, Watch, Watcher, watch_from


class MemoryWatches:
    """Watches by place and shard, in order."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], dict[str, tuple[int, str]]] = {}
        self._order: dict[tuple[str, int], list[str]] = {}

    def put(self, customer: str, watch: Watch, number: int) -> None:
        partition, key = self._where(customer, watch)
        rows = self._rows.setdefault(partition, {})
        if key not in rows:
            insort(self._order.setdefault(partition, []), key)
        elif rows[key][0] >= number:
            return
        rows[key] = (number, canonical_json(watch.stored()))

    def remove(self, customer: str, watch: Watch) -> None:
        partition, key = self._where(customer, watch)
        if self._rows.get(partition, {}).pop(key, None) is not None:
            self._order[partition].remove(key)

    def page(self, aspect: Aspect, product: str, shard: int, after: str | None, limit: int) -> list[tuple[str, Watcher]]:
        partition = (f"{aspect}|{product}", shard)
        order = self._order.get(partition, [])
        start = 0 if after is None else bisect_right(order, after)
        return [(key, Watcher(key.partition("#")[2], watch_from(partition[0], json.loads(self._rows[partition][key][1]))))
                for key in order[start:start + limit]]

    def _where(self, customer: str, watch: Watch) -> tuple[tuple[str, int], str]:
        return (watch.place, sum(customer.encode()) % SHARDS), f"{watch.turn:015d}#{customer}"


class MemoryWaves:
    """The next wave of each product."""

    def __init__(self) -> None:
        self._items: dict[str, str] = {}

    def wait(self, wave: Page) -> None:
        known = self._waiting(wave.product)
        if known is None or (known.event.client_time or 0, known.wave) <= (wave.event.client_time or 0, wave.wave):
            self._items[wave.product] = canonical_json(wave.document())

    def due(self, now: int) -> Iterator[Page]:
        waiting = [page_from(json.loads(text)) for text in self._items.values()]
        yield from sorted((wave for wave in waiting if wave.at <= now), key=lambda wave: (wave.at, wave.product))

    def begun(self, wave: Page) -> None:
        known = self._waiting(wave.product)
        if known is not None and (known.event.client_time, known.wave) == (wave.event.client_time, wave.wave):
            del self._items[wave.product]

    def next_at(self) -> int | None:
        """When the next wave begins; None when none waits."""
        return min((json.loads(text)["at"] for text in self._items.values()), default=None)

    def _waiting(self, product: str) -> Page | None:
        return page_from(json.loads(self._items[product])) if product in self._items else None


class MemoryPages:
    """Pages on their way, oldest first."""

    def __init__(self) -> None:
        self.messages: list[Page] = []

    def put(self, messages: Sequence[Page]) -> None:
        self.messages += [page_from(json.loads(canonical_json(page.document()))) for page in messages]
