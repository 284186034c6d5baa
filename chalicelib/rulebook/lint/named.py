"""named: what rules name that lies outside of the rules folder: stores and coupon pools."""

from collections.abc import Iterable, Iterator

from ...conditions.arguments import nodes_of
from ...conditions.condition import condition
from ...conditions.products import store_in
from ...triggers.proximity import Proximity
from ..rule import Rule
from ..source import Path as Place


def stores_named(rule: Rule) -> Iterator[tuple[Place, str]]:
    """The stores in a rule's own fields, and where they stand."""
    if isinstance(rule.trigger, Proximity):
        yield from ((("trigger", "stores", number), store) for number, store in enumerate(rule.trigger.stores or ()))
    for place, offer in rule.offers():
        yield from (((*place, "stores", number), store) for number, store in enumerate(offer.stores))


def pools_named(rule: Rule) -> Iterator[tuple[Place, str]]:
    """The coupon pools a rule offers codes of, and where it does."""
    yield from (((*place, "pool"), offer.pool) for place, offer in rule.offers() if offer.pool is not None)


def all_stores(rules: Iterable[Rule]) -> frozenset[str]:
    """Every store that rules name, in conditions too."""
    found = set()
    for rule in rules:
        found |= {store for _, store in stores_named(rule)}
        for text in rule.conditions:
            found |= {store["value"] for node in nodes_of(condition(text).parsed) if (store := store_in(node)) is not None}
    return frozenset(found)


def all_pools(rules: Iterable[Rule]) -> frozenset[str]:
    """Every coupon pool that rules name."""
    return frozenset(pool for rule in rules for _, pool in pools_named(rule))
