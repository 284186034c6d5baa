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
from ..model.products import newest_products
from ..model.ring import stores_in
from ..rulebook.looks import Looks
from ..rulebook.rulebook import Rulebook
from ..triggers.trigger import ReadsCatalog, has
from .cascade import only_sent
from .kinds import reads

MOST_PRODUCTS = 100  # one batch read


def products_needed(customer: Customer, events: Sequence[Event], rulebook: Rulebook) -> list[str]:
    """Product keys that rules which look at the catalog may ask for: those of their open journeys, newest first; what they wait for
    themselves, when a timer is due or somebody is near a store; those of the events they listen to, newest first; what their conditions
    may name besides."""
    if not rulebook.reads_catalog:
        return []
    named = dict.fromkeys(_of_journeys(customer, rulebook))
    if any(event.name == TIMER_DUE and event.type == "engine" for event in events):
        named |= dict.fromkeys(_of_timers(customer, rulebook))
    if any(stores_in(event.properties) for event in events):
        named |= dict.fromkeys(key for trigger in rulebook.located.values() for key in trigger.looks_at({}, customer))
        named |= dict.fromkeys(_named_in(events))  # what was looked at a moment before came in the same batch
    named |= dict.fromkeys(_of_events(events, rulebook))
    for looks in _asked(customer, events, rulebook):
        named |= dict.fromkeys(_of_conditions(looks, customer))
        if looks.seen & {"cart", "customer"}:
            named |= dict.fromkeys(_named_in(events))  # what comes into the cart in this very batch
    return list(islice(named, MOST_PRODUCTS))


def deliveries_needed(customer: Customer, events: Sequence[Event], rulebook: Rulebook, now: int) -> list[str]:
    """The messages that cascades whose wait is over want to know of whether they left."""
    if not any(event.name == TIMER_DUE and event.type == "engine" for event in events):
        return []
    return [key for journey in customer.journeys.values() if journey.status == "open" and journey.tries and (journey.due or now) <= now
            for rule in [rulebook.rules.get(journey.rule)] if rule is not None and journey.step <= len(rule.steps)
            for key in only_sent(journey, rule.steps[journey.step - 1], rulebook.tracking(rule.id).clicks)]


def products_of_message(message: Message, customer: Customer, rulebook: Rulebook) -> list[str]:
    """Product keys that the last gate will ask for."""
    if not _is_reader(rulebook, message.rule):
        return []
    looks = rulebook.looks.get(message.rule)
    return list(islice(dict.fromkeys([*_shown(message.data), *(_of_conditions(looks, customer) if looks else ())]), MOST_PRODUCTS))


def _of_journeys(customer: Customer, rulebook: Rulebook) -> Iterable[str]:
    for journey in sorted(customer.journeys.values(), key=lambda journey: (bool(journey.shadow), -journey.entered, journey.id)):
        if journey.status == "open" and _is_reader(rulebook, journey.rule):
            yield from _shown(journey.data)


def _of_timers(customer: Customer, rulebook: Rulebook) -> Iterable[str]:
    for rule_id, memory in sorted(customer.memory.items()):
        reader = _reader(rulebook, rule_id)
        if reader and reads(customer, rulebook.rules[rule_id]):
            yield from islice(reader.looks_at(memory, customer), MOST_PRODUCTS)
        if rule_id in rulebook.looks:
            yield from islice(_in_memory(memory), MOST_PRODUCTS)


def _of_events(events: Sequence[Event], rulebook: Rulebook) -> Iterable[str]:
    for event in sorted(events, key=lambda event: (-event.at, event.id)):
        if event.name in rulebook.looks_on or any(_reader(rulebook, rule.id) for rule in rulebook.listening.get(event.name or "", ())):
            yield from _named_in([event])


def _named_in(events: Iterable[Event]) -> Iterable[str]:
    for event in events:
        yield from _named_by(event.properties)


def _named_by(properties: dict[str, Any]) -> Iterable[str]:
    product = product_from(properties)
    yield from (product_key(named) for named in [*([product] if product else []), *products_from(properties)])


def _asked(customer: Customer, events: Sequence[Event], rulebook: Rulebook) -> Iterable[Looks]:
    """What the conditions may ask about that these events make be asked: of rules that listen to them; when a timer is due or something is
    told of a message, of those that remember something or have begun."""
    yield from (rulebook.looks_on[name] for name in dict.fromkeys(event.name or "" for event in events) if name in rulebook.looks_on)
    if any(event.type == "engine" for event in events):
        begun = (journey.rule for journey in customer.journeys.values() if journey.status == "open")
        yield from (rulebook.looks[rule] for rule in dict.fromkeys([*begun, *customer.memory]) if rule in rulebook.looks)


def _of_conditions(looks: Looks, customer: Customer) -> Iterable[str]:
    """What a rule's conditions name, or may name of what they see."""
    yield from looks.keys
    if "cart" in looks.seen:
        yield from (product_key(line) for line in customer.cart.lines())
    if "customer" in looks.seen:
        for known in (customer.viewed, customer.wishlist, customer.requests, customer.bought):
            yield from map(product_key, newest_products(known))


def _in_memory(marks: Any) -> Iterable[str]:
    """The products in what a trigger remembers, whatever its form."""
    if isinstance(marks, Mapping) and marks.get("productId"):
        yield product_key(dict(marks))
    elif isinstance(marks, (Mapping, list)):
        for part in marks.values() if isinstance(marks, Mapping) else marks:
            yield from _in_memory(part)


def _is_reader(rulebook: Rulebook, rule_id: str) -> bool:
    """Whether a rule that runs looks at the catalog, by its trigger or by its conditions."""
    return rule_id in rulebook.looks or _reader(rulebook, rule_id) is not None


def _reader(rulebook: Rulebook, rule_id: str) -> ReadsCatalog | None:
    """The trigger of a rule that runs and looks at the catalog."""
    rule = rulebook.rules.get(rule_id)
    return rule.trigger if rule is not None and rule.running and has(rule.trigger, ReadsCatalog) else None


def _shown(data: Mapping[str, Any]) -> Iterable[str]:
    """The products in what a trigger knows: `product` and `products`, and those of an event."""
    event = data.get("event")
    if isinstance(event, Mapping):
        yield from _named_by(dict(event))
    for product in (data.get("product"), *data.get("products", ())):
        if isinstance(product, Mapping) and product.get("productId"):
            yield product_key(dict(product))
