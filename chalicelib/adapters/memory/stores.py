"""stores: what is kept, queued and sent, in one process.

What goes in is turned into its stored form and back, so that nobody shares an object with a store; conditions are those of the
tables. Streams are lists in order of writing, with positions as DynamoDB gives them.
"""

import heapq
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from ...model.canonical import canonical_json
from ...model.customer import Customer, customer_from
from ...model.decision import Decision, Message, decision_from, message_from
from ...model.errors import ConcurrentUpdate
from ...model.event import ERASURE_ASKED, Arrival, Event, Position, event_from
from ...model.identity import Identifier
from ...model.instant import format_instant
from ...model.outcome import Effect, effect_document, effect_from
from ...model.suppression import Suppression
from ...ports import CustomerRecord, Delivery


def _stored(document: object) -> str:
    """As the tables keep it: names come back sorted there, so they do here."""
    return canonical_json(document)


def _event_key(event_id: str, client_time: int | None) -> str:
    return f"{'-' if client_time is None else format_instant(client_time)}#{event_id}"


class MemoryEvents:
    """The event log. `stream` lists what was inserted, in order."""

    def __init__(self, label: str = "memory") -> None:
        self.label = label
        self.stream: list[Arrival] = []
        self._items: dict[str, dict[str, str]] = {}
        self._sequence = 0

    def append(self, customer: str, event: Event) -> bool:
        partition, key = self._items.setdefault(customer, {}), _event_key(event.id, event.client_time)
        if key in partition:
            return False
        partition[key] = _stored(event.document())
        self._sequence += 1
        self.stream.append(Arrival(customer, event_from(json.loads(partition[key])), Position(self.label, self._sequence)))
        return True

    def since(self, moment: int) -> Iterator[Arrival]:
        for customer, partition in list(self._items.items()):
            for _, text in sorted(partition.items()):
                event = event_from(json.loads(text))
                if event.received_at >= moment:
                    yield Arrival(customer, event)

    def latest(self, customer: str, limit: int) -> list[Event]:
        newest = sorted(self._items.get(customer, {}).items(), reverse=True)[:limit]
        return [event_from(json.loads(text)) for _, text in newest]

    def get(self, customer: str, event_id: str, client_time: int | None = None) -> Event | None:
        text = self._items.get(customer, {}).get(_event_key(event_id, client_time))
        return None if text is None else event_from(json.loads(text))

    def page(self, customer: str, after: str | None, limit: int) -> list[tuple[str, Event]]:
        found = [(key, text) for key, text in sorted(self._items.get(customer, {}).items()) if after is None or key > after]
        return [(key, event_from(json.loads(text))) for key, text in found[:limit]]

    def remove(self, customer: str, event: Event) -> None:
        self._items.get(customer, {}).pop(_event_key(event.id, event.client_time), None)

    def erase(self, customer: str, through: int) -> None:
        partition = self._items.get(customer, {})
        for key, text in list(partition.items()):
            event = event_from(json.loads(text))
            if event.received_at <= through and event.name != ERASURE_ASKED:
                del partition[key]


class MemoryIdentifiers:
    """Identifiers by kind and value."""

    def __init__(self) -> None:
        self._customers: dict[Identifier, str] = {}

    def find(self, identifiers: Iterable[Identifier]) -> dict[Identifier, str]:
        return {identifier: self._customers[identifier] for identifier in identifiers if identifier in self._customers}

    def claim(self, identifier: Identifier, customer: str) -> str:
        return self._customers.setdefault(identifier, customer)

    def move(self, identifier: Identifier, customer: str) -> None:
        self._customers[identifier] = customer


class MemoryCustomers:
    """States, outboxes and the ring index. `changed` lists customers whose outbox has come to be, in order of writing."""

    def __init__(self, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._items: dict[str, tuple[int, str, str, int]] = {}
        self._ring_of: dict[str, tuple[int, str, int] | None] = {}
        self._waiting_since: dict[str, int] = {}
        self._rings: list[tuple[int, str, int]] = []
        self.stream: list[tuple[str, list[Effect], int]] = []

    def load(self, customer: str) -> CustomerRecord | None:
        if customer not in self._items:
            return None
        version, state, outbox, _ = self._items[customer]
        return CustomerRecord(customer_from(json.loads(state)), [effect_from(entry) for entry in json.loads(outbox)], version)

    def commit(self, record: CustomerRecord) -> None:
        state = record.state
        current = self._items.get(state.id)
        if (current[0] if current else 0) != record.version:
            raise ConcurrentUpdate(f"customer {state.id} is at version {current[0] if current else 0}, not {record.version}")
        record.version += 1
        outbox = _stored([effect_document(effect) for effect in record.outbox])
        self._items[state.id] = (record.version, _stored(state.document()), outbox, state.effects)
        if record.outbox:
            self._waiting_since.setdefault(state.id, self._clock())
            self.stream.append((state.id, [effect_from(entry) for entry in json.loads(outbox)], state.effects))
        ring = None if state.ring is None else (state.ring, state.id, state.rings)
        if ring is not None and self._ring_of.get(state.id) != ring:
            heapq.heappush(self._rings, ring)
        self._ring_of[state.id] = ring

    def acknowledge(self, customer: str, through: int) -> bool:
        if customer not in self._items or self._items[customer][2] == "[]" or self._items[customer][3] != through:
            return False
        version, state, _, last = self._items[customer]
        self._items[customer] = (version + 1, state, "[]", last)
        self._waiting_since.pop(customer, None)
        return True

    def page(self, after: str | None, limit: int) -> tuple[list[Customer], str | None]:
        names = sorted(name for name in self._items if after is None or name > after)
        states = [customer_from(json.loads(self._items[name][1])) for name in names[:limit]]
        return states, names[limit - 1] if len(names) > limit else None

    def known(self) -> list[str]:
        """Every customer id."""
        return list(self._items)

    def next_ring(self) -> int | None:
        """The earliest moment at which the ring index has something; None when nothing is armed."""
        while self._rings and self._ring_of[self._rings[0][1]] != self._rings[0]:
            heapq.heappop(self._rings)  # the index has moved on since
        return self._rings[0][0] if self._rings else None

    def due(self, now: int) -> Iterator[tuple[str, int, int]]:
        found = []
        while (at := self.next_ring()) is not None and at <= now:
            found.append(heapq.heappop(self._rings))
        for entry in found:
            heapq.heappush(self._rings, entry)  # an index entry goes only when the item says so
        yield from ((customer, at, number) for at, customer, number in found)

    def stuck(self, before: int) -> Iterator[str]:
        yield from [customer for customer, since in self._waiting_since.items() if since < before]


class MemoryDecisions:
    """Decisions by customer."""

    def __init__(self) -> None:
        self._items: dict[str, dict[str, str]] = {}

    def record(self, decision: Decision) -> bool:
        partition = self._items.setdefault(decision.customer, {})
        if decision.id in partition:
            return False
        partition[decision.id] = _stored(decision.document())
        return True

    def of_customer(self, customer: str, limit: int) -> list[Decision]:
        newest = sorted(self._items.get(customer, {}).items(), reverse=True)[:limit]
        return [decision_from(json.loads(text)) for _, text in newest]

    def erase(self, customer: str, through: int) -> None:
        partition = self._items.get(customer, {})
        self._items[customer] = {name: text for name, text in partition.items() if decision_from(json.loads(text)).decided_at > through}

    def all(self) -> list[Decision]:
        """Every decision, in no order."""
        return [decision_from(json.loads(text)) for partition in self._items.values() for text in partition.values()]


class MemoryDeliveries:
    """Claims by message key."""

    def __init__(self) -> None:
        self._items: dict[str, Delivery] = {}

    def prepare(self, message: Message, attempt: str, at: int) -> Delivery:
        current = self._items.get(message.key)
        if current is None or current.status == "prepared":
            self._items[message.key] = Delivery(message.key, "prepared", attempt, message.customer, message.rule, message.channel, at)
        return self._items[message.key]

    def call(self, key: str, attempt: str, at: int) -> bool:
        current = self._items.get(key)
        if current is None or current.attempt != attempt or current.status not in ("prepared", "calling"):
            return False
        self._items[key] = replace(current, status="calling", at=at)
        return True

    def release(self, key: str, attempt: str, at: int) -> None:
        self._move(key, attempt, ("calling",), status="prepared", at=at)

    def sent(self, key: str, attempt: str, at: int, provider_id: str) -> None:
        self._move(key, attempt, ("calling",), status="sent", at=at, provider_id=provider_id)

    def failed(self, key: str, attempt: str, at: int, error: str) -> bool:
        return self._move(key, attempt, ("prepared", "calling", "failed"), status="failed", at=at, error=error)

    def get(self, key: str) -> Delivery | None:
        return self._items.get(key)

    def unknown(self, before: int) -> Iterator[Delivery]:
        yield from [delivery for delivery in self._items.values() if delivery.status == "calling" and delivery.at < before]

    def all(self) -> list[Delivery]:
        """Every delivery."""
        return list(self._items.values())

    def _move(self, key: str, attempt: str, expected: tuple[str, ...], **changes: Any) -> bool:
        current = self._items.get(key)
        if current is None or current.attempt != attempt or current.status not in expected:
            return False
        self._items[key] = replace(current, **changes)
        return True


class MemorySuppressions:
    """Suppressions by channel, address and topic."""

    def __init__(self) -> None:
        self._items: dict[tuple[str, str, str], Suppression] = {}

    def add(self, suppression: Suppression) -> bool:
        key = (suppression.channel, suppression.address, suppression.topic)
        counts = key not in self._items or suppression.outweighs(self._items[key])
        if counts:
            self._items[key] = suppression
        return counts

    def find(self, channel: str, address: str, topic: str) -> list[Suppression]:
        return [self._items[key] for key in ((channel, address, topic), (channel, address, "*")) if key in self._items]


class MemoryQueue:
    """Messages on their way to dispatch, oldest first."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def put(self, messages: Sequence[Message]) -> None:
        self.messages += [message_from(json.loads(_stored(message.document()))) for message in messages]


class MemoryTransport:
    """A provider that takes everything."""

    def __init__(self, sent: list[Any] | None = None) -> None:
        self.sent: list[Any] = [] if sent is None else sent

    def send(self, request: Any) -> str:
        self.sent.append(request)
        return f"memory-{len(self.sent)}"


class MemoryMeter:
    """Counters by name and dimensions."""

    def __init__(self) -> None:
        self.counts: dict[tuple[str, ...], int] = {}

    def count(self, name: str, number: int = 1, **dimensions: str) -> None:
        key = (name, *(f"{dimension}={value}" for dimension, value in sorted(dimensions.items())))
        self.counts[key] = self.counts.get(key, 0) + number
