"""news: what a change of the catalog is to those who watch the product: the event that goes into their logs, and what can be read from it.

The event names the product as an event of a shop would, with `previous_price`, `previous_prices` and `previous_stock` beside what is now.
Its id is made of the change, so that somebody who is told twice is told once.
"""

from typing import Any

from .canonical import canonical_json, digest
from .catalog import Change, Document, in_stock, price_of, stock_of
from .event import BACK_IN_STOCK, ENGINE, PRICE_CHANGED, Event
from .product import OUR_NAME

_PREFIX = {PRICE_CHANGED: "price", BACK_IN_STOCK: "stock"}
_DESCRIBED = ("product_id", "variant", "name", "brand", "url", "image_url")
_LONGEST = 300


def price_fell(change: Change) -> bool:
    """Whether it costs less than before in any currency. The first price there ever was is no fall."""
    if change.before is None:
        return False
    currencies = {change.after.get("currency"), *change.after.get("prices", {})}
    return any(_is_less(price_of(change.after, currency), price_of(change.before, currency)) for currency in currencies)


def comes_back(before: Document | None, after: Document, least: int = 1) -> bool:
    """Whether there were not so many pieces and now there are. What was not in the catalog before does not come back."""
    return before is not None and in_stock(after, least=least) and not in_stock(before, least=least)


def news_of(change: Change, name: str, now: int) -> Event:
    """The event of this name (`Product Price Changed`, `Product Back In Stock`), the same for everybody who watches the product."""
    said: dict[str, Any] = {theirs: _short(change.after[ours]) for theirs, ours in OUR_NAME.items()
                            if theirs in _DESCRIBED and change.after.get(ours) not in (None, "")}
    said |= _offer(change.after, "")
    said |= _offer(change.before or {}, "previous_")
    made_of = digest(change.key, str(change.at), canonical_json([_offer(change.before or {}, ""), _offer(change.after, "")]))
    return Event(id=f"{_PREFIX[name]}-{made_of}", type="track", name=name, at=change.at, received_at=now, client_time=change.at,
                 properties=said, source=ENGINE)


def offers_in(properties: Document) -> tuple[Document, Document]:
    """Price and stock before and after, as the catalog has them, out of the properties of such an event."""
    return _told(properties, "previous_"), _told(properties, "")


def _told(properties: Document, prefix: str) -> Document:
    return {name: properties[prefix + name] for name in ("price", "currency", "prices", "stock") if prefix + name in properties}


def _offer(product: Document, prefix: str) -> dict[str, Any]:
    said = {name: product.get(name) for name in ("price", "currency", "prices")}
    said["stock"] = stock_of(product)
    return {prefix + name: value for name, value in said.items() if value not in (None, {})}


def _is_less(now: tuple[float, str | None] | None, before: tuple[float, str | None] | None) -> bool:
    return now is not None and before is not None and now[1] == before[1] and now[0] < before[0]


def _short(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value
