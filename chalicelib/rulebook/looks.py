"""looks: which products conditions may ask the catalog about, known from their texts."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..conditions.condition import asking
from ..conditions.mistakes import roots
from ..conditions.products import ABOUT_PRODUCTS, looks_at_products, products_named


@dataclass(frozen=True, slots=True)
class Looks:
    """Products by the keys that are written, and those in what is seen by these names: `event`, `customer`, `cart`, `trigger`."""

    keys: tuple[str, ...]
    seen: frozenset[str]

    def __or__(self, other: "Looks") -> "Looks":
        return Looks(tuple(dict.fromkeys((*self.keys, *other.keys))), self.seen | other.seen)


def looks_of(texts: Iterable[str]) -> Looks | None:
    """What these conditions may ask about; None when they ask the catalog nothing."""
    looking = [parsed for parsed in asking(texts, *ABOUT_PRODUCTS) if looks_at_products(parsed)]
    if not looking:
        return None
    return Looks(tuple(dict.fromkeys(key for parsed in looking for key in products_named(parsed))),
                 frozenset(name for parsed in looking for name in roots(parsed)))
