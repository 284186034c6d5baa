"""listeners: all rules that listen to the events of one name, found by what their conditions demand.

Every rule has a place. The fields that rules demand something of are looked up, once each, and their values take away the rules they fail,
all at once: a set of rules is a whole number with a bit for each place. What is left is found; where a condition demands more than can be
looked up, it is asked itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from ..conditions.condition import Condition
from ..conditions.demand import Demand, Path
from .bounds import bits
from .field_index import FieldIndex
from .listener import Listener, sought

_EMPTY: dict[str, Any] = {}


class Holder(NamedTuple):
    """An object with fields that are looked up: where it stands, the rules that demand something of it, and its fields by name."""

    path: Path
    users: int
    fields: dict[str, FieldIndex]


@dataclass(frozen=True, slots=True)
class Listeners:
    """Immutable. `orders` and `rules` tell by place which rule stands there; up to `ordered`, the higher place goes first. `live` are those
    still there, `asked` those whose condition is asked, `conditions`. A rule may stand at several `places`."""

    orders: tuple[tuple[int, str], ...] = ()
    rules: tuple[str, ...] = ()
    ordered: int = 0
    live: int = 0
    asked: int = 0
    conditions: dict[int, Condition] = field(default_factory=dict)
    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    holders: tuple[Holder, ...] = ()

    @classmethod
    def of(cls, listeners: Iterable[Listener]) -> "Listeners":
        """From scratch."""
        listeners = sorted(listeners, key=lambda listener: listener.order, reverse=True)
        return replace(cls().added(listeners), ordered=len(listeners))

    def added(self, listeners: Sequence[Listener]) -> "Listeners":
        """The same with more; what is not concerned is shared."""
        first = len(self.rules)
        conditions, places = dict(self.conditions), dict(self.places)
        demands: list[tuple[int, Demand]] = []
        for place, listener in enumerate(listeners, first):
            places[listener.rule] = (*places.get(listener.rule, ()), place)
            found = sought(listener.where)
            demands += [(place, demand) for demand in found.demands]
            if found.asked:
                conditions[place] = found.asked
        return Listeners(
            orders=(*self.orders, *(listener.order for listener in listeners)), rules=(*self.rules, *(one.rule for one in listeners)),
            ordered=self.ordered, live=self.live | ((1 << len(listeners)) - 1) << first, asked=self.asked | bits(conditions.keys()),
            conditions=conditions, places=places, holders=_with_demands(self.holders, demands))

    def without(self, rule: str) -> "Listeners":
        """The same without a rule; its places stay empty."""
        places = dict(self.places)
        return replace(self, live=self.live & ~bits(places.pop(rule)), places=places)

    @property
    def empty_places(self) -> int:
        """How many places no rule stands at any more."""
        return len(self.rules) - self.live.bit_count()

    def match(self, scope: Any, remembering: Iterable[str] = ()) -> list[str]:
        """The rules whose conditions hold on a scope, and of those named the ones that listen, whether or not; highest priority first."""
        left = self.live
        for path, users, fields in self.holders:
            if not left & users:
                continue  # nobody left asks about it: it need not even be made
            holder = scope
            for name in path:
                holder = holder.get(name)
                if not isinstance(holder, dict):
                    holder = _EMPTY
                    break
            for name, index in fields.items():
                left ^= left & index.failed_by(holder.get(name))
            if not left:
                break
        asked = left & self.asked
        while asked:
            place = asked.bit_length() - 1
            asked ^= 1 << place
            if not self.conditions[place].holds(scope):
                left ^= 1 << place
        for rule in remembering:
            if rule in self.places:
                left |= bits(self.places[rule])
        return self._rules_at(left) if left else []

    def _rules_at(self, left: int) -> list[str]:
        found, rules = [], self.rules
        if left.bit_length() > self.ordered:  # those that came later stand anywhere in the order
            return list(dict.fromkeys(rules[place] for place in sorted(_places(left), key=self.orders.__getitem__)))
        while left:
            place = left.bit_length() - 1
            left ^= 1 << place
            found.append(rules[place])
        return found if len(rules) == len(self.places) else list(dict.fromkeys(found))


def _places(left: int) -> Iterator[int]:
    """Those of a set: it is gone over as often as it has such, however far they are apart."""
    while left:
        place = left.bit_length() - 1
        left ^= 1 << place
        yield place


def _with_demands(holders: Iterable[Holder], demands: Iterable[tuple[int, Demand]]) -> tuple[Holder, ...]:
    """What holds the demanded fields, with more demands; what the event says of itself is looked up first: the rest may have to be made."""
    by_field: dict[Path, list[tuple[int, Demand]]] = {}
    for place, demand in demands:
        by_field.setdefault(demand.path, []).append((place, demand))
    known = {(_root(holder), holder.path): holder for holder in holders}
    for (*above, name), entries in by_field.items():
        path = tuple(above)
        at = (path[0] if path else name, path)
        holder = known.get(at) or Holder(path, 0, {})
        index = holder.fields.get(name, FieldIndex()).added(entries)
        known[at] = Holder(path, holder.users | bits({place for place, _ in entries}), {**holder.fields, name: index})
    return tuple(known[at] for at in sorted(known, key=lambda at: (at[0] != "event", at)))


def _root(holder: Holder) -> str:
    """What is made when it is looked at. What is asked of the whole of it is held apart from what is asked of another whole."""
    return holder.path[0] if holder.path else next(iter(holder.fields))
