"""located_conditions: conditions with the places of their parts and what they see."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ...conditions.located import parse_located
from .book import Asked, Book
from .scope_shapes import CART, CUSTOMER, event_shape, trigger_shape
from .types import Scope

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a part of a condition."""

    code: str
    node: Node
    problem: str
    mend: str


located = lru_cache(maxsize=8_192)(parse_located)


def each_condition(book: Book) -> Iterator[tuple[Asked, Node, Scope]]:
    """Every condition, its tree with places, and the shapes of what it sees."""
    for asked in book.asked:
        yield asked, located(asked.text), scope_of(asked, book)


def scope_of(asked: Asked, book: Book) -> Scope:
    """What a condition sees: in a trigger the event it is asked about, in its rule what the trigger tells."""
    scope = {"customer": CUSTOMER, "cart": CART}
    if asked.rule is None:
        return scope
    if asked.is_of_event:
        return {**scope, "event": event_shape(book.seen.tracks.get(asked.event or "") if book.seen else None)}
    kind = asked.rule.trigger.kind
    name = asked.rule.trigger.event if asked.rule.trigger.kind == "event" else ""
    return {**scope, "trigger": trigger_shape(kind, book.seen.tracks.get(name) if book.seen else None)}
