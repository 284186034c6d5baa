"""merge: a record that joined another, as the survivor remembers it so that people can undo it, and the events that tell of it.

What is needed to undo it stands in the survivor's log: the event `Customer Absorbed` holds the other's state, `Merge Journaled` what the
join changed. Their names count how often the other has come back, and the journal's also how often it was written anew, which happens
when an earlier merge is undone.
"""

from dataclasses import astuple, dataclass
from typing import Any


@dataclass(slots=True)
class Merge:
    """Which record joined, the how manyeth time (from 0), which writing of the journal counts, when, under which name, and what for.

    `cause` is the id of the call that said who this is.
    """

    id: str
    number: int
    writing: int
    at: int
    name: str
    cause: str

    @property
    def journal_id(self) -> str:
        """The id of the event that tells what the join changed."""
        return f"journal-{self.id}-{self.number}-{self.writing}"

    @property
    def absorbed_id(self) -> str:
        """The id of the event that holds the state of the record that joined."""
        return absorbed_id(self.id, self.number)

    def stored(self) -> list[Any]:
        """As stored in the survivor's state."""
        return list(astuple(self))


def absorbed_id(merged: str, number: int) -> str:
    """The id of the event by which a merged customer's state reaches the one who survives; `number`: how often it has come back before."""
    return f"absorbed-{merged}-{number}" if number else f"absorbed-{merged}"
