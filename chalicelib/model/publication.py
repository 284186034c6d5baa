"""publication: which rulebook was put into force, when and by whom: one number each, never changed once given."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

What = Literal["brand", "identifiers", "rule", "audience", "template"]
How = Literal["added", "changed", "removed"]
Action = Literal["publish", "rollback", "pause", "resume"]


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a rulebook that is otherwise in another one. A template counts as one, with all its files."""

    what: What
    name: str
    how: How

    def __str__(self) -> str:
        return f"{self.what} {self.name} {self.how}" if self.what != self.name else f"{self.what} {self.how}"


@dataclass(frozen=True, slots=True)
class Publication:
    """A rulebook in force from `at` on, until the next number. `bundle` names its content, `previous` the content that was in force before
    that; `paused`: everything is silent."""

    number: int
    bundle: str
    previous: str
    at: int
    by: str
    action: Action = "publish"
    note: str = ""
    paused: bool = False

    def document(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


def publication_from(document: dict[str, Any]) -> Publication:
    """What `Publication.document` wrote."""
    return Publication(**document)
