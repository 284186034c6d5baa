"""shape: what is known beforehand of a value that conditions and templates see: its JSON types, the fields it may have, its entries."""

from collections.abc import Mapping
from dataclasses import dataclass

ALL_TYPES = frozenset({"string", "number", "boolean", "array", "object", "null"})


@dataclass(frozen=True, slots=True)
class Shape:
    """`types`: those it may be of. `fields`: those of an object; where it is `closed` it has no others. `entry`: what a list holds."""

    types: frozenset[str] = ALL_TYPES
    fields: Mapping[str, "Shape"] | None = None
    closed: bool = False
    entry: "Shape | None" = None

    def within(self, name: str) -> "Shape | None":
        """What stands under a name; None when it is known that nothing can."""
        if self.fields is not None and name in self.fields:
            return self.fields[name]
        if self.closed or "object" not in self.types:
            return None
        return ANYTHING


ANYTHING = Shape()
TEXT, NUMBER, BOOLEAN = (Shape(frozenset({name})) for name in ("string", "number", "boolean"))
OBJECT, LIST = Shape(frozenset({"object"})), Shape(frozenset({"array"}))


def perhaps(shape: Shape) -> Shape:
    """The same, or nothing."""
    return Shape(shape.types | {"null"}, shape.fields, shape.closed, shape.entry)


def object_of(**fields: Shape) -> Shape:
    """An object that has these fields and no others."""
    return Shape(frozenset({"object"}), fields, closed=True)


def at_least(**fields: Shape) -> Shape:
    """An object that has these fields, and perhaps others."""
    return Shape(frozenset({"object"}), fields)


def list_of(entry: Shape) -> Shape:
    """A list of such entries."""
    return Shape(frozenset({"array"}), entry=entry)
