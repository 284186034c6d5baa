"""matching: which events a trigger means, and the keys by which it keeps its runs apart."""

from pydantic import Field, model_validator

from ..conditions.condition import ConditionText, check_roots, condition
from ..model.errors import ConditionFailed
from ..model.event import Event
from ..model.written import Written
from .trigger import Scope

MOST_RUNS = 200
SEEN = ("event", "customer", "cart")  # by conditions on events


class EventMatch(Written):
    """Which events count: by name, and by a condition over `event`, `customer` and `cart`."""

    event: str = Field(min_length=1, max_length=200, examples=["Product Added"])
    """The event's name, exactly as the shop sends it."""
    where: ConditionText | None = Field(default=None, examples=["event.properties.price >= `15`"])
    """A JMESPath condition the event must fulfil; without one, every event of this name counts."""
    key: ConditionText | None = Field(default=None, examples=["event.properties.product_id"])
    """For cancels and exits of a keyed trigger: which runs end (a key or a list of keys). Without one, or when it finds nothing, all."""

    @model_validator(mode="after")
    def _conditions_see_what_they_ask_for(self) -> "EventMatch":
        for text in (self.where, self.key):
            check_roots(text, SEEN, "the event's own fields stand in `event.properties`")
        return self

    def counts(self, event: Event, scope: Scope) -> bool:
        """Whether this event is meant."""
        return is_meant(event, scope, self.event, self.where)


def is_meant(event: Event, scope: Scope, name: str, where: str | None) -> bool:
    """Whether an event is meant by a name and, where there is one, a condition."""
    return event.name == name and (where is None or condition(where).holds(scope))


def keys_in(expression: str | None, scope: Scope) -> list[str]:
    """The keys an expression names: one, or a list; texts and numbers only."""
    if expression is None:
        return []
    try:
        value = condition(expression).value(scope)
    except ConditionFailed:
        return []
    found = value if isinstance(value, list) else [value]
    keys = (str(entry).strip()[:200] for entry in found if isinstance(entry, (str, int, float)) and not isinstance(entry, bool))
    return list(dict.fromkeys(key for key in keys if key))[:MOST_RUNS]
