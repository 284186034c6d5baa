"""tell_trigger: triggers that keep account of what customers were told hear of it: what was asked is answered, what was told no news."""

from typing import Any

from ..triggers.trigger import Watchful, has
from .operation import another_kind
from .work import Work


def tell_trigger(work: Work, rule_id: str, run: str, step: int, data: dict[str, Any], at: int | None) -> None:
    """A run's first message was decided on, at a moment (milliseconds); None: it will not go out after all."""
    rule, journey = work.rulebook.rules.get(rule_id), work.customer.journeys.get(f"{rule_id}|{run}")
    if rule is None or (journey is not None and another_kind(rule, journey)):
        return
    if step == 1 and data and has(rule.trigger, Watchful):
        memory = work.customer.memory.setdefault(rule_id, {})
        rule.trigger.told(memory, run, data, at)
        if not memory:
            del work.customer.memory[rule_id]
        work.watches_touched = True
