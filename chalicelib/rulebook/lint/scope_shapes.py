"""scope_shapes: what is known of all that conditions and templates see, as rules/README.md tells it. What a shop may add is left open."""

from collections.abc import Mapping

from ...model.dictionary import MOST_FIELDS, Entry
from .shape import ANYTHING, BOOLEAN, LIST, NUMBER, OBJECT, TEXT, Shape, at_least, list_of, object_of, perhaps

_PRODUCT = at_least(productId=TEXT, variant=perhaps(TEXT), name=perhaps(TEXT), brand=perhaps(TEXT), price=perhaps(NUMBER),
                    currency=perhaps(TEXT))
_DROP = at_least(productId=TEXT, price=NUMBER, was=NUMBER, saving=NUMBER, percent=NUMBER, currency=perhaps(TEXT), seenAt=TEXT)

CART = object_of(products=list_of(at_least(**_PRODUCT.fields or {}, quantity=NUMBER)), count=NUMBER, value=NUMBER, currency=perhaps(TEXT))
ORDERS = object_of(count=NUMBER, value=perhaps(NUMBER), currency=perhaps(TEXT), values=OBJECT, average=perhaps(NUMBER), cancelled=NUMBER,
                   returned=NUMBER, first=perhaps(TEXT), last=perhaps(TEXT))
CUSTOMER = at_least(userId=perhaps(TEXT), locale=perhaps(TEXT), timezone=perhaps(TEXT), audiences=list_of(TEXT), orders=ORDERS,
                    viewed=list_of(_PRODUCT), bought=list_of(_PRODUCT), wishlist=list_of(_PRODUCT), requests=list_of(_PRODUCT))
OFFER = object_of(code=TEXT, percent=perhaps(NUMBER), amount=perhaps(NUMBER), currency=perhaps(TEXT), validUntil=perhaps(ANYTHING),
                  stores=perhaps(LIST))
TOLD: Mapping[str, Shape] = {
    "abandonment": object_of(startedAt=TEXT, product=perhaps(_PRODUCT), products=perhaps(LIST), value=perhaps(NUMBER),
                             currency=perhaps(TEXT)),
    "back_in_stock": object_of(product=_PRODUCT, products=list_of(_PRODUCT), askedAt=TEXT),
    "event": object_of(event=OBJECT),
    "order_life": object_of(orderId=TEXT, total=perhaps(NUMBER), currency=perhaps(TEXT), products=perhaps(LIST), url=perhaps(TEXT),
                            trackingUrl=perhaps(TEXT), carrier=perhaps(TEXT), store=perhaps(TEXT), storeId=perhaps(TEXT),
                            pickupCode=perhaps(TEXT)),
    "price_drop": object_of(product=_DROP, products=list_of(_DROP)),
    "proximity": object_of(storeId=TEXT, on=TEXT, enteredAt=TEXT, store=OBJECT, products=perhaps(LIST)),
}
"""By kind what a trigger tells of its moment."""


def event_shape(entry: Entry | None) -> Shape:
    """An event of a name, of which perhaps some were seen."""
    return object_of(
        type=TEXT, event=TEXT, messageId=TEXT, timestamp=TEXT, receivedAt=TEXT, originalTimestamp=perhaps(TEXT), userId=perhaps(TEXT),
        anonymousId=perhaps(TEXT), previousId=perhaps(TEXT), properties=perhaps(properties_shape(entry)), traits=perhaps(OBJECT),
        context=perhaps(OBJECT), source=TEXT, signed=perhaps(BOOLEAN), past=perhaps(BOOLEAN))


def properties_shape(entry: Entry | None) -> Shape:
    """The properties of an event: of those that were seen their types. Others may come, so it is not closed."""
    if entry is None or len(entry.fields) >= MOST_FIELDS:
        return OBJECT
    seen = {path.removeprefix("properties."): frozenset(types) for path, types in entry.fields.items() if path.startswith("properties.")}
    return at_least(**{name: perhaps(Shape(types)) for name, types in seen.items() if "." not in name and '"' not in name
                       and not name.endswith("[]") and "other" not in types})


def trigger_shape(kind: str, entry: Entry | None) -> Shape:
    """What the trigger of a rule tells."""
    return object_of(event=properties_shape(entry)) if kind == "event" else TOLD.get(kind, OBJECT)
