"""bounds: 64 KB of state after any life. The heaviest part gives way first, in the way it declares (`model/part.py`).

Every part has bounds of its own, which nobody in earnest reaches in all parts at once. What this does is for robots and attacks: a
withdrawal is never forgotten, and runs and journeys that make room say so (`run_limit`).
"""

from typing import Any

from ..model.canonical import plain_json
from ..model.customer import PARTS
from ..model.part import Part
from . import journeys
from .work import Work, trigger_timer

MOST_BYTES = 64 * 1024


def bound(work: Work) -> None:
    """Make the state small enough, if it is not (bytes of JSON as UTF-8)."""
    if _bytes_of(work.customer.document()) <= MOST_BYTES:
        return
    parts = dict(PARTS)
    while True:
        sizes = {name: _bytes_of(part.write(getattr(work.customer, name))) for name, part in parts.items()}
        if sum(sizes.values()) + 20 * len(sizes) <= MOST_BYTES:
            return
        if not any(_gives_way(work, name, parts[name]) for name in sorted(sizes, key=lambda name: (-sizes[name], name))):
            return  # nothing can be smaller: what is left has fixed bounds


def _gives_way(work: Work, name: str, part: Part) -> bool:
    if name == "memory":
        return _end_runs(work)
    if name == "journeys":
        return journeys.make_room(work)
    return part.lighten is not None and part.lighten(getattr(work.customer, name))


def _end_runs(work: Work) -> bool:
    """The rule that remembers most gives up its oldest runs, in its trigger's own way."""
    memory = work.customer.memory
    work.watches_touched = True
    for rule_id in sorted(memory, key=lambda rule_id: (-_bytes_of(memory[rule_id]), rule_id)):
        rule = work.rulebook.rules.get(rule_id)
        if rule is None:
            del memory[rule_id]
            return True
        before = _bytes_of(memory[rule_id])
        reaction = rule.trigger.lighten(memory[rule_id])
        for key, due in reaction.timers.items():
            work.set_timer(trigger_timer(rule_id, key), due)
        for ended in reaction.fired:
            journeys.begin(work, rule, ended)
        lighter = _bytes_of(memory.get(rule_id, {})) < before
        if not memory.get(rule_id, True):
            del memory[rule_id]
        if lighter:
            return True
    return False


def _bytes_of(document: Any) -> int:
    return len(plain_json(document))
