"""cart: what lies in a customer's cart, and what lay in it at a moment just past.

Events of one customer arrive out of order. So the changes of the last quarter of an hour are kept as they came and the cart
is computed from them in the order of their own times; older ones are settled into lines. Whatever the order of arrival
within that span, the cart of a moment is the same.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from .instant import MINUTE
from .product import product_key
from .separation import each, whole

SETTLED_AFTER = 15 * MINUTE
MOST_LINES = 200
MOST_CHANGES = 64

Line = dict[str, Any]
Lines = dict[str, Line]
ChangeKind = Literal["add", "remove", "set", "order"]
_RANK = {"add": 0, "remove": 1, "set": 2, "order": 3}  # at equal times: put in, then taken out, then bought


@dataclass(slots=True)
class Cart:
    """Settled lines by product and variant, and recent changes `[at, kind, products, event id]` in the order of their times."""

    settled: Lines = field(default_factory=dict)
    changes: list[list[Any]] = field(default_factory=list)

    def change(self, at: int, kind: ChangeKind, products: list[Line], event_id: str, now: int) -> None:
        """Take in one change; what is older than a quarter of an hour is settled on the way."""
        self.changes.append([at, kind, products, event_id])
        self.changes.sort(key=lambda change: (change[0], _RANK[change[1]], change[3]))
        while self.changes and (self.changes[0][0] < now - SETTLED_AFTER or self._too_many()):
            _apply(self.settled, self.changes.pop(0))

    def _too_many(self) -> bool:
        return len(self.changes) > MOST_CHANGES or sum(len(change[2]) for change in self.changes) > 2 * MOST_LINES

    def lines(self, at: int | None = None) -> list[Line]:
        """The lines as of a moment (default: all that is known), oldest first."""
        lines = {key: dict(line) for key, line in self.settled.items()}
        for change in self.changes:
            if at is None or change[0] <= at:
                _apply(lines, change)
        return [lines[key] for key in sorted(lines, key=lambda key: (lines[key]["at"], key))]

    def document(self) -> list[Any]:
        """As stored; nothing for an empty cart."""
        return [self.settled, self.changes] if self.settled or self.changes else []

    @classmethod
    def read(cls, stored: list[Any]) -> "Cart":
        """The cart whose `document()` this is."""
        return cls(*stored)


_NEEDED = ("productId", "variant", "quantity", "price", "currency", "at")


def lighten_cart(cart: Cart) -> bool:
    """First the older half of what has descriptions keeps only what it is and costs, then the older half goes."""
    while cart.changes:
        _apply(cart.settled, cart.changes.pop(0))
    oldest = sorted(cart.settled, key=lambda key: (cart.settled[key]["at"], key))
    described = [key for key in oldest if set(cart.settled[key]) - set(_NEEDED)]
    for key in described[:len(described) // 2 + 1]:
        cart.settled[key] = {name: value for name, value in cart.settled[key].items() if name in _NEEDED}
    if not described:
        for key in oldest[:len(oldest) // 2]:
            del cart.settled[key]
    return bool(described) or len(oldest) > 1


def join_carts(mine: Cart, theirs: Cart, now: int) -> Cart:
    """Two carts of the same person, line by line; of the same line the newest wins."""
    for key, line in theirs.settled.items():
        held = mine.settled.get(key)
        if held is None or held["at"] < line["at"]:
            mine.settled[key] = dict(line)
    known = {change[3] for change in mine.changes}
    for at, kind, products, event_id in theirs.changes:
        if event_id not in known:
            mine.change(at, kind, products, event_id, now)
    _bound(mine.settled)
    return mine


def separate_carts(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """Two carts again, line by line. What was bought or taken out since goes back to nobody. Changes are settled on the way."""
    mine, both, today, other = (_settled(document) for document in (before, after, now, theirs))
    stays, _ = each(whole)(mine, both, today, None)
    back = {key: line for key, line in other.items() if key in today or key not in both}
    return Cart(stays).document(), Cart(back).document()


def cart_value(lines: list[Line]) -> float:
    """The sum of price times quantity, rounded to a hundredth; lines without a price count nothing."""
    total: float = sum(line.get("price", 0) * line["quantity"] for line in lines)
    return round(total, 2)


def cart_currency(lines: list[Line]) -> str | None:
    """The currency all priced lines share, None when they name none or differ."""
    named = {line["currency"] for line in lines if line.get("currency")}
    return named.pop() if len(named) == 1 else None


def _settled(document: list[Any] | None) -> Lines:
    cart = Cart.read(document or [])
    lines = {key: dict(line) for key, line in cart.settled.items()}
    for change in cart.changes:
        _apply(lines, change)
    return lines


def _apply(lines: Lines, change: list[Any]) -> None:
    at, kind, products, _ = change
    match kind:
        case "add":
            for product in products:
                line = lines.get(product_key(product), {"quantity": 0, "at": at})
                known = {**line, **product} if at >= line["at"] else {**product, **line}
                lines[product_key(product)] = {**known, "quantity": line["quantity"] + product["quantity"], "at": max(at, line["at"])}
        case "remove":
            for product in products:
                held = lines.get(product_key(product))
                if held is None or held["at"] > at:
                    continue
                left = held["quantity"] - product["quantity"]
                if left > 0:
                    lines[product_key(product)] = {**held, "quantity": left, "at": at}
                else:
                    del lines[product_key(product)]
        case "set":
            for key in [key for key, line in lines.items() if line["at"] <= at]:
                del lines[key]
            for product in products:
                if product_key(product) not in lines:
                    lines[product_key(product)] = {**product, "at": at}
        case "order":
            older = {key for key, line in lines.items() if line["at"] <= at}
            if not products or older & {product_key(product) for product in products}:
                for key in older:
                    del lines[key]
    _bound(lines)


def _bound(lines: Lines) -> None:
    """The oldest lines go when a cart has more than 200: no person fills such a cart, a robot does."""
    while len(lines) > MOST_LINES:
        del lines[min(lines, key=lambda key: (lines[key]["at"], key))]
