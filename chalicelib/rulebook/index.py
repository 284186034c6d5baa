"""index: all rules that run, by the events they listen to and by what they demand of them: an event costs what it matches."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from .listener import Listener, listeners_of
from .listeners import Listeners
from .rule import Rule

_WORN = 0.25  # of all places


class Matcher(Protocol):
    """Finds the rules that an event is for."""

    def match(self, event: str, scope: Any, remembering: Iterable[str] = ()) -> list[str]:
        """The rules that listen to events of this name and whose condition on them holds on a scope, and, whether it holds or not, those
        of them that are `remembering` something of the customer; highest priority first, then by id."""


@dataclass(frozen=True, slots=True)
class Index:
    """Immutable: with a rule more or less it is another one, which shares what is the same."""

    by_event: dict[str, Listeners]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "Index":
        """From scratch."""
        return cls({event: Listeners.of(listeners) for event, listeners in _by_event(rules).items()})

    def with_rule(self, rule: Rule) -> "Index":
        """The same with a rule, in place of what went by its id."""
        by_event = dict(self.without(rule.id).by_event)
        for event, listeners in _by_event([rule]).items():
            by_event[event] = by_event[event].added(listeners) if event in by_event else Listeners.of(listeners)
        return Index(by_event)

    def without(self, rule: str) -> "Index":
        """The same without a rule."""
        return Index({event: listeners.without(rule) if rule in listeners.places else listeners
                      for event, listeners in self.by_event.items()})

    @property
    def worn(self) -> bool:
        """Whether so many places are empty that events cost more for them: time to build it anew."""
        listeners = self.by_event.values()
        return sum(one.empty_places for one in listeners) > sum(len(one.rules) for one in listeners) * _WORN

    def match(self, event: str, scope: Any, remembering: Iterable[str] = ()) -> list[str]:
        """As `Matcher` says."""
        listeners = self.by_event.get(event)
        return listeners.match(scope, remembering) if listeners is not None else []


def _by_event(rules: Iterable[Rule]) -> dict[str, list[Listener]]:
    found: dict[str, list[Listener]] = {}
    for rule in rules:
        for listener in listeners_of(rule):
            found.setdefault(listener.event, []).append(listener)
    return found
