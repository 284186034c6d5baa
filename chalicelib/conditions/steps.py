"""steps: what a condition costs on a document, counted while it runs, so that no condition holds up the others.

A step is 0.1 to 0.3 µs. One evaluation may take `STEPS` of them, whatever the condition and the document are; where something may grow,
its growth is counted before it is made. Each function here takes the steps that are left and gives those that are left then.
"""

from typing import Any

from .failures import stop, unfit
from .kinds import NUMBERS

STEPS = 50_000
CHARACTERS = 16  # read or laid in one step


def pay(n: int, steps: int) -> int:
    """After so many."""
    if steps > n:
        stop()
    return n - steps


def spend(n: int, value: Any) -> int:
    """After going through a value and everything in it, as often as it is in it."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is list or kind is dict:
            n = pay(n, len(value) + 1)
            waiting.extend(value if kind is list else value.values())
            if kind is dict:
                waiting.extend(value)
        elif kind is str:
            n = pay(n, len(value) // CHARACTERS)
    return n


def read(n: int, *values: Any) -> int:
    """After going through texts, lists and objects once."""
    for value in values:
        kind = type(value)
        if kind is list or kind is dict:
            n = pay(n, len(value))
        elif kind is str:
            n = pay(n, len(value) // CHARACTERS)
    return n


def search(n: int, entries: list[Any], sought: Any) -> int:
    """After comparing every entry with a value."""
    each = n - spend(n, sought) if type(sought) in (list, dict) else 1
    return pay(n, each * len(entries))


def texts(n: int, name: str, entries: list[Any], times: int) -> int:
    """After comparing texts so many times each. Where not all are texts or all are numbers the condition stops."""
    kinds = set(map(type, entries))
    if kinds != {str}:
        fitting = {str} if type(entries[0]) is str else NUMBERS
        unfit(name, next(entry for entry in entries if type(entry) not in fitting), " among what it compares")
    return pay(n, sum(map(len, entries)) * times // CHARACTERS)


def flatten(n: int, entries: list[Any]) -> tuple[int, list[Any]]:
    """After laying lists end to end, with the list."""
    flat: list[Any] = []
    for entry in entries:
        if type(entry) is list:
            n -= len(entry)
            if n < 0:
                stop()
            flat += entry
        else:
            flat.append(entry)
    return n, flat
