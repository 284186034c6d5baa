"""products: functions about what the catalog has of a product now.

    in_stock(trigger.product)                                  whether it can be had
    stock('b-1', trigger.storeId) >= `2`                       how many pieces, in a store
    stock_within(trigger.product, '2km') >= `1`                how many in the stores near the customer

A product is named by its id (`b-1`, with a variant `b-1/red`) or by an object that names it, as in the cart, a trigger or an event. The
catalog is looked at for the products that a rule's conditions can name: those written as they are, and those in what they look at (cart,
what the customer looked at, the event, what the trigger knows). Of one that the catalog has not, or that is over a hundred, the answer is
null.
"""

from collections.abc import Mapping
from typing import Any

from jmespath.exceptions import JMESPathTypeError
from jmespath.functions import signature

from ..model import catalog
from ..model.product import product_from, product_key
from .arguments import calls_in
from .known import NotKnown
from .places import RADIUS_MEND, Places, radius_of

ABOUT_PRODUCTS = ("stock", "in_stock", "stock_within")
TAKES = {"stock": "1 or 2", "in_stock": "1 or 2"}
_PRODUCT = {"types": ["string", "object", "null"]}


class Products(Places):
    """What is null gives null, and so does an object that names no product."""

    @signature({**_PRODUCT, "variadic": True})
    def _func_stock(self, product: Any, *store: Any) -> int | None:
        """How many pieces of a product there are, in all or in a store; null where the shop does not count them."""
        known, place = self._find("stock", product), _store("stock", store)
        return None if known is None or (store and place is None) else catalog.stock_of(known, place)

    @signature({**_PRODUCT, "variadic": True})
    def _func_in_stock(self, product: Any, *store: Any) -> bool | None:
        """Whether a product can be had, at all or in a store; where the shop does not count pieces, whether it is for sale."""
        known, place = self._find("in_stock", product), _store("in_stock", store)
        return None if known is None or (store and place is None) else catalog.in_stock(known, place)

    @signature(_PRODUCT, {"types": ["string"]})
    def _func_stock_within(self, product: Any, distance: str) -> int | None:
        """How many pieces of a product there are in the stores within a distance ('2km') of the customer; not known where the customer
        is: the condition does not hold."""
        radius = radius_of(distance)
        if radius is None:
            raise ValueError(f"stock_within() takes a distance - {RADIUS_MEND}")
        known, stores = self._find("stock_within", product), self.stores("stock_within", radius)
        return None if known is None else sum(catalog.stock_of(known, store) or 0 for store in stores)

    def _find(self, function: str, product: Any) -> Mapping[str, Any] | None:
        named = product if isinstance(product, str) else _key_of(product) if isinstance(product, dict) else None
        if not named:
            return None
        try:
            return self.ask(function).product(named)
        except KeyError:
            raise NotKnown(f"{function}() asks the catalog, and here is none") from None


def looks_at_products(parsed: dict[str, Any]) -> bool:
    """Whether an expression asks about the catalog."""
    return any(calls_in(parsed, *ABOUT_PRODUCTS))


def products_named(parsed: dict[str, Any]) -> list[str]:
    """The product keys that are written as they are in an expression."""
    return [call.arguments[0] for call in calls_in(parsed, *ABOUT_PRODUCTS) if call.arguments and isinstance(call.arguments[0], str)]


def store_in(node: dict[str, Any]) -> dict[str, Any] | None:
    """Where a call names a store as it is, as `stock('b-1', 'sofia-1')` and `contains(stores_within('2km'), 'sofia-1')` do; else None."""
    if node["type"] != "function_expression" or len(node["children"]) != 2:
        return None
    first, second = node["children"]
    in_list = node["value"] == "contains" and first.get("value") == "stores_within" and first["type"] == "function_expression"
    is_store = (node["value"] in TAKES or in_list) and second["type"] == "literal" and isinstance(second["value"], str)
    return second if is_store else None


def check_products(parsed: dict[str, Any]) -> None:
    """ValueError says what is wrong with what an expression asks about products."""
    for call in calls_in(parsed, *TAKES):
        if len(call.arguments) > 2:
            raise ValueError(f"{call.name}() takes {TAKES[call.name]}, not {len(call.arguments)} - "
                             f"write {call.name}(trigger.product) or {call.name}(trigger.product, 'sofia-1')")


def _key_of(product: dict[str, Any]) -> str | None:
    named = product if isinstance(product.get("productId"), str) else product_from(product)
    return None if named is None else product_key(named)


def _store(function: str, given: tuple[Any, ...]) -> str | None:
    if len(given) > 1:
        raise ValueError(f"{function}() takes {TAKES[function]}")
    if given and not (given[0] is None or isinstance(given[0], str)):
        raise JMESPathTypeError(function, given[0], type(given[0]).__name__, ["string", "null"])
    return given[0] if given else None
