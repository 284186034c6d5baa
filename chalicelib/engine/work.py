"""work: one customer's state while an event is folded into it, and what comes of it."""

from dataclasses import dataclass, field

from ..model.customer import Customer
from ..model.decision import Decision
from ..model.facts import Facts
from ..model.journey import Journey, Occurrence
from ..model.outcome import Effect, Record
from ..rulebook.rulebook import Rulebook


@dataclass(slots=True)
class Work:
    """The state (ours to change), what it is judged by, the moment, and effects and occurrences so far; whether something happened that
    may change what the customer watches."""

    customer: Customer
    facts: Facts
    rulebook: Rulebook
    now: int
    effects: list[Effect] = field(default_factory=list)
    occurrences: list[Occurrence] = field(default_factory=list)
    watches_touched: bool = False

    def put_out(self, effect: Effect) -> None:
        """Add an effect and number it."""
        self.customer.effects += 1
        self.effects.append(effect)

    def record(self, decision: Decision) -> None:
        """Keep a decision."""
        self.put_out(Record(decision))

    def set_timer(self, timer: str, due: int | None) -> None:
        """Wait for a moment under this name, or no longer."""
        if due is None:
            self.customer.timers.pop(timer, None)
        else:
            self.customer.timers[timer] = due


def trigger_timer(rule: str, key: str) -> str:
    """The name of the timer a trigger set for one of its runs."""
    return f"trigger|{rule}|{key}"


def journey_timer(journey: Journey) -> str:
    """The name of the timer for a journey's next step."""
    return f"journey|{journey.id}"


def audience_timer(audience: str) -> str:
    """The name of the timer for the next moment at which time alone may change who is in an audience."""
    return f"audience|{audience}|"


NEARBY_TIMER = "nearby||"
"""The name of the timer for the moment at which it is forgotten near which stores somebody was."""
