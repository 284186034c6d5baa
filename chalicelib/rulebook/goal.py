"""goal: what a rule is for: the event that says a customer need not be written to any more."""

from pydantic import Field, model_validator

from ..conditions.condition import ConditionText, check_roots
from ..model.event import Event
from ..model.instant import DAY, HOUR
from ..model.written import Duration, Written
from ..triggers.matching import SEEN, is_meant
from ..triggers.trigger import Scope


class Goal(Written):
    """The event that a rule wants to bring about. When it comes the journey ends at once, its goal reached."""

    event: str = Field(min_length=1, max_length=200, examples=["Order Completed"])
    """The event's name, exactly as the shop sends it."""
    where: ConditionText | None = Field(default=None, examples=["event.properties.total >= `20`"])
    """A condition the event must fulfil, over `event`, `customer` and `cart`; without one, every event of this name counts."""
    window: Duration = Field(default=3 * DAY, ge=HOUR, le=30 * DAY)
    """How long after a journey's last step the goal still counts as reached by it."""

    @model_validator(mode="after")
    def _condition_sees_what_it_asks_for(self) -> "Goal":
        check_roots(self.where, SEEN, "the event's own fields stand in `event.properties`")
        return self

    def counts(self, event: Event, scope: Scope) -> bool:
        """Whether this event reaches it."""
        return is_meant(event, scope, self.event, self.where)
