"""ring: how near to a store is in, and how far from it is out again.

Between the two lies the margin: who is in stays in there, who is out stays out. A rule asks for one ring around all stores.
"""

from dataclasses import dataclass

from .place import Position

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
    those in whose margin it is, or of which it cannot tell. Beyond all others it is out."""

    inside: list[tuple[str, int]]
    near: list[str]
