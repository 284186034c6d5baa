"""known: what functions of our own may ask beyond the documents that a condition sees: of one customer, at one moment."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from jmespath.exceptions import JMESPathError

from ..model.windows import Question


class Known(Protocol):
    """What is known of somebody as of a moment. KeyError: it is not known."""

    @property
    def now(self) -> int:
        """The moment (milliseconds)."""

    def count(self, question: Question, window: int, mark: str | None = None) -> tuple[int, float]:
        """How often, and how much it came to, within a window (milliseconds) until now; of one value where values are told apart."""

    def last(self, question: Question) -> int | None:
        """When it was last (milliseconds); None: never."""

    def zone(self) -> ZoneInfo:
        """The time zone the customer lives in, else the brand's."""

    def changes_with_time(self, function: str, about: int | date) -> None:
        """Hear that a function was asked whose answer is another one later: about a moment, or about a day."""

    def is_in(self, audience: str, scope: Any) -> bool:
        """Whether the customer is in an audience now, asked on what the condition sees that wants to know. NotKnown: nobody can say yet."""

    def product(self, key: str) -> Mapping[str, Any] | None:
        """A product as the catalog has it; None when it has none of this key. KeyError: there is no catalog here."""

    def stores_within(self, radius: int) -> list[str]:
        """The ids of the stores within so many metres, nearest first."""


class NotKnown(JMESPathError):
    """Nobody can say here. The condition does not hold then, whichever way it asks."""


class Knowing:
    """Functions that ask what is known."""

    def __init__(self, scope: Any = None) -> None:
        self._scope = scope

    def ask(self, function: str) -> Known:
        """Whom to ask. NotKnown where a condition is tried out without a customer."""
        known: Known | None = None if self._scope is None else self._scope.known
        if known is None:
            raise NotKnown(f"{function}() asks about a customer at a moment, and here is none")
        return known
