"""products: the catalog's products in ProductsTable, and its stream."""

from collections.abc import Iterable
from typing import Any

from ...model.catalog import Change, Document
from ...model.errors import StoreUnavailable
from ...model.told import differs, hear, told_from
from . import keys, wire
from .codec import decode, encode
from .table import Refused, Table
from .wire import Item

MOST_TRIES = 10


class DynamoProducts:
    """`Products` on DynamoDB: one item a product, changed under its version."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, keys_wanted: Iterable[str]) -> dict[str, Document]:
        """See `Products`."""
        wanted = {keys.product_key(key): key for key in keys_wanted}
        found = self._table.get_many([_key(key) for key in wanted.values()], "catalog", consistent=True)
        return {wanted[item[keys.PRODUCT]["S"]]: _thing(item) for item in found}

    def put(self, key: str, product: Document) -> Change | None:
        """See `Products`. StoreUnavailable also when others keep changing the product in between.

        When an answer was lost on the way, the second try finds its own word there and says None; the stream tells of the change.
        """
        for _ in range(MOST_TRIES):
            item = self._table.get(_key(key), "catalog")
            known = None if item is None else told_from(decode(item[keys.BODY]["B"]))
            told = hear(known, product)
            if told == known:
                return None
            try:
                self._write(key, told.document(), wire.whole(item[keys.VERSION]) if item else 0)
            except Refused:
                continue  # somebody was faster: on what is there now again
            before = None if known is None else known.thing
            return Change(key, before, told.thing, told.thing["at"]) if differs(before, told.thing) else None
        raise StoreUnavailable(f"{self._table.name}: {key} keeps changing")

    def page(self, after: str | None, limit: int) -> tuple[list[Document], str | None]:
        """See `Products`."""
        items, last = self._table.page({keys.PRODUCT: wire.text(after)} if after else None, limit, "catalog")
        return [_thing(item) for item in items], last[keys.PRODUCT]["S"] if last else None

    def _write(self, key: str, document: Document, version: int) -> None:
        condition, values = f"attribute_not_exists(#{keys.PRODUCT})", None
        if version:
            condition, values = f"#{keys.VERSION} = :version", {":version": wire.number(version)}
        item = {**_key(key), keys.NAME: wire.text(key), keys.BODY: wire.binary(encode(document)), keys.VERSION: wire.number(version + 1)}
        self._table.put(item, "catalog", condition=condition, values=values)


def change_in(record: dict[str, Any]) -> Change | None:
    """What a record of the table's stream tells: the change, None when the product is what it was (or is gone).

    KeyError or ValueError: the record cannot be read, now or later.
    """
    image, old = wire.image_of(record), wire.image_before(record)
    if image is None:
        return None
    before, after = None if old is None else _thing(old), _thing(image)
    return Change(image[keys.NAME]["S"], before, after, after["at"]) if differs(before, after) else None


def _thing(item: Item) -> dict[str, Any]:
    return told_from(decode(item[keys.BODY]["B"])).thing


def _key(key: str) -> Item:
    return {keys.PRODUCT: wire.text(keys.product_key(key))}
