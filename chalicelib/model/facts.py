"""facts: what rules read beyond the customer. The flow fetches it before the evaluator runs, so that the evaluator does no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .event import Event


@dataclass(frozen=True, slots=True)
class Journal:
    """A merge: what the survivor was before and after as far as the join changed it, what the other was, and what led to the other."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    theirs: Mapping[str, Any]
    led: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Products by product key and stores by id, as the catalog has them at this moment: those that the event, or an open journey of a
    rule that looks at the catalog, names; empty while no rule does. One that is not here is not in the catalog.

    `sent`: of the messages that a cascade waits for and of which nothing more can be told, those that left or may have left.
    `past`: the customer's events, when a rule asks anew about what happened; None when the state knows the answer. `journal` is what the
    customer's log tells of a merge that is to be undone.
    """

    products: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stores: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sent: frozenset[str] = frozenset()
    past: Sequence[Event] | None = None
    journal: Journal | None = None


NO_FACTS = Facts()
