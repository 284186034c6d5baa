"""plain_matcher: what the index finds, found by asking every rule. Slow, and obviously right: the index is compared with it."""

from collections.abc import Iterable
from typing import Any

from ..conditions.condition import condition
from .listener import Listener, listeners_of
from .rule import Rule


class PlainMatcher:
    """All that listens, in order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._listeners = sorted((listener for rule in rules for listener in listeners_of(rule)), key=lambda listener: listener.order)

    def match(self, event: str, scope: Any, remembering: Iterable[str] = ()) -> list[str]:
        """As `Matcher` says."""
        remembering = set(remembering)
        return list(dict.fromkeys(listener.rule for listener in self._listeners
                                  if listener.event == event and (listener.rule in remembering or _hears(listener, scope))))


def _hears(listener: Listener, scope: Any) -> bool:
    return listener.where is None or condition(listener.where).holds(scope)
