"""ports: every door to the outside, on one page; those to the catalog, coupon pools, budgets and rulebooks have files beside it.

`adapters/memory/` implements each in one process (the backtest's world and the tests'), `adapters/dynamodb/`, `adapters/sqs.py`
and one file for each provider on AWS; the same contract tests hold for both. Every method may raise `StoreUnavailable`: the call may
or may not have happened, and calling it again is always safe.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Protocol, TypeVar

from .budget_ports import Budgets
from .catalog_ports import Pages, Products, StoreDirectory, Watches, Waves
from .coupon_ports import Coupons
from .model.customer import Customer
from .model.decision import Decision, Message
from .model.delivery import Delivery as Delivery
from .model.delivery import DeliveryStatus as DeliveryStatus
from .model.dictionary import Entry
from .model.event import Arrival, Event
from .model.identity import Identifier
from .model.outcome import Effect
from .model.parked import Parked as Parked
from .model.source import Source
from .model.suppression import Suppression
from .rulebook.bundle import Bundle
from .rulebook.rulebook import Rulebook
from .rulebook_ports import Rulebooks

Clock = Callable[[], int]


@dataclass(slots=True)
class CustomerRecord:
    """A customer as stored: the state, the effects nobody has acknowledged yet (numbered up to `state.effects`), the version; the store
    fills in `outbox_since`, when the oldest of the effects began to wait."""

    state: Customer
    outbox: list[Effect]
    version: int
    outbox_since: int | None = None


class EventLog(Protocol):
    """The log of all events, one partition per customer."""

    def append(self, customer: str, event: Event) -> bool:
        """Store an event durably. False: an event with this client time and id is there already and stays as it is."""

    def since(self, moment: int) -> Iterator[Arrival]:
        """All events received since a moment, one customer after the other. For replay only: it reads the whole table."""

    def latest(self, customer: str, limit: int) -> list[Event]:
        """The last events of one customer by client time, newest first."""

    def get(self, customer: str, event_id: str, client_time: int | None = None) -> Event | None:
        """One event of a customer, None when it is not there."""

    def page(self, customer: str, after: str | None, limit: int) -> list[tuple[str, Event]]:
        """One customer's events by client time, oldest first, after a place; each with its own place."""

    def remove(self, customer: str, event: Event) -> None:
        """Take one event away; one that is gone already is fine."""

    def erase(self, customer: str, through: int) -> None:
        """Take away every event received up to a moment (milliseconds) but the words that erasure was asked for."""


class Identifiers(Protocol):
    """Which customer an identifier belongs to. Identifiers are never deleted; they are moved."""

    def find(self, identifiers: Iterable[Identifier]) -> dict[Identifier, str]:
        """The customers of those that are known. May be a moment out of date."""

    def claim(self, identifier: Identifier, customer: str) -> str:
        """Give a new identifier to a customer; returns whose it is now (another's, when somebody else was faster)."""

    def move(self, identifier: Identifier, customer: str) -> None:
        """Point a known identifier at another customer."""


class Customers(Protocol):
    """The customers' states."""

    def load(self, customer: str) -> CustomerRecord | None:
        """The newest state, or None when there is none yet."""

    def commit(self, record: CustomerRecord) -> None:
        """Write state, outbox and next ring in one conditional put; `record.version` is the version loaded (0: none).

        ConcurrentUpdate when the stored version is another one. Raises the record's version by one when it succeeds.
        """

    def acknowledge(self, customer: str, through: int) -> bool:
        """Take the effects up to this number out of the outbox; False when newer ones have come and all stay for now."""

    def due(self, now: int) -> Iterator[tuple[str, int, int]]:
        """(customer, ring, number of the ring) of every ring at or before now, earliest first within a shard."""

    def page(self, after: str | None, limit: int) -> tuple[list[Customer], str | None]:
        """So many states, in any order, after a place, and where to go on (None: that was all). For exports: it reads the whole table."""

    def stuck(self, before: int) -> Iterator[str]:
        """Customers whose outbox has been waiting since before a moment."""


class Decisions(Protocol):
    """The record of decisions, for people."""

    def record(self, decision: Decision) -> bool:
        """Keep a decision; False when it is there already."""

    def of_customer(self, customer: str, limit: int) -> list[Decision]:
        """The last decisions on one customer, newest first."""

    def erase(self, customer: str, through: int) -> None:
        """Take away every decision made up to a moment (milliseconds)."""


class Deliveries(Protocol):
    """The claims on messages: at most one attempt ever reaches `calling` for one key."""

    def prepare(self, message: Message, attempt: str, at: int) -> Delivery:
        """Claim a message unless it is beyond `prepared`; returns the delivery as it stands, ours when `attempt` is ours."""

    def call(self, key: str, attempt: str, at: int) -> bool:
        """From `prepared` to `calling`, once; False when another attempt holds the claim. True again for the same attempt."""

    def release(self, key: str, attempt: str, at: int) -> None:
        """From our `calling` back to `prepared`: the provider said that it has not taken the message."""

    def sent(self, key: str, attempt: str, at: int, provider_id: str, *, findable: bool = False) -> None:
        """From our `calling` to `sent`, to be found by `of_provider` if `findable`. Whoever hears that the provider has it may say so."""

    def failed(self, key: str, attempt: str, at: int, error: str) -> bool:
        """From our `prepared` or `calling` to `failed`; False when another attempt holds the claim. True again for the same attempt."""

    def get(self, key: str) -> Delivery | None:
        """The delivery of a message key."""

    def of_provider(self, channel: str, provider_id: str) -> Delivery | None:
        """The delivery that was sent, findable, under this id of its provider. May be a moment out of date."""

    def unknown(self, before: int) -> Iterator[Delivery]:
        """Deliveries in `calling` since before a moment: nobody knows whether these were sent."""


class Suppressions(Protocol):
    """Addresses that must not be written to."""

    def add(self, suppression: Suppression) -> bool:
        """Keep a suppression; of two for the same channel, address and topic one counts (`outweighs`). False: the other does."""

    def find(self, channel: str, address: str, topic: str) -> list[Suppression]:
        """Suppressions of this address for the topic and for all topics; read consistently."""




class ParkingLot(Protocol):
    """Where what cannot be processed is set aside."""

    def park(self, parked: Parked) -> None:
        """Set something aside; the same place and id twice is one entry."""

    def parked(self, place: str, limit: int) -> list[Parked]:
        """The newest entries of a place, newest first."""

    def get(self, place: str, parked_id: str) -> Parked | None:
        """One entry."""

    def remove(self, place: str, parked_id: str) -> None:
        """Take an entry away; one that is gone already is fine."""


class Sources(Protocol):
    """Write keys."""

    def find(self, write_key: str) -> Source | None:
        """The source this key belongs to, None for an unknown or disabled key. Costs one look-up a minute, for unknown keys too."""

    def add(self, write_key: str, source: Source) -> None:
        """Let a key in, also one that was disabled. `source.id` is not looked at: it follows from the key."""

    def disable(self, source_id: str) -> bool:
        """Turn the key of this id away from now on; False when there is none. Where it was just seen it works a minute longer."""

    def all(self) -> list[Source]:
        """Every key there is, disabled ones too, by name. For people: it reads the whole table."""


class Limits(Protocol):
    """How much somebody does in a minute, counted over all processes; never exact, never the cause of a failure."""

    def spend(self, who: str, units: int, allowed: int) -> int:
        """Count units of work in the running minute. How many seconds to wait when `allowed` was used up before, else 0."""


class Dictionary(Protocol):
    """Which events were seen, with which fields, over the last 30 days."""

    def note(self, events: Iterable[Event]) -> None:
        """Take in events that are new. Kept in bunches: only what was never seen before is written at once."""

    def entries(self, since: int) -> list[Entry]:
        """What was seen since a moment, whole days, by type and name."""


class Queue(Protocol):
    """The way to one channel's dispatch."""

    def put(self, messages: Sequence[Message]) -> None:
        """Hand messages over; each may arrive more than once and in any order."""


class Transport(Protocol):
    """A channel's provider."""

    def send(self, request: Any, /) -> str:
        """Send what the channel's `translate` made, once, without any retry of its own; the provider's id of the message.

        TransportFailed says what is known.
        """


class Meter(Protocol):
    """Counts what happens, for alarms and people."""

    def count(self, name: str, number: int = 1, **dimensions: str) -> None:
        """Add to a counter; dimensions are few-valued (rule, reason, channel), never a person."""


Item = TypeVar("Item")
Result = TypeVar("Result")


class Spread(Protocol):
    """How work on independent items is done: one after the other, or side by side with a bound."""

    def __call__(self, work: Callable[[Item], Result], items: Iterable[Item], /) -> Iterable[Result]:
        """The results in the order of the items; an exception of any of them is raised."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Every door, bound for one process by bootstrap.py (AWS), local/ (moto) or backtest/world.py (memory).

    `clock` is read once per flow. `new_attempt` names one handling of a message; `sign` authenticates links, which lead to `public_url`.
    `transports` go by channel: those that this deployment has set up. `rulebook` gives the one that is in force, `deployed` the rules that
    came with the code, in force while nothing was published.
    """

    clock: Clock
    rulebook: Callable[[], Rulebook]
    events: EventLog
    identifiers: Identifiers
    customers: Customers
    decisions: Decisions
    deliveries: Deliveries
    suppressions: Suppressions
    products: Products
    watches: Watches
    waves: Waves
    pages: Pages
    coupons: Coupons
    stores: StoreDirectory
    parking: ParkingLot
    sources: Sources
    limits: Limits
    budgets: Budgets
    dictionary: Dictionary
    queues: dict[tuple[str, str], Queue]
    transports: Mapping[str, Transport]
    meter: Meter
    spread: Spread
    new_attempt: Callable[[], str]
    sign: Callable[[bytes], bytes]
    public_url: str
    rulebooks: Rulebooks
    deployed: Callable[[], Bundle]

    def steady(self) -> "Ports":
        """The same doors for one run of a flow: whatever is published meanwhile, it sees one rulebook, asked for when first needed."""
        return replace(self, rulebook=cache(self.rulebook))
