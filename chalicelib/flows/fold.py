"""fold: takes events into customers' states: per customer load once, advance through all, commit with one conditional put."""

import json
from collections.abc import Sequence
from dataclasses import replace

from ..engine.advance import advance
from ..engine.erase import holds_erased, is_erased
from ..engine.needed import deliveries_needed, products_needed
from ..engine.progress import reach, standing
from ..engine.remember import past_needed
from ..model.customer import Customer, customer_from
from ..model.errors import ConcurrentUpdate, ItemTooLarge, StoreUnavailable
from ..model.event import (
    CUSTOMER_ABSORBED,
    CUSTOMER_RESTORED,
    ERASURE_ASKED,
    MERGE_JOURNALED,
    MERGE_MOVED,
    SEPARATION_ASKED,
    TIMER_DUE,
    Arrival,
    Event,
)
from ..model.facts import NO_FACTS, Facts
from ..model.instant import HOUR
from ..model.outcome import Erase, Restore, Return, Unregister
from ..ports import CustomerRecord, Parked, Ports
from .separation import journal_of
from .stores import stores_for

MOST_TRIES = 6
_OUTLIVES = (Erase, Restore, Return, Unregister)  # an erasure; other effects are about what was erased
MOST_PAST = 2_000  # events of one record, when a rule asks anew about the past


def fold(ports: Ports, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Fold a batch. Returns the arrivals that must come again, because their customer could not be loaded or committed.

    An event that cannot be processed is parked whole and never stops the others. What is in a state already changes nothing.
    """
    now, rulebook = ports.clock(), ports.rulebook()
    ports = replace(ports, rulebook=lambda: rulebook)
    by_customer: dict[str, list[Arrival]] = {}
    for arrival in arrivals:
        by_customer.setdefault(arrival.customer, []).append(arrival)
    return [again for failed in ports.spread(lambda group: _fold_customer(ports, group, now), by_customer.values()) for again in failed]


def _fold_customer(ports: Ports, arrivals: list[Arrival], now: int) -> list[Arrival]:
    in_order = sorted(arrivals, key=_order)
    try:
        for _ in range(MOST_TRIES):
            try:
                _apply(ports, in_order, now)
                return []
            except ConcurrentUpdate:
                continue  # somebody was faster: on the newest state again
    except ItemTooLarge as error:  # it never will fit: set what came aside whole and let the others go on
        for arrival in in_order:
            _park(ports, arrival, now, error)
        return []
    except (StoreUnavailable, ValueError):  # a ValueError: a state written by a later version; this one must not touch it
        ports.meter.count("fold_retried", len(arrivals))
    return arrivals


def _order(arrival: Arrival) -> tuple[bool, int, int, str]:
    """By time; but who is back is so for all that comes with the word of it, also for what happened a moment before."""
    return arrival.event.name != CUSTOMER_RESTORED, arrival.event.at, arrival.position.sequence if arrival.position else 0, arrival.event.id


def _key(arrival: Arrival) -> tuple[str, int | None]:
    """By what the log knows an event of one customer."""
    return arrival.event.id, arrival.event.client_time


def _apply(ports: Ports, arrivals: list[Arrival], now: int) -> None:
    customer = arrivals[0].customer
    record = ports.customers.load(customer) or CustomerRecord(Customer(customer), [], 0)
    fresh, erased = [], set()
    for arrival in arrivals:
        match standing(record.state, arrival):
            case "new":
                fresh.append(arrival)
            case "erased":
                erased.add(_key(arrival))
            case "forgotten":
                ports.meter.count("events", outcome="forgotten", source="replay")
            case "applied":
                ports.meter.count("events", outcome="redelivered", source="stream")
    facts = _facts(ports, record.state, [arrival.event for arrival in fresh], now) if fresh else NO_FACTS
    for arrival in fresh:
        if is_erased(record.state, arrival.event):  # since a moment ago: the erasure was asked for in this very batch
            erased.add(_key(arrival))
            continue
        merged_into = record.state.merged_into
        if merged_into and _concerns_survivor(arrival.event):
            ports.events.append(merged_into, arrival.event)
            if arrival.event.name == CUSTOMER_ABSORBED:
                _tell_where(ports, arrival.event, merged_into, now)
        if not merged_into or arrival.event.name in (TIMER_DUE, ERASURE_ASKED, CUSTOMER_RESTORED, MERGE_MOVED):
            _advance(ports, record, arrival, facts, now)
            facts = replace(facts, past=None)
            if arrival.event.name in (CUSTOMER_ABSORBED, CUSTOMER_RESTORED):  # what came with it asks for products and stores of its own
                facts = _facts(ports, record.state, [later.event for later in fresh], now)
        else:  # it is the other's, also when this record should be somebody of its own again
            record.state.recent.add(arrival.event.id, arrival.event.received_at)
    for arrival in arrivals:
        if _key(arrival) in erased or holds_erased(record.state, arrival.event):
            ports.events.remove(customer, arrival.event)
            ports.meter.count("events", outcome="erased", source="stream")
    if not fresh:
        return
    for arrival in arrivals:
        reach(record.state, arrival.position)
    ports.customers.commit(record)


def _facts(ports: Ports, state: Customer, events: list[Event], now: int) -> Facts:
    """Products and stores that rules will look at, in one batch read each, and the customer's past when a rule asks anew about it, in one
    bounded look into the log; none of them for anybody else."""
    rulebook = ports.rulebook()
    needed = products_needed(state, events, rulebook)
    facts = Facts(products=ports.products.find(needed) if needed else {}, stores=stores_for(ports, rulebook, state, events),
                  sent=frozenset(key for key in deliveries_needed(state, events, rulebook, now) if _may_have_left(ports, key)))
    if not past_needed(state, rulebook.asks, now):
        return facts
    return replace(facts, past=_past(ports, state))


def _past(ports: Ports, *states: Customer) -> list[Event]:
    records = dict.fromkeys(record for state in states for record in (*state.absorbed[-20:], state.id))
    return list({event.id: event for record in records for event in ports.events.latest(record, MOST_PAST)}.values())


def _may_have_left(ports: Ports, key: str) -> bool:
    delivery = ports.deliveries.get(key)
    return delivery is not None and delivery.status in ("calling", "sent")


def _concerns_survivor(event: Event) -> bool:
    """Whether what reaches a merged record is to reach the person it is now.

    All but its own ring, its own part of an erasure, and what tells of its own merges.
    """
    if event.name == ERASURE_ASKED:
        return not event.properties.get("follows")
    return event.name not in (TIMER_DUE, CUSTOMER_RESTORED, MERGE_JOURNALED, MERGE_MOVED)


def _tell_where(ports: Ports, absorbed: Event, survivor: str, now: int) -> None:
    """Tell a record whose state came to one that had joined another meanwhile which that other is."""
    number = absorbed.properties["state"].get("restored", 0)
    ports.events.append(absorbed.properties["from"], Event(
        id=f"moved-{survivor}-{number}", type="engine", name=MERGE_MOVED, at=now, received_at=now, source="engine",
        properties={"into": survivor, "number": number}))


def _advance(ports: Ports, record: CustomerRecord, arrival: Arrival, facts: Facts, now: int) -> None:
    event = arrival.event
    if event.name == SEPARATION_ASKED:
        facts = replace(facts, journal=journal_of(ports, record, event))
    if event.name == CUSTOMER_ABSORBED:
        other = customer_from(event.properties["state"])
        if past_needed(other, ports.rulebook().asks, now):  # it was frozen before all was asked that is asked now
            facts = replace(facts, past=_past(ports, other, record.state))
    try:
        outcome = advance(record.state, event, facts, ports.rulebook(), now)
    except Exception as error:  # whatever it is: one bad event must not stop a customer, let alone a shard
        _park(ports, arrival, now, error)
        if event.name == TIMER_DUE:
            record.state.ring, record.state.rings = now + HOUR, record.state.rings + 1  # the timers ring again when this is mended
        return
    if event.name == ERASURE_ASKED:
        record.outbox = [effect for effect in record.outbox if isinstance(effect, _OUTLIVES)]
    record.state = outcome.state
    record.outbox += outcome.effects


def _park(ports: Ports, arrival: Arrival, now: int, error: Exception) -> None:
    """Set an event aside whole, with the reason; once mended, a replay takes it in."""
    reason, body = f"{type(error).__name__}: {error}"[:500], json.dumps(arrival.event.document())
    ports.parking.park(Parked("fold", f"{arrival.customer}#{arrival.event.id}", now, reason, body))
    ports.meter.count("events", outcome="parked", source="fold")
