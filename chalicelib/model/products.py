"""products: the products a customer looked at, bought, wishes for or waits for, by product and variant, each with the moment of the last
word on it. Whatever the order in which the words arrive, the latest counts.
"""

from collections.abc import Iterable
from typing import Any

from .instant import DAY
from .part import Join
from .product import product_key

MOST_VIEWED = 20
MOST_BOUGHT = 40
MOST_WISHED = 50
MOST_REQUESTED = 50
REQUESTS_LAPSE = 90 * DAY  # whoever asked to be told when it is there again does not want to hear it after that
_KEPT = ("productId", "variant", "name", "price", "currency", "brand")
_LONGEST = 80

Products = dict[str, list[Any]]
"""By product and variant: `[at, what is known of the product]`, or `[at]` when the last word was that it is no longer wished for."""


def note_product(known: Products, product: dict[str, Any], at: int, most: int) -> None:
    """It was looked at, bought or wished for at this moment (milliseconds)."""
    _take(known, product_key(product), [at, {name: _short(product[name]) for name in _KEPT if name in product}], most)


def forget_product(known: Products, product: dict[str, Any], at: int, most: int) -> None:
    """From this moment on it is not wished for any more. The word is kept, so that an earlier wish that comes late stays without effect."""
    _take(known, product_key(product), [at], most)


def forget_products(known: Products, before: int) -> None:
    """Words of before a moment go."""
    for key in [key for key, word in known.items() if word[0] < before]:
        del known[key]


def newest_products(known: Products, since: int = 0) -> list[dict[str, Any]]:
    """The products, the newest first, each with `at`; those of before a moment left out."""
    words = sorted(((word[0], key, word[1]) for key, word in known.items() if len(word) > 1 and word[0] >= since), reverse=True)
    return [{**product, "at": at} for at, _, product in words]


def join_products(most: int) -> Join:
    """All of both, of two words on a product the later."""

    def join(mine: Products, theirs: Products, now: int) -> Products:
        for key, word in theirs.items():
            _take(mine, key, word, most)
        return mine

    return join


def lighten_products(known: Products) -> bool:
    """The older half goes."""
    old = list(_oldest(known, len(known) // 2))
    for key in old:
        del known[key]
    return bool(old)


def _take(known: Products, key: str, word: list[Any], most: int) -> None:
    held = known.get(key)
    if held is None or (held[0], len(held) == 1) < (word[0], len(word) == 1):  # of two at one moment: no longer
        known[key] = word
    for old in _oldest(known, len(known) - most):
        del known[old]


def _oldest(known: Products, number: int) -> Iterable[str]:
    """Those that go first: words that something is not wished for any more, then the oldest."""
    return sorted(known, key=lambda key: (len(known[key]) > 1, known[key][0], key))[:max(0, number)]


def _short(value: Any) -> Any:
    return value[:_LONGEST] if isinstance(value, str) else value
