"""arguments: which functions an expression calls, and which of their arguments stand there as they are.

What a function needs must be known before anything happens, so names, windows and distances are written out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Call:
    """A function's name and arguments: those written as they are (`'7d'`, `` `5` ``) as values, others as `RECKONED`."""

    name: str
    arguments: tuple[Any, ...]

    def texts(self, *places: int) -> list[str] | None:
        """The arguments at these places; None unless all are there and written as texts."""
        given = [self.arguments[place] for place in places if place < len(self.arguments)]
        texts = [text for text in given if isinstance(text, str) and 0 < len(text) <= MOST_LETTERS]
        return texts if len(texts) == len(places) else None


RECKONED = object()


def nodes_of(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A node of a parsed expression and all below it."""
    yield node
    for child in node["children"]:
        if isinstance(child, dict):
            yield from nodes_of(child)


def call_of(node: dict[str, Any]) -> Call | None:
    """The call that a node is, None when it is none."""
    if node["type"] != "function_expression":
        return None
    return Call(node["value"], tuple(child["value"] if child["type"] == "literal" else RECKONED for child in node["children"]))


def calls_in(parsed: dict[str, Any], *names: str) -> Iterator[Call]:
    """Every call of these functions, wherever it stands."""
    for node in nodes_of(parsed):
        call = call_of(node)
        if call is not None and call.name in names:
            yield call
