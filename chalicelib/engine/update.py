"""update: what an event changes in the customer's picture: the cart, by the events of Segment's e-commerce specification V2."""

from ..model.cart import ChangeKind
from ..model.customer import Customer
from ..model.event import Event
from ..model.product import product_from, products_from, quantity_of

_SINGLE: dict[str, ChangeKind] = {"Product Added": "add", "Product Removed": "remove"}
_WHOLE: dict[str, ChangeKind] = {"Cart Viewed": "set", "Cart Updated": "set", "Order Completed": "order"}
_EMPTYING = "Cart Emptied"


def update(customer: Customer, event: Event) -> None:
    """Take the event into the cart. A cart event that names no product changes nothing.

    What is old is judged by when the event arrived, not by when it is folded: after an outage both may be hours apart.
    """
    if event.type != "track" or event.name is None:
        return
    if event.name in _SINGLE:
        product = product_from(event.properties)
        if product:
            pieces = {**product, "quantity": quantity_of(event.properties)}
            customer.cart.change(event.at, _SINGLE[event.name], [pieces], event.id, event.received_at)
    elif event.name in _WHOLE:
        products = products_from(event.properties)
        if products or event.name == "Order Completed" or event.properties.get("products") == []:
            customer.cart.change(event.at, _WHOLE[event.name], products, event.id, event.received_at)
    elif event.name == _EMPTYING:
        customer.cart.change(event.at, "set", [], event.id, event.received_at)
