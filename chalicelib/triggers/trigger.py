"""trigger: what every kind of trigger is given and gives back.

A kind is a `Written` model (what marketers fill in) with `events`, `on_event` and `on_timer`. It sees the customer, keeps a memory
of its own in the customer's state, sets timers, and says when it fired. It decides nothing and does no I/O.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeGuard, TypeVar, runtime_checkable

from ..conditions.condition import Scope as Scope
from ..model.customer import Customer
from ..model.event import Event
from ..model.facts import Facts
from ..model.memory import Memory
from ..model.reason import Reason
from ..model.verdict import Deny
from ..model.watch import Watch


@dataclass(frozen=True, slots=True)
class Fired:
    """The trigger's moment. `run` is unique within rule and customer; the fields are those of model/journey.py's Occurrence.

    `ended_by`: an event that ends this run is known already, later than its moment. `refused`: it fired and must not go on. `apart`: how
    long (milliseconds) after a journey of the rule began, whatever its key, this one does not begin.
    """

    run: str
    key: str | None
    at: int
    started: int
    cause: str
    data: dict[str, Any]
    ended_by: str | None = None
    refused: Reason | None = None
    apart: int = 0


@dataclass(frozen=True, slots=True)
class Exit:
    """Runs end that started at or before `at`: those of one key, or all (None)."""

    key: str | None
    at: int


@dataclass(slots=True)
class Reaction:
    """What a trigger made of an event or a ring: timers by key (None takes one away), firings, ends of runs."""

    timers: dict[str, int | None] = field(default_factory=dict)
    fired: list[Fired] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)


class Trigger(Protocol):
    """A kind of trigger. `memory` is changed in place: it is this rule's part of a state that the caller owns."""

    def events(self) -> set[str]:
        """The names of the events it listens to; everything else passes it by."""

    def on_event(self, memory: Memory, event: Event, scope: Scope, customer: Customer, facts: Facts, now: int) -> Reaction:
        """Take in an event it listens to."""

    def on_timer(self, memory: Memory, key: str, customer: Customer, now: int) -> Reaction:
        """A timer set under this key is due. A ring that no longer matches anything changes nothing."""

    def revise(self, data: dict[str, Any], customer: Customer, facts: Facts, now: int) -> dict[str, Any] | Deny:
        """What the trigger knows of a run, as it stands now: asked before every step and before a message leaves. A no ends the run: what
        it promised (a price, a piece in stock) is not so any more."""

    def lighten(self, memory: Memory) -> Reaction:
        """Remember less, because the customer's state is over its bound; runs that end for it have fired and are `refused`."""


@runtime_checkable
class Selective(Protocol):
    """What a kind has beside that only events of a certain content concern: it is not shown others, unless it remembers something of the
    customer. Without a memory of them it must do nothing on an event for which no condition under its name holds."""

    def listens(self) -> list[tuple[str, str | None]]:
        """Names of events, each with a condition over `event`, `customer` and `cart`, or None: all events of this name concern it."""


@runtime_checkable
class ReadsCatalog(Protocol):
    """What a kind has beside that looks at the catalog: then `Facts` hold the products that its events and its open journeys name, and
    those it names itself for when its timers ring. No product is fetched for rules of other kinds."""

    def looks_at(self, memory: Memory, customer: Customer) -> Iterable[str]:
        """Product keys it will ask about when a timer is due, the most important first."""


@runtime_checkable
class Spaced(Protocol):
    """What a kind has beside whose journeys of one rule keep a distance whatever their key: as long as that, ended ones are remembered."""

    cooldown: int
    """Milliseconds."""


@runtime_checkable
class Waiting(Protocol):
    """What a kind has beside whose runs have begun before it fires: a rule's goal and its exits end them while they wait."""

    def call_off(self, memory: Memory, key: str | None, event: Event) -> dict[str, int | None]:
        """Runs that have begun at or before this event do not fire: those of a key, or all (None). The timers, as in `Reaction`."""


@runtime_checkable
class Watchful(Trigger, ReadsCatalog, Protocol):
    """A kind that also fires when something happens to a product. What it watches is written down with the product's watchers, so that a
    change of the catalog finds the customers it concerns."""

    def watches(self, memory: Memory, customer: Customer, now: int) -> list[Watch]:
        """What this customer wants to hear of."""

    def wants(self, watch: Watch, event: Event) -> bool:
        """Whether the news of a product would make it fire for whoever watches so; rather too often than too rarely."""

    def told(self, memory: Memory, run: str, data: dict[str, Any], at: int | None) -> None:
        """A run's first message was decided on, at this moment (milliseconds); None: it is not going out after all."""


Beside = TypeVar("Beside")
_HAS: dict[tuple[type, object], bool] = {}


def has(trigger: Any, beside: Callable[..., Beside]) -> TypeGuard[Beside]:
    """Whether a trigger has what one of these protocols names: asked once of each kind, as Python takes 10 µs to tell."""
    asked = type(trigger), beside
    if asked not in _HAS:
        _HAS[asked] = isinstance(trigger, beside)  # type: ignore[arg-type]
    return _HAS[asked]
