"""ring: how near to a store is in, and how far from it is out again.

Between the two lies the margin: who is in stays in there, who is out stays out. A rule asks for one ring around all stores.

Of a position an event keeps only how it lies to the rings that live rules ask for: `fences`, by the ring's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .place import Position

FENCES = "fences"

OWN = "own"


@dataclass(frozen=True, slots=True, order=True)
class Ring:
    """Metres: in at `radius` (0: each store's own fence), out beyond `margin` more."""

    radius: int
    margin: int

    @property
    def name(self) -> str:
        """As events carry it: `300+100`, `own+50`."""
        return f"{self.radius or OWN}+{self.margin}"

    def can_be_told_by(self, position: Position) -> bool:
        """Whether a position is accurate enough for a ring of one size; of the stores' own fences each is asked by itself."""
        return not self.radius or position.sure_of(self.radius)


@dataclass(frozen=True, slots=True)
class Lies:
    """How a position lies to a ring: the stores it is in, nearest first, each with the size of its fence in metres (no distance), and
    those in whose margin it is, or of which it cannot tell. It is out of all others, but for fences that are no larger than `accuracy`
    metres (None: of any size), of which it cannot tell either."""

    inside: list[tuple[str, int]]
    near: list[str]
    accuracy: int | None = None

    def document(self) -> dict[str, Any]:
        """As an event keeps it, without what is empty."""
        found = {"in": [list(entry) for entry in self.inside], "near": self.near, "accuracy": self.accuracy}
        return {name: value for name, value in found.items() if value not in ([], None)}


def lies_in(properties: dict[str, Any], ring: Ring) -> Lies | None:
    """How the position of an event lies to a ring; None when it does not tell."""
    found = properties.get(FENCES, {}).get(ring.name)
    if found is None:
        return None
    return Lies([(id, size) for id, size in found.get("in", [])], found.get("near", []), found.get("accuracy"))


def stores_in(properties: Any) -> set[str]:
    """The ids of all stores that an event's position lies in or near, whatever the ring."""
    fences = properties.get(FENCES) if isinstance(properties, dict) else None
    rings: Iterable[dict[str, Any]] = fences.values() if isinstance(fences, dict) else ()
    return {id for found in rings for id in (*(entry[0] for entry in found.get("in", [])), *found.get("near", []))}
