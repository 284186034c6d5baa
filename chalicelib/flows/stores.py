"""stores: what a feed says of the shop's stores is taken in, and what rules read of them is fetched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..model.customer import Customer
from ..model.errors import EventRejected
from ..model.event import Event
from ..model.instant import parse_instant
from ..model.ring import stores_in
from ..model.store import Document, Store, store_from
from ..ports import Ports
from ..rulebook.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class StoresTaken:
    """How many entries are new or changed something, how many said nothing new, and by their places (from 0) what is wrong with others."""

    stored: int
    duplicates: int
    refused: dict[int, EventRejected]


def take_stores(ports: Ports, entries: Sequence[Any]) -> StoresTaken:
    """Keep these stores, the words on one in their order; those that cannot be used are told, the others are kept.

    StoreUnavailable: the same again is safe.
    """
    now = ports.clock()
    good: dict[str, list[Store]] = {}
    refused: dict[int, EventRejected] = {}
    for number, entry in enumerate(entries):
        try:
            store = store_from(entry)
        except EventRejected as error:
            refused[number] = error
        else:
            good.setdefault(store.store_id, []).append(store)
    new = sum(ports.spread(lambda words: sum(_put(ports, store, now) for store in words), good.values()))
    duplicates = len(entries) - len(refused) - new
    for outcome, count in (("stored", new), ("duplicate", duplicates), ("refused", len(refused))):
        if count:
            ports.meter.count("stores", count, outcome=outcome)
    return StoresTaken(new, duplicates, refused)


def stores_for(ports: Ports, rulebook: Rulebook, customer: Customer | None, events: Iterable[Event] = (),
               data: Iterable[dict[str, Any]] = ()) -> dict[str, Document]:
    """The stores that events, a customer's memory and journeys, or what a trigger told name; none while no rule tells of stores."""
    if not rulebook.located:
        return {}
    ids = {id for event in events for id in stores_in(event.properties)}
    ids |= {told["storeId"] for told in data if "storeId" in told}
    if customer is not None:
        ids |= {journey.data["storeId"] for journey in customer.journeys.values() if "storeId" in journey.data}
        ids |= {key for rule in rulebook.located for key in customer.memory.get(rule, {}) if key}
    return ports.stores.find(sorted(ids)) if ids else {}


def _put(ports: Ports, store: Store, now: int) -> bool:
    at = parse_instant(store.timestamp)
    document = {name: value for name, value in store.document().items() if name != "timestamp"}
    return ports.stores.put(document, now if at is None else min(at, now))
