"""listener: a rule that listens to the events of one name, and what of its condition it can be found by."""

from collections.abc import Iterator
from typing import NamedTuple

from ..conditions.condition import Condition, condition
from ..conditions.demand import Demand, OneOf, Path, key_of
from ..conditions.demands import demanded
from ..triggers.trigger import Selective, has
from .field_index import is_looked_up
from .rule import Rule


class Listener(NamedTuple):
    """A rule is shown the events of this name for which the condition holds; all of them without one."""

    rule: str
    priority: int
    event: str
    where: str | None

    @property
    def order(self) -> tuple[int, str]:
        """Highest priority first, then by id."""
        return -self.priority, self.rule


class Sought(NamedTuple):
    """What a rule is found by: demands that can be looked up, at most one of them for values of the same field; and the condition that is
    asked beside, when they are not all there is to it."""

    demands: tuple[Demand, ...] = ()
    asked: Condition | None = None


def listeners_of(rule: Rule) -> Iterator[Listener]:
    """What a rule that runs listens to."""
    if not rule.running:
        return
    trigger = rule.trigger
    conditions = trigger.listens() if has(trigger, Selective) else [(name, None) for name in trigger.events()]
    hears_all = {event for event, where in conditions if where is None}
    for event in sorted(hears_all):
        yield Listener(rule.id, rule.priority, event, None)
    for event, where in dict.fromkeys(conditions):
        if event not in hears_all:
            yield Listener(rule.id, rule.priority, event, where)


def sought(where: str | None) -> Sought:
    """What a condition is found by."""
    if where is None:
        return Sought()
    parsed = condition(where)
    found = demanded(parsed.parsed)
    looked_up = [demand for demand in found.demands if demand.path and is_looked_up(demand)]
    whole = found.whole and len(looked_up) == len(found.demands)
    wanted: dict[Path, OneOf] = {}
    for demand in looked_up:
        if isinstance(demand, OneOf):
            keys = {key_of(value) for value in demand.values}
            before = wanted.get(demand.path, demand).values
            wanted[demand.path] = OneOf(demand.path, tuple(value for value in before if key_of(value) in keys))
    others = [demand for demand in looked_up if not isinstance(demand, OneOf)]
    return Sought((*wanted.values(), *others), None if whole else parsed)
