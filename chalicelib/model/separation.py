"""separation: how a part of two joined records is taken apart again: what stays with the survivor, and what goes back to the other.

Everything works on stored documents, of which None is nothing. What the join brought goes, what was there before comes back, what was
added since stays. A part that says nothing is taken apart by its shape; those whose nature is another say so beside their definition.
"""

from collections.abc import Callable
from typing import Any

Separation = Callable[[Any, Any, Any, Any], tuple[Any, Any]]
"""Mine before the join, mine after it, mine now, theirs at the join: what stays mine, and what goes back. It changes none of them."""


def each_its_own(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """Nothing moves: the survivor keeps what it has now, and so does the frozen record."""
    return now, None


def whole(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """One value: what was there before, unless it was changed since."""
    return before if now == after else now, theirs


def entries(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """A list: without the entries that came with the join, and again with those the join had no room for, each after its neighbour."""
    mine, both = before or [], after or []
    stays = [entry for entry in now or [] if entry in mine or entry not in both]
    for place, entry in enumerate(mine):
        if entry not in both and entry not in stays:
            neighbour = mine[place - 1] if place else None
            stays.insert(stays.index(neighbour) + 1 if neighbour in stays else 0, entry)
    return stays, theirs


def left_of_entries(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """A list whose entries are used up: what is gone since does not go back, lest it count or happen a second time."""
    stays, back = entries(before, after, now, theirs)
    return stays, [entry for entry in back or [] if entry in (now or []) or entry not in (after or [])]


def each(inner: Separation) -> Separation:
    """By name: each value by itself, without what is empty then."""

    def separate(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
        documents = [document or {} for document in (before, after, now, theirs)]
        both: tuple[dict[str, Any], dict[str, Any]] = {}, {}
        for name in dict.fromkeys(name for document in (documents[2], *documents) for name in document):
            for of_one, value in zip(both, inner(*(document.get(name) for document in documents)), strict=True):
                if value not in (None, {}, []):
                    of_one[name] = value
        return both

    return separate


def by_shape(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """What is said by name, value by value; a list, entry by entry; everything else as one."""
    shapes = {type(document) for document in (before, after, now, theirs) if document is not None}
    inner: Separation = each(whole) if shapes == {dict} else entries if shapes == {list} else whole
    return inner(before, after, now, theirs)
