"""tried_out: what is known where a condition is tried out on a document: the moment and a time zone, and nothing of any customer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from ..conditions.condition import Scope
from ..model.local import zone_of
from ..model.windows import Question


@dataclass(frozen=True, slots=True)
class TriedOut:
    """`Known` for conditions. `timezone` is a zone's name, None where nobody gave one."""

    now: int
    timezone: str | None

    def count(self, question: Question, window: int, mark: str | None = None) -> tuple[int, float]:
        """See `Known`."""
        raise KeyError(str(question))

    def last(self, question: Question) -> int | None:
        """See `Known`."""
        raise KeyError(str(question))

    def zone(self) -> ZoneInfo:
        """See `Known`."""
        zone = zone_of(self.timezone)
        if zone is None:
            raise KeyError("timezone")
        return zone

    def changes_with_time(self, function: str, about: int | date) -> None:
        """See `Known`."""

    def is_in(self, audience: str, scope: Any) -> bool:
        """See `Known`."""
        raise KeyError(audience)

    def product(self, key: str) -> Mapping[str, Any] | None:
        """See `Known`."""
        raise KeyError(key)

    def stores_within(self, radius: int) -> list[str]:
        """See `Known`."""
        raise KeyError(radius)


def scope_at(document: Any, now: int) -> Any:
    """An object as conditions see it at a moment (milliseconds), in the zone of its `customer`; anything else as it is."""
    if not isinstance(document, dict):
        return document
    customer = document.get("customer")
    zone = customer.get("timezone") if isinstance(customer, dict) else None
    return Scope(document, TriedOut(now, zone if isinstance(zone, str) else None))
