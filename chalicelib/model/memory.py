"""memory: what triggers remember of a customer: by rule, then by run key, marks that begin with what orders them."""

from typing import Any

Memory = dict[str, Any]
"""What one rule's trigger remembers, by run key."""


def keep(memory: Memory, key: str, marks: list[Any]) -> None:
    """Have these marks and no others under a key; where there are none, nothing is remembered of it."""
    if marks:
        memory[key] = marks
    else:
        memory.pop(key, None)


def join_memories(mine: dict[str, Memory], theirs: dict[str, Memory], now: int) -> dict[str, Memory]:
    """All marks of both, in order, each once."""
    for rule, runs in theirs.items():
        of_rule = mine.setdefault(rule, {})
        for key, marks in runs.items():
            known = of_rule.get(key, [])
            of_rule[key] = sorted(known + [mark for mark in marks if mark not in known], key=lambda mark: mark[:3])
    return mine
