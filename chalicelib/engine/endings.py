"""endings: what ends a rule's runs at once, whether they still wait to fire or are in the middle of their steps: its goal, or an exit.

What happened before a run began does not end it; what happened after does, however late it is heard of. The last gate stops what is on its
way.
"""

from ..model.event import Event
from ..model.journey import Journey
from ..model.reason import Reason
from ..rulebook.rule import Rule
from ..triggers.matching import keys_in
from ..triggers.trigger import Scope, Waiting, has
from . import journeys
from .work import Work, trigger_timer

ALL: tuple[str | None, ...] = (None,)


def rules_ended(work: Work, event: str) -> list[Rule]:
    """The rules of which an event of this name may end runs: of those with such a goal or exit the ones that know the customer, and those
    that wait for what comes late."""
    named = work.rulebook.ending.get(event)
    if not named:
        return []
    customer = work.customer
    known = {*customer.memory, *(journey.rule for journey in customer.journeys.values()), *work.rulebook.late.get(event, ())}
    return sorted((named[rule] for rule in known if rule in named), key=lambda rule: (-rule.priority, rule.id))


def end_runs(work: Work, rule: Rule, event: Event, scope: Scope) -> None:
    """End the runs of a rule that this event ends."""
    if rule.goal is not None and rule.goal.counts(event, scope):
        _end(work, rule, event, None, Reason.GOAL_REACHED)
    for exit_ in rule.exits:
        if exit_.counts(event, scope):
            for key in keys_in(exit_.key, scope) or ALL:
                _end(work, rule, event, key, Reason.EXITED)


def _end(work: Work, rule: Rule, event: Event, key: str | None, reason: Reason) -> None:
    for journey in list(work.customer.journeys.values()):
        if journey.rule == rule.id and key in (None, journey.key) and _concerns(rule, journey, event, reason):
            journeys.end(work, journey, rule, event.id, event.at, cause=event.id, reason=reason)
    if rule.running and has(rule.trigger, Waiting):
        memory = work.customer.memory.setdefault(rule.id, {})
        for name, due in rule.trigger.call_off(memory, key, event).items():
            work.set_timer(trigger_timer(rule.id, name), due)
        if not memory:
            del work.customer.memory[rule.id]


def _concerns(rule: Rule, journey: Journey, event: Event, reason: Reason) -> bool:
    """Whether it happened after the journey had begun; after the last step a goal counts within its window, an exit for what is on its
    way."""
    began = journey.started if has(rule.trigger, Waiting) else journey.at
    if journey.status == "exited" or event.at < began:
        return False
    last = journey.at if journey.step_at is None else journey.step_at
    return journey.status == "open" or reason != Reason.GOAL_REACHED or rule.goal is None or event.at <= last + rule.goal.window
