"""needed: which products of the catalog the evaluator will want to see, so that the flow fetches them first, and none for other rules.

An open journey's come before others: it has promised something, if it is not in shadow. What is over a hundred is not fetched, and so is
as if it were not in the catalog: no offer is made of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from ..model.customer import Customer
from ..model.decision import Message
from ..model.event import TIMER_DUE, Event
from ..model.product import product_from, product_key, products_from
from ..model.ring import stores_in
from ..rulebook.rulebook import Rulebook
from ..triggers.trigger import ReadsCatalog
from .cascade import only_sent

MOST_PRODUCTS = 100  # one batch read


def products_needed(customer: Customer, events: Sequence[Event], rulebook: Rulebook) -> list[str]:
    """Product keys that rules which look at the catalog may ask for: those of their open journeys, newest first; what they wait for
    themselves, when a timer is due or somebody is near a store; those of the events they listen to, newest first."""
    if not rulebook.reads_catalog:
        return []
    named = dict.fromkeys(_of_journeys(customer, rulebook))
    if any(event.name == TIMER_DUE and event.type == "engine" for event in events):
        named |= dict.fromkeys(_of_timers(customer, rulebook))
    if any(stores_in(event.properties) for event in events):
        named |= dict.fromkeys(key for trigger in rulebook.located.values() for key in trigger.looks_at({}, customer))
        named |= dict.fromkeys(_named_in(events))  # what was looked at a moment before came in the same batch
    named |= dict.fromkeys(_of_events(events, rulebook))
    return list(islice(named, MOST_PRODUCTS))


def deliveries_needed(customer: Customer, events: Sequence[Event], rulebook: Rulebook, now: int) -> list[str]:
    """The messages that cascades whose wait is over want to know of whether they left."""
    if not any(event.name == TIMER_DUE and event.type == "engine" for event in events):
        return []
    return [key for journey in customer.journeys.values() if journey.status == "open" and journey.tries and (journey.due or now) <= now
            for rule in [rulebook.rules.get(journey.rule)] if rule is not None and journey.step <= len(rule.steps)
            for key in only_sent(journey, rule.steps[journey.step - 1], rulebook.tracking(rule.id).clicks)]


def products_of_message(message: Message, rulebook: Rulebook) -> list[str]:
    """Product keys that the last gate will ask for."""
    return list(islice(dict.fromkeys(_shown(message.data)), MOST_PRODUCTS)) if _reader(rulebook, message.rule) else []


def _of_journeys(customer: Customer, rulebook: Rulebook) -> Iterable[str]:
    for journey in sorted(customer.journeys.values(), key=lambda journey: (bool(journey.shadow), -journey.entered, journey.id)):
        if journey.status == "open" and _reader(rulebook, journey.rule):
            yield from _shown(journey.data)


def _of_timers(customer: Customer, rulebook: Rulebook) -> Iterable[str]:
    for rule_id, memory in sorted(customer.memory.items()):
        reader = _reader(rulebook, rule_id)
        if reader:
            yield from islice(reader.looks_at(memory, customer), MOST_PRODUCTS)


def _of_events(events: Sequence[Event], rulebook: Rulebook) -> Iterable[str]:
    for event in sorted(events, key=lambda event: (-event.at, event.id)):
        if any(_reader(rulebook, rule.id) for rule in rulebook.listening.get(event.name or "", ())):
            yield from _named_in([event])


def _named_in(events: Iterable[Event]) -> Iterable[str]:
    for event in events:
        product = product_from(event.properties)
        yield from (product_key(named) for named in [*([product] if product else []), *products_from(event.properties)])


def _reader(rulebook: Rulebook, rule_id: str) -> ReadsCatalog | None:
    """The trigger of a rule that runs and looks at the catalog."""
    rule = rulebook.rules.get(rule_id)
    return rule.trigger if rule is not None and rule.running and isinstance(rule.trigger, ReadsCatalog) else None


def _shown(data: Mapping[str, Any]) -> Iterable[str]:
    """The products in what a trigger knows: `product` and `products`."""
    for product in (data.get("product"), *data.get("products", ())):
        if isinstance(product, Mapping) and product.get("productId"):
            yield product_key(dict(product))
