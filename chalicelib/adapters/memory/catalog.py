"""catalog: what the shop sells, in one process."""

import json
from collections.abc import Iterable

from ...model.canonical import canonical_json
from ...model.catalog import Change, Document
from ...model.told import differs, hear, told_from


class MemoryProducts:
    """Products by key. `stream` lists what changed, in order."""

    def __init__(self) -> None:
        self.stream: list[Change] = []
        self._items: dict[str, str] = {}

    def find(self, keys: Iterable[str]) -> dict[str, Document]:
        return {key: told_from(json.loads(self._items[key])).thing for key in keys if key in self._items}

    def put(self, key: str, product: Document) -> Change | None:
        known = told_from(json.loads(self._items[key])) if key in self._items else None
        self._items[key] = canonical_json(hear(known, product).document())
        before, after = None if known is None else known.thing, told_from(json.loads(self._items[key])).thing
        if not differs(before, after):
            return None
        self.stream.append(Change(key, before, after, after["at"]))
        return self.stream[-1]

    def page(self, after: str | None, limit: int) -> tuple[list[Document], str | None]:
        keys = sorted(key for key in self._items if after is None or key > after)
        return [told_from(json.loads(self._items[key])).thing for key in keys[:limit]], keys[limit - 1] if len(keys) > limit else None
