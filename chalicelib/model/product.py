"""product: what an e-commerce event says of a product, under Beckon's own names.

The mapping from Segment's property names (https://segment.com/docs/connections/spec/ecommerce/v2/) is written here only.
"""

from typing import Any

OUR_NAME = {
    "product_id": "productId", "variant": "variant", "name": "name", "brand": "brand", "price": "price", "currency": "currency",
    "url": "url", "image_url": "imageUrl",
}
_TEXT_LIMIT = 300
_MOST_PRICE = 10**12  # beyond it stands a mistake or an attack, and sums that no JSON can hold


def product_from(properties: dict[str, Any]) -> dict[str, Any] | None:
    """The product these properties describe, or None when they name none. Numbers stay numbers, texts are cut at 300 characters."""
    found: dict[str, Any] = {}
    for theirs, ours in OUR_NAME.items():
        value = properties.get(theirs)
        if isinstance(value, str) and value.strip():
            found[ours] = value.strip()[:_TEXT_LIMIT]
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            found[ours] = value if ours == "price" else str(value)[:_TEXT_LIMIT]
    price = found.get("price", 0)
    if isinstance(price, str) or not -_MOST_PRICE <= price <= _MOST_PRICE:
        found.pop("price")
    return found if "productId" in found else None


def products_from(properties: dict[str, Any]) -> list[dict[str, Any]]:
    """The products of a list event (`properties.products`), each with its `quantity`."""
    listed = properties.get("products")
    products = []
    for entry in listed if isinstance(listed, list) else []:
        product = product_from(entry) if isinstance(entry, dict) else None
        if product:
            products.append({"currency": properties.get("currency"), **product, "quantity": quantity_of(entry)}
                            if isinstance(properties.get("currency"), str) else {**product, "quantity": quantity_of(entry)})
    return products


def product_key(product: dict[str, Any]) -> str:
    """What tells a product from every other: its id, with the variant if it has one."""
    return f"{product['productId']}/{product['variant']}" if product.get("variant") else str(product["productId"])


def amount_of(properties: dict[str, Any], *names: str) -> float | None:
    """The first of these properties that is an amount of money, None when none is."""
    for name in names:
        value = properties.get(name)
        if isinstance(value, str):
            try:
                value = float(value.strip()[:20])
            except ValueError:
                continue
        if isinstance(value, (int, float)) and not isinstance(value, bool) and -_MOST_PRICE <= value <= _MOST_PRICE:
            return value
    return None


def quantity_of(properties: dict[str, Any]) -> int:
    """How many pieces: a whole number of at least 1; what is missing or unreadable counts as 1."""
    value = properties.get("quantity")
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value.strip()[:9])
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 1 <= value <= 1_000_000:
        return 1
    return int(value)
