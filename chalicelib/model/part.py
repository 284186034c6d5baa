"""part: what every part of a customer's state declares beside its definition: stored form, how two join and separate, what erasure leaves.

A new part of the state is one line in `customer.py`, with a `join` of its own where none of those below fits. A test walks the parts
and fails when one says too little.
"""

from collections.abc import Callable
from dataclasses import MISSING, Field, dataclass, field
from typing import Any, Literal, cast

from .separation import Separation, by_shape, each_its_own

Join = Callable[[Any, Any, int], Any]
"""Mine, theirs (of the record that joins mine), now: what both together are. It may change `mine`, never `theirs`."""
Lighten = Callable[[Any], bool]
"""Makes a part smaller in place, the least wanted first; False when it cannot be smaller. Called while a state is over its bound."""
Erasure = Literal["forgotten", "kept"]
"""`kept` is only what tells nothing of a person and what the machinery needs to bring nobody back and to send nothing twice."""


@dataclass(frozen=True, slots=True)
class Part:
    """How one part of the state is stored (under which name, in which JSON), joined, taken apart again and erased, and how it gives way to
    the bound."""

    stored: str
    join: Join
    separation: Separation
    erasure: Erasure
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    lighten: Lighten | None


def part(stored: str, *, join: Join, erasure: Erasure, default: Any = MISSING, factory: Callable[[], Any] | None = None,
         write: Callable[[Any], Any] = lambda value: value, read: Callable[[Any], Any] = lambda value: value,
         separation: Separation | None = None, lighten: Lighten | None = None) -> Any:
    """A field of the state. Empty values (None, 0, nothing in it) are not stored; `default` or `factory` gives them.

    Without a `separation` of its own it is taken apart by its shape, and stays where it is if each record keeps its own.
    """
    apart = separation or (each_its_own if join is own else by_shape)
    metadata = {"part": Part(stored, join, apart, erasure, write, read, lighten)}
    return field(default=default, metadata=metadata) if factory is None else field(default_factory=factory, metadata=metadata)


def part_of(declared: Field[Any]) -> Part:
    """What a field of the state declared. KeyError for a field that is no part."""
    return cast(Part, declared.metadata["part"])


def own(mine: Any, theirs: Any, now: int) -> Any:
    """Each record keeps its own: nothing of the other's."""
    return mine


def known_first(mine: Any, theirs: Any, now: int) -> Any:
    """Mine, else theirs."""
    return mine if mine is not None else theirs


def earliest(mine: int | None, theirs: int | None, now: int) -> int | None:
    """The earlier moment; none and 0 are no moments."""
    return min(filter(None, (mine, theirs)), default=mine)


def latest(mine: int | None, theirs: int | None, now: int) -> int | None:
    """The later moment; none and 0 are no moments."""
    return max(filter(None, (mine, theirs)), default=mine)


def mine_and_theirs(mine: dict[str, Any], theirs: dict[str, Any], now: int) -> dict[str, Any]:
    """By name: mine, else theirs."""
    return {**theirs, **mine}


def later_words(mine: dict[str, list[Any]], theirs: dict[str, list[Any]], now: int) -> dict[str, list[Any]]:
    """By name `[value, when]`: of two words on the same thing the later."""
    for name, word in theirs.items():
        if name not in mine or mine[name][1] < word[1]:
            mine[name] = word
    return mine


def soonest_each(mine: dict[str, int], theirs: dict[str, int], now: int) -> dict[str, int]:
    """By name a moment: of two the earlier."""
    for name, moment in theirs.items():
        mine[name] = min(moment, mine.get(name, moment))
    return mine


def newest_of(most: int) -> Join:
    """Lists that begin with a moment, in order: all, and beyond the bound the oldest go."""

    def join(mine: list[Any], theirs: list[Any], now: int) -> list[Any]:
        return sorted(mine + [entry for entry in theirs if entry not in mine])[-most:]

    return join


def first_of(most: int) -> Join:
    """Texts in the order they were learnt: mine, then what theirs adds, up to the bound."""

    def join(mine: list[str], theirs: list[str], now: int) -> list[str]:
        return [*mine, *(entry for entry in theirs if entry not in mine)][:most]

    return join


def fewer_of(least: int) -> Lighten:
    """Lists: the first half goes, but for so many."""

    def lighten(value: list[Any]) -> bool:
        half = min(len(value) // 2, len(value) - least)
        if half <= 0:
            return False
        del value[:half]
        return True

    return lighten
