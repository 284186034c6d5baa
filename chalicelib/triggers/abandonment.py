"""abandonment: something was begun and not finished: a cart, a checkout, a look around.

Armed by a start event at s, it fires at s + wait when nothing happened in between: no further start in (s, s + wait], which
moves the moment, and no cancel in [s, s + wait]. At exactly the moment the event wins. This is a statement about the times of
events, not about their arrival, so the order of arrival does not matter as long as the disorder stays within `lateness`.
"""

from typing import Any, Literal

from pydantic import Field, model_validator

from ..conditions.condition import ConditionText, check_roots
from ..model.cart import SETTLED_AFTER, cart_currency, cart_value
from ..model.customer import Customer
from ..model.event import Event
from ..model.facts import Facts
from ..model.instant import HOUR, format_duration, format_instant
from ..model.memory import Memory
from ..model.product import product_from
from ..model.reason import Reason
from ..model.written import Duration, Written
from .matching import MOST_RUNS, SEEN, EventMatch, keys_in
from .trigger import Exit, Fired, Reaction, Scope

MOST_MARKS = 32
MOST_SHOWN = 20  # products in what the trigger tells: the newest; the value is that of all
_NEEDED = ("productId", "variant", "price", "currency")
GENERAL = ""  # the key of runs without a key, and of cancels that end all runs
START, CANCEL = "start", "cancel"

Mark = list[Any]  # [at, START or CANCEL, event id, product or None]


class Abandonment(Written):
    """Fires when a start event was not followed by a cancel event (or by another start) for a time."""

    kind: Literal["abandonment"]
    """Which kind of moment it is."""
    start: list[EventMatch] = Field(min_length=1, examples=[[{"event": "Product Added"}]])
    """Events that begin a run, or begin its waiting anew."""
    cancel: list[EventMatch] = Field(default=[], examples=[[{"event": "Order Completed"}]])
    """Events that end a run: before its moment so that it does not fire, later so that its journey stops."""
    key: ConditionText | None = Field(default=None, examples=["event.properties.product_id"])
    """Runs with different keys are independent; without a key there is one run per customer."""
    wait: Duration = Field(default=HOUR, ge=1_000)
    """How long nothing must have happened."""
    lateness: Duration = Field(default=0, ge=0, le=SETTLED_AFTER)
    """How long to wait on for events that arrive late; up to 15m. The moment stays the same, it is only decided later."""

    @model_validator(mode="after")
    def _key_sees_what_it_asks_for(self) -> "Abandonment":
        check_roots(self.key, SEEN, "the event's own fields stand in `event.properties`")
        return self

    @model_validator(mode="after")
    def _starts_have_no_key_of_their_own(self) -> "Abandonment":
        if any(match.key for match in self.start):
            raise ValueError("a start has no key of its own; write `key` beside `start`")
        if self.key is None and any(match.key for match in self.cancel):
            raise ValueError("a cancel has a key, but the trigger has none; write `key` beside `start`")
        return self

    def describe(self) -> str:
        """The trigger in a sentence."""
        starts, cancels = ([match.event for match in matches] for matches in (self.start, self.cancel))
        return f"{format_duration(self.wait)} after {' or '.join(starts)} without {' or '.join(cancels) or 'another'}"

    def events(self) -> set[str]:
        """The names of all start and cancel events."""
        return {match.event for match in (*self.start, *self.cancel)}

    def listens(self) -> list[tuple[str, str | None]]:
        """Its starts and cancels, by their conditions."""
        return [(match.event, match.where) for match in (*self.start, *self.cancel)]

    def on_event(self, memory: Memory, event: Event, scope: Scope, customer: Customer, facts: Facts, now: int) -> Reaction:
        """Note starts and cancels under their keys, and when to look again."""
        reaction = Reaction()
        touched: set[str] = set()
        for match in self.cancel:
            if match.counts(event, scope):
                for key in keys_in(match.key, scope) or [GENERAL]:
                    reaction.exits.append(Exit(key or None, event.at))
                    touched |= self._cancel(memory, key, event)
        if event.may_start and any(match.counts(event, scope) for match in self.start):
            for key in keys_in(self.key, scope) if self.key else [GENERAL]:
                ended = [] if self._has_room(memory, key) else self._make_room(memory)
                _note(memory, key, [event.at, START, event.id, product_from(event.properties)])
                ended += self._too_many(memory, key)
                reaction.fired += ended
                touched |= {key, *(fired.key or GENERAL for fired in ended)}
        for key in touched:
            reaction.timers[key] = self._due(memory, key)
        self._settle(memory, event.received_at)
        return reaction

    def call_off(self, memory: Memory, key: str | None, event: Event) -> dict[str, int | None]:
        """As a cancel does."""
        timers = {touched: self._due(memory, touched) for touched in self._cancel(memory, key or GENERAL, event)}
        self._settle(memory, event.received_at)
        return timers

    def on_timer(self, memory: Memory, key: str, customer: Customer, now: int) -> Reaction:
        """Fire every start whose moment, and the time allowed for late events, has passed with nothing in between."""
        reaction = Reaction()
        ready = [mark for mark in self._standing(memory, key) if mark[0] + self.wait + self.lateness <= now]
        for mark in ready:
            reaction.fired.append(self._fired(memory, key, mark, customer))
        if ready:  # what came before the newest start that fired is settled with it
            memory[key] = [mark for mark in memory[key] if mark[0] > ready[-1][0]]
        reaction.timers[key] = self._due(memory, key)
        self._settle(memory, now)
        return reaction

    def revise(self, data: dict[str, Any], customer: Customer, facts: Facts, now: int) -> dict[str, Any]:
        """What was left behind is asked of the cart by the rule's condition."""
        return data

    def lighten(self, memory: Memory) -> Reaction:
        """Products are remembered by what they are and cost; when they are, the older half of the runs ends, and says so."""
        described = [mark for marks in memory.values() for mark in marks if mark[3] and set(mark[3]) - set(_NEEDED)]
        for mark in described:
            mark[3] = {name: value for name, value in mark[3].items() if name in _NEEDED}
        if described:
            return Reaction()
        oldest = sorted(memory, key=lambda key: (memory[key][-1][0], key))[:(len(memory) + 1) // 2]
        ended = [_over_the_limit(key, mark, self.wait) for key in oldest for mark in self._standing(memory, key)]
        for key in oldest:
            del memory[key]
        return Reaction(dict.fromkeys(oldest), ended)

    def _fired(self, memory: Memory, key: str, mark: Mark, customer: Customer, refused: Reason | None = None) -> Fired:
        started, _, cause, product = mark
        moment = started + self.wait
        ends = [other for other in _marks(memory, key) if other[1] == CANCEL and other[0] > moment]
        lines = customer.cart.lines(at=moment) or ([{**product, "quantity": 1}] if product else [])  # browsing leaves no cart behind
        data = {"startedAt": format_instant(started), "product": product, "products": [_public(line) for line in lines[-MOST_SHOWN:]],
                "value": cart_value(lines), "currency": cart_currency(lines)}
        return Fired(run=f"{key}@{started}", key=key or None, at=moment, started=started, cause=cause, refused=refused,
                     data={name: value for name, value in data.items() if value not in (None, [])},
                     ended_by=ends[0][2] if ends else None)

    def _standing(self, memory: Memory, key: str) -> list[Mark]:
        """The starts of a key after which, as far as is known, nothing happened within the wait; oldest first."""
        marks = _marks(memory, key)
        return [mark for mark in memory.get(key, []) if mark[1] == START and not any(self._ends(other, mark[0]) for other in marks)]

    def _ends(self, mark: Mark, start: int) -> bool:
        return bool(start + (mark[1] == START) <= mark[0] <= start + self.wait)

    def _due(self, memory: Memory, key: str) -> int | None:
        standing = self._standing(memory, key)
        return standing[0][0] + self.wait + self.lateness if standing else None

    def _settle(self, memory: Memory, now: int) -> None:
        """Forget marks that no late event can need any more, and runs without any; starts that stand are never forgotten.

        A start that was ended goes together with what ended it, lest it stand again.
        """
        standing = {key: self._standing(memory, key) for key in memory}
        ended = {key: [mark for mark in marks if mark not in standing[key]] for key, marks in memory.items()}
        general = max(now - SETTLED_AFTER, _horizon(ended.get(GENERAL, [])))
        for key, marks in ended.items():
            horizon = max(general, _horizon(marks))
            memory[key] = [mark for mark in memory[key] if mark not in marks or mark[0] >= horizon]
            if not memory[key]:
                del memory[key]

    def _cancel(self, memory: Memory, key: str, event: Event) -> set[str]:
        """Note what ends runs; the keys of those it may concern."""
        if self._has_room(memory, key):
            _note(memory, key, [event.at, CANCEL, event.id, None])
        return set(memory) if key == GENERAL else {key}

    def _has_room(self, memory: Memory, key: str) -> bool:
        """Whether there is a place for marks of this key; one that waits for nothing makes place at once."""
        if key in memory or key == GENERAL or len(memory) < MOST_RUNS:
            return True
        idle = [name for name in memory if name != GENERAL and not self._standing(memory, name)]
        if idle:
            del memory[min(idle, key=lambda name: (memory[name][-1][0], name))]
        return bool(idle)

    def _make_room(self, memory: Memory) -> list[Fired]:
        """Before a run too many the oldest ones end, and say so."""
        ended: list[Fired] = []
        while len(memory) >= MOST_RUNS:
            oldest = min((name for name in memory if name != GENERAL), key=lambda name: (memory[name][-1][0], name))
            ended += [_over_the_limit(oldest, mark, self.wait) for mark in self._standing(memory, oldest)]
            del memory[oldest]
        return ended

    def _too_many(self, memory: Memory, key: str) -> list[Fired]:
        """Of more starts that stand than anybody has in earnest the oldest end, and say so."""
        ended = self._standing(memory, key)[:-MOST_MARKS]
        if ended:
            memory[key] = [mark for mark in memory[key] if mark not in ended]
        return [_over_the_limit(key, mark, self.wait) for mark in ended]


def _marks(memory: Memory, key: str) -> list[Mark]:
    """All marks that concern a key: its own, and cancels for every run."""
    own = memory.get(key, [])
    return own if key == GENERAL else [*own, *(mark for mark in memory.get(GENERAL, []) if mark[1] == CANCEL)]


def _note(memory: Memory, key: str, mark: Mark) -> None:
    """Keep a mark in the order of moments; of two of a kind at one moment the one with the greater id, whatever came first."""
    twins = [other for other in memory.get(key, []) if other[:2] == mark[:2]]
    others = [other for other in memory.get(key, []) if other[:2] != mark[:2]]
    memory[key] = sorted([*others, max([mark, *twins], key=lambda other: other[2])], key=lambda other: other[:2])


def _horizon(ended: list[Mark]) -> int:
    """What lies before it is too much to remember."""
    return ended[-MOST_MARKS][0] if len(ended) > MOST_MARKS else 0


def _over_the_limit(key: str, mark: Mark, wait: int) -> Fired:
    return Fired(run=f"{key}@{mark[0]}", key=key or None, at=mark[0] + wait, started=mark[0], cause=mark[2], data={},
                 refused=Reason.RUN_LIMIT)


def _public(line: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in line.items() if name != "at"}
