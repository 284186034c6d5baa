"""update: what an event changes in the customer's picture, by the names of Segment's e-commerce specification V2.

Source: https://segment.com/docs/connections/spec/ecommerce/v2/, and the life of an order under the names that are common.
"""

from ..model.cart import ChangeKind, Line
from ..model.contacts import CONTACTS, note_contact
from ..model.customer import Customer
from ..model.event import Event
from ..model.product import amount_of, product_from, products_from, quantity_of
from ..model.products import MOST_BOUGHT, MOST_REQUESTED, MOST_VIEWED, MOST_WISHED, forget_product, note_product
from ..model.recent import short_id

_CART_SINGLE: dict[str, ChangeKind] = {"Product Added": "add", "Product Removed": "remove", "Wishlist Product Added to Cart": "add"}
_CART_WHOLE: dict[str, ChangeKind] = {"Cart Viewed": "set", "Cart Updated": "set", "Order Completed": "order"}
_CART_EMPTYING = "Cart Emptied"
_ORDER_MADE = ("Order Completed", "Order Updated")
_ORDER_STATES = {"Order Confirmed": "confirmed", "Order Shipped": "shipped", "Order Ready For Pickup": "ready",
                 "Order Delivered": "delivered", "Order Cancelled": "cancelled"}
_ORDER_REFUNDED = "Order Refunded"
UNDERSTOOD = frozenset({*CONTACTS, *_CART_SINGLE, *_CART_WHOLE, _CART_EMPTYING, *_ORDER_MADE, *_ORDER_STATES, _ORDER_REFUNDED,
                        "Product Viewed", "Product Added to Wishlist", "Product Removed from Wishlist",
                        "Product Back In Stock Requested", "Product Back In Stock Request Cancelled"})
"""The names of the events that change the picture."""


def update(customer: Customer, event: Event) -> None:
    """Take the event into the picture. One that names no product where it should, or no order, changes nothing.

    What is old is judged by when the event arrived, not by when it is folded: after an outage both may be hours apart.
    """
    if event.type != "track" or event.name not in UNDERSTOOD:
        return
    products = products_from(event.properties)
    _update_cart(customer, event, products)
    _update_products(customer, event, products)
    if event.counts:
        _update_orders(customer, event, products)
    note_contact(customer.contacts, event)


def _update_cart(customer: Customer, event: Event, products: list[Line]) -> None:
    name = event.name or ""
    if name in _CART_SINGLE:
        product = product_from(event.properties)
        if product:
            pieces = {**product, "quantity": quantity_of(event.properties)}
            customer.cart.change(event.at, _CART_SINGLE[name], [pieces], event.id, event.received_at)
    elif name in _CART_WHOLE:
        if products or name == "Order Completed" or event.properties.get("products") == []:
            customer.cart.change(event.at, _CART_WHOLE[name], products, event.id, event.received_at)
    elif name == _CART_EMPTYING:
        customer.cart.change(event.at, "set", [], event.id, event.received_at)


def _update_products(customer: Customer, event: Event, products: list[Line]) -> None:
    if event.name == "Order Completed":
        for bought in products:
            note_product(customer.bought, bought, event.at, MOST_BOUGHT)
        return
    product = product_from(event.properties)
    if product is None:
        return
    match event.name:
        case "Product Viewed":
            note_product(customer.viewed, product, event.at, MOST_VIEWED)
        case "Product Added to Wishlist":
            note_product(customer.wishlist, product, event.at, MOST_WISHED)
        case "Product Removed from Wishlist":
            forget_product(customer.wishlist, product, event.at, MOST_WISHED)
        case "Product Back In Stock Requested":
            note_product(customer.requests, product, event.at, MOST_REQUESTED)
        case "Product Back In Stock Request Cancelled":
            forget_product(customer.requests, product, event.at, MOST_REQUESTED)


def _update_orders(customer: Customer, event: Event, products: list[Line]) -> None:
    """An order without an id of its own goes by the id of the event."""
    name, said = event.name or "", event.properties
    given = said.get("order_id")
    order = str(given).strip()[:80] if isinstance(given, (str, int)) and str(given).strip() else event.id
    currency = said["currency"][:3].upper() if isinstance(said.get("currency"), str) else None
    if name in _ORDER_MADE:
        worth = amount_of(said, "total", "revenue", "value", "subtotal")
        if worth is None:
            worth = round(sum(product.get("price", 0) * product["quantity"] for product in products), 2)
        customer.orders.made(order, event.at, worth, currency, sum(product["quantity"] for product in products), customer.id)
    elif name in _ORDER_STATES:
        customer.orders.stated(order, event.at, _ORDER_STATES[name], customer.id)
    elif name == _ORDER_REFUNDED:
        customer.orders.refunded(order, _refund_of(event, products), currency, short_id(event.id), customer.id)


def _refund_of(event: Event, products: list[Line]) -> float | None:
    """How much went back: the amount it names, else what the returned products cost; None, everything, when it names neither."""
    amount = amount_of(event.properties, "total", "revenue", "value", "amount")
    if amount is not None or not products:
        return None if amount is None else abs(amount)
    return round(sum(product.get("price", 0) * product["quantity"] for product in products), 2)
