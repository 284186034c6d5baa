"""scope: what conditions and templates see of a customer. One form, the same everywhere."""

from typing import Any

from ..model.cart import Line, cart_currency, cart_value
from ..model.customer import Customer


def customer_view(customer: Customer) -> dict[str, Any]:
    """`customer` in conditions and templates: traits under their own names, beside what Beckon knows."""
    return {**customer.traits, "userId": customer.user_id, "locale": customer.locale, "timezone": customer.timezone}


def cart_view(lines: list[Line]) -> dict[str, Any]:
    """`cart`: lines, number of pieces, value, currency."""
    shown = [{name: value for name, value in line.items() if name != "at"} for line in lines]
    count = sum(line["quantity"] for line in lines)
    return {"products": shown, "count": count, "value": cart_value(lines), "currency": cart_currency(lines)}


def scope_of(customer: Customer, **more: Any) -> dict[str, Any]:
    """The scope of a condition: `customer`, `cart`, and `event` or `trigger` where there is one."""
    return {"customer": customer_view(customer), "cart": cart_view(customer.cart.lines()), **more}
