"""spread: work on independent items, one after the other or side by side in threads."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

SIDE_BY_SIDE = 16  # half the connections of the DynamoDB client's pool


def in_turn(work: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
    """One item after the other: the same order of doing things every time."""
    return [work(item) for item in items]


def side_by_side(work: Callable[[Item], Result], items: Iterable[Item], /) -> list[Result]:
    """At most 16 items at once, for work that waits for the network.

    Returns, or raises what any of them raised, only when all are done: Lambda would freeze what is still running and let it go
    on in the middle of another invocation.
    """
    todo = list(items)
    if len(todo) <= 1:
        return in_turn(work, todo)
    with ThreadPoolExecutor(min(SIDE_BY_SIDE, len(todo))) as pool:
        futures = [pool.submit(work, item) for item in todo]
    return [future.result() for future in futures]
