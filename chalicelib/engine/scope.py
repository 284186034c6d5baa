"""scope: what conditions and templates see of a customer. One form, the same everywhere."""

from typing import Any

from ..conditions.condition import Scope
from ..model.cart import Line, cart_currency, cart_value
from ..model.customer import Customer
from ..model.facts import NO_FACTS, Facts
from ..model.instant import format_instant
from ..model.orders import Orders
from ..model.products import Products, newest_products
from ..rulebook.rulebook import Rulebook
from .known import KnownOf


def customer_view(customer: Customer) -> dict[str, Any]:
    """`customer` in conditions and templates: traits under their own names, beside what Beckon knows, which comes first."""
    return {**customer.traits, "userId": customer.user_id, "locale": customer.locale, "timezone": customer.timezone,
            "audiences": sorted(customer.audiences), "orders": orders_view(customer.orders), "viewed": _products(customer.viewed),
            "bought": _products(customer.bought), "wishlist": _products(customer.wishlist), "requests": _products(customer.requests)}


def orders_view(orders: Orders) -> dict[str, Any]:
    """`customer.orders`: how many and how much, net of what was given back; `value` and `average` when all are of one currency."""
    totals = orders.totals()
    count, values = totals.get("count", 0), totals.get("values", {})
    currency, value = next(iter(values.items())) if len(values) == 1 else (None, None if values else 0)
    return {"count": count, "value": value, "currency": currency or None, "values": values,
            "average": round(value / count, 2) if count and value is not None else None,
            "cancelled": totals.get("cancelled", 0), "returned": totals.get("returned", 0),
            "first": format_instant(totals["first"]) if "first" in totals else None,
            "last": format_instant(totals["last"]) if "last" in totals else None}


def cart_view(lines: list[Line]) -> dict[str, Any]:
    """`cart`: lines, number of pieces, value, currency."""
    shown = [{name: value for name, value in line.items() if name != "at"} for line in lines]
    count = sum(line["quantity"] for line in lines)
    return {"products": shown, "count": count, "value": cart_value(lines), "currency": cart_currency(lines)}


def scope_of(customer: Customer, moment: int, rulebook: Rulebook | None = None, facts: Facts = NO_FACTS, **more: Any) -> Scope:
    """The scope of a condition at a moment (milliseconds): `customer`, `cart`, and `event` or `trigger` where there is one."""
    known = KnownOf(customer, moment, rulebook, facts)
    return Scope(more, known, {"customer": lambda: customer_view(customer), "cart": lambda: cart_view(customer.cart.lines())})


def _products(known: Products) -> list[dict[str, Any]]:
    return [{**product, "at": format_instant(product["at"])} for product in newest_products(known)]
