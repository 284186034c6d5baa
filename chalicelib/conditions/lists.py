"""lists: functions on lists of texts, numbers and yes or no. `1` and `1.0` are the same, `1` and `true` are not."""

from collections import Counter
from typing import Any

from jmespath.exceptions import JMESPathTypeError
from jmespath.functions import signature

_LIST_OR_NULL = {"types": ["array", "null"]}


class Lists:
    """What is null gives null; what holds lists or objects is of the wrong type."""

    @signature(_LIST_OR_NULL)
    def _func_unique(self, entries: list[Any] | None) -> list[Any] | None:
        """The entries without those that stood before, in their order."""
        return None if entries is None else [entry for _, entry in dict.fromkeys(_told_apart("unique", entries))]

    @signature(_LIST_OR_NULL, _LIST_OR_NULL)
    def _func_contains_any(self, entries: list[Any] | None, wanted: list[Any] | None) -> bool | None:
        """Whether at least one of these stands in a list."""
        if entries is None or wanted is None:
            return None
        return not set(_told_apart("contains_any", entries)).isdisjoint(_told_apart("contains_any", wanted))

    @signature(_LIST_OR_NULL, _LIST_OR_NULL)
    def _func_contains_all(self, entries: list[Any] | None, wanted: list[Any] | None) -> bool | None:
        """Whether each of these stands in a list."""
        if entries is None or wanted is None:
            return None
        return set(_told_apart("contains_all", entries)) >= set(_told_apart("contains_all", wanted))

    @signature(_LIST_OR_NULL)
    def _func_most_common(self, entries: list[Any] | None) -> Any:
        """The entry that stands in a list most often, of several the first; null of an empty list."""
        if not entries:
            return None
        return Counter(_told_apart("most_common", entries)).most_common(1)[0][0][1]


def _told_apart(function: str, entries: list[Any]) -> list[tuple[bool, Any]]:
    """Each entry so that what is not the same is not equal: true is 1 to Python."""
    for entry in entries:
        if isinstance(entry, (list, dict)):
            raise JMESPathTypeError(function, "a list or an object", type(entry).__name__, ["string", "number", "boolean", "null"])
    return [(isinstance(entry, bool), entry) for entry in entries]
