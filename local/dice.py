"""dice: chance that is the same every time: each throw is a hash of the seed and the number of the throw."""

from collections.abc import Sequence
from typing import TypeVar

from chalicelib.model.canonical import fraction

Item = TypeVar("Item")


class Dice:
    """A row of throws that follows from a seed."""

    def __init__(self, *seed: str) -> None:
        self._seed = seed
        self._throws = 0

    def whole(self, least: int, most: int) -> int:
        """A whole number from `least` to `most`, both possible."""
        self._throws += 1
        return least + int(fraction(*self._seed, str(self._throws)) * (most - least + 1))

    def one_of(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.whole(0, len(items) - 1)]

    def some_of(self, items: Sequence[Item], number: int) -> list[Item]:
        """So many different items, in any order; as many as there are: all of them, shuffled."""
        left = list(items)
        return [left.pop(self.whole(0, len(left) - 1)) for _ in range(number)]
