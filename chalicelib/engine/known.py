"""known: what functions in conditions may ask about a customer at a moment, beyond what conditions see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ..conditions.condition import Scope, condition, is_true
from ..conditions.known import NotKnown
from ..model.consent import may_be_located
from ..model.customer import Customer
from ..model.errors import ConditionFailed
from ..model.facts import Facts
from ..model.local import zone_of
from ..model.nearby import nearby
from ..model.ring import Ring
from ..model.windows import Question
from ..rulebook.rulebook import Rulebook


@dataclass(slots=True)
class KnownOf:
    """A customer as of a moment (milliseconds): `Known` for conditions. Without a rulebook nobody knows audiences and the brand's zone.

    `elapsing`: which functions were asked about what whose answers change with time.
    """

    customer: Customer
    now: int
    rulebook: Rulebook | None
    facts: Facts
    elapsing: list[tuple[str, int | date]] = field(default_factory=list)
    _inside: dict[str, bool] = field(default_factory=dict)

    def count(self, question: Question, window: int, mark: str | None = None) -> tuple[int, float]:
        """See `Known`."""
        kept = self.customer.windows.get(str(question))
        after = self.now - window
        if kept is None and not self.customer.first_seen:
            return 0, 0.0
        if kept is None or kept.since > after:
            raise KeyError(str(question))
        return kept.count(after, self.now, mark)

    def last(self, question: Question) -> int | None:
        """See `Known`."""
        kept = self.customer.windows.get(str(question))
        if kept is None and self.customer.first_seen:
            raise KeyError(str(question))
        return None if kept is None else kept.newest(self.now)

    def zone(self) -> ZoneInfo:
        """See `Known`."""
        brand = self.rulebook.brand.timezone if self.rulebook is not None else None
        zone = zone_of(self.customer.timezone) or zone_of(brand)
        if zone is None:
            raise KeyError("timezone")
        return zone

    def changes_with_time(self, function: str, about: int | date) -> None:
        """See `Known`."""
        self.elapsing.append((function, about))

    def is_in(self, audience: str, scope: Scope) -> bool:
        """See `Known`. Asked of the audience's condition itself, as a rule's `audience` is; but what is not known is not a no, which could
        be turned around."""
        if audience not in self._inside:
            written = self.rulebook.audiences if self.rulebook is not None else {}
            self._inside[audience] = _is_member(written[audience].condition, scope)
        return self._inside[audience]

    def product(self, key: str) -> Mapping[str, Any] | None:
        """See `Known`."""
        return self.facts.products.get(key)

    def stores_within(self, radius: int) -> list[str]:
        """See `Known`."""
        if not may_be_located(self.customer.consents):
            raise KeyError("location")
        return nearby(self.customer.nearby, Ring(radius, 0), self.now)


def _is_member(text: str, scope: Scope) -> bool:
    try:
        return is_true(condition(text).value(scope))
    except ConditionFailed as failed:
        if failed.kind == "not-known":
            raise NotKnown(str(failed)) from failed
        return False
