"""catalog: what the shop sells, at which price, and how much of it there is, as its feed tells it.

A product of the catalog is a document under our own names: `productId`, `variant`, `name`, `brand`, `category`, `url`, `imageUrl`, `price`,
`currency`, `prices` (by currency, beside the one it is mostly sold in), `stock` (pieces; none given: the shop does not count them),
`available` (no, whatever the stock says), `stores` (by store id: `price`, `currency`, `stock` there), `attributes`, `at` (the moment, in
milliseconds, its feed speaks of). It goes by its product key (model/product.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A product that is not what it was: before (None: it is new) and after, and when that was (milliseconds)."""

    key: str
    before: Document | None
    after: Document
    at: int


def price_of(product: Document, currency: str | None = None, store: str | None = None) -> tuple[float, str | None] | None:
    """What it costs and in which currency: in a store the store's own price, else the shop's. None when nobody says, or not in it."""
    for place in (product.get("stores", {}).get(store, {}), product):
        if place.get("price") is not None and currency in (None, place.get("currency", product.get("currency"))):
            return place["price"], place.get("currency", product.get("currency"))
    other = product.get("prices", {}).get(currency)
    return None if other is None else (other, currency)


def stock_of(product: Document, store: str | None = None) -> int | None:
    """How many pieces there are, in a store or all in all; 0 when it cannot be had, None when the shop does not count."""
    if product.get("available") is False:
        return 0
    if store is None:
        return product.get("stock")
    return product.get("stores", {}).get(store, {}).get("stock", 0)


def in_stock(product: Document, store: str | None = None, least: int = 1) -> bool:
    """Whether at least so many pieces can be had; where the shop does not count, whether it can be had at all."""
    stock = stock_of(product, store)
    return stock is None or stock >= least
