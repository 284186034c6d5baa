"""event: something happened: an order was shipped, a subscription asked for. Fires for every such event, at the moment of the event.

With a `lateness` the firing waits that long, so that what came late is in the customer's picture when the rule's condition is asked.
"""

from typing import Any, Literal

from pydantic import Field, model_validator

from ..conditions.condition import ConditionText, check_roots, condition
from ..model.canonical import plain_json
from ..model.cart import SETTLED_AFTER
from ..model.customer import Customer
from ..model.event import Event
from ..model.facts import Facts
from ..model.memory import Memory, keep
from ..model.reason import Reason
from ..model.written import Duration, Written
from .matching import SEEN, keys_in
from .trigger import Fired, Reaction, Scope

MOST_WAITING = 50
MOST_BYTES = 2_048  # of the properties a journey carries along; an event may have 32 KB
GENERAL = ""  # the key of runs without a key

Mark = list[Any]  # [at, "event", event id, properties]


class EventHappens(Written):
    """Fires when an event happens."""

    kind: Literal["event"]
    """Which kind of moment it is."""
    event: str = Field(min_length=1, max_length=200, examples=["Order Shipped"])
    """The event's name, exactly as the shop sends it."""
    where: ConditionText | None = Field(default=None, examples=["event.properties.total >= `100`"])
    """A JMESPath condition the event must fulfil; without one, every event of this name counts."""
    key: ConditionText | None = Field(default=None, examples=["event.properties.order_id"])
    """What tells runs apart for the rule's `reentry`; without a key there is one run per customer."""
    lateness: Duration = Field(default=0, ge=0, le=SETTLED_AFTER)
    """How long to wait on for events that arrive late; up to 15m. The moment stays the same, it is only decided later."""

    @model_validator(mode="after")
    def _conditions_see_what_they_ask_for(self) -> "EventHappens":
        for text in (self.where, self.key):
            check_roots(text, SEEN, "the event's own fields stand in `event.properties`")
        return self

    def describe(self) -> str:
        """The trigger in a sentence."""
        return f"when {self.event} happens"

    def events(self) -> set[str]:
        """The one name."""
        return {self.event}

    def listens(self) -> list[tuple[str, str | None]]:
        """The events that fulfil its condition."""
        return [(self.event, self.where)]

    def on_event(self, memory: Memory, event: Event, scope: Scope, customer: Customer, facts: Facts, now: int) -> Reaction:
        """Fire, or note what is to fire once late events have had their time."""
        reaction = Reaction()
        if not event.may_start or not (self.where is None or condition(self.where).holds(scope)):
            return reaction
        for key in keys_in(self.key, scope) if self.key else [GENERAL]:
            mark = [event.at, "event", event.id, _bounded(event.properties)]
            if event.at + self.lateness <= now or self.lateness == 0:
                reaction.fired.append(_fired(key, mark))
            else:
                memory[key] = sorted([*memory.get(key, []), mark], key=lambda other: other[:3])
                reaction.timers[key] = memory[key][0][0] + self.lateness
        self._bound(memory, reaction)
        return reaction

    def on_timer(self, memory: Memory, key: str, customer: Customer, now: int) -> Reaction:
        """Fire what has waited long enough."""
        reaction = Reaction()
        marks = memory.pop(key, [])
        reaction.fired = [_fired(key, mark) for mark in marks if mark[0] + self.lateness <= now]
        waiting = [mark for mark in marks if mark[0] + self.lateness > now]
        if waiting:
            memory[key] = waiting
        reaction.timers[key] = waiting[0][0] + self.lateness if waiting else None
        return reaction

    def call_off(self, memory: Memory, key: str | None, event: Event) -> dict[str, int | None]:
        """What waits for late events, and happened before this one, does not fire."""
        timers: dict[str, int | None] = {}
        for name in list(memory) if key is None else [key] if key in memory else []:
            keep(memory, name, [mark for mark in memory[name] if mark[0] > event.at])
            timers[name] = memory[name][0][0] + self.lateness if name in memory else None
        return timers

    def revise(self, data: dict[str, Any], customer: Customer, facts: Facts, now: int) -> dict[str, Any]:
        """What happened stays so."""
        return data

    def lighten(self, memory: Memory) -> Reaction:
        """The older half of what waits ends, and says so."""
        reaction = Reaction()
        self._end_oldest(memory, reaction, (sum(map(len, memory.values())) + 1) // 2)
        return reaction

    def _bound(self, memory: Memory, reaction: Reaction) -> None:
        """Of more that waits than anybody has in earnest the oldest ends, and says so."""
        self._end_oldest(memory, reaction, sum(map(len, memory.values())) - MOST_WAITING)

    def _end_oldest(self, memory: Memory, reaction: Reaction, number: int) -> None:
        for _ in range(number):
            key = min(memory, key=lambda name: (memory[name][0][:3], name))
            reaction.fired.append(_fired(key, memory[key].pop(0), Reason.RUN_LIMIT))
            reaction.timers[key] = memory[key][0][0] + self.lateness if memory[key] else None
            if not memory[key]:
                del memory[key]


def _fired(key: str, mark: Mark, refused: Reason | None = None) -> Fired:
    at, _, event_id, properties = mark
    return Fired(run=f"{key}@{event_id}", key=key or None, at=at, started=at, cause=event_id, data={"event": properties}, refused=refused)


def _bounded(properties: dict[str, Any]) -> dict[str, Any]:
    """An event's properties without the largest, if they are too large to carry along: an order's number stays, its hundred lines go."""
    sizes = {name: len(plain_json({name: value})) for name, value in properties.items()}
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if sum(sizes.values()) <= MOST_BYTES:
            break
        del sizes[name]
    return {name: value for name, value in properties.items() if name in sizes}
