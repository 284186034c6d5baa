"""places: which stores a customer is near to is kept while rules ask. Whoever no longer agrees to be located is forgotten where they were:
here, by triggers, timers and journeys, and in the log.
"""

from ..model.consent import may_be_located
from ..model.customer import Customer
from ..model.event import LOCATION_UPDATED, Event
from ..model.nearby import FRESH, forget_nearby, note_nearby
from ..model.outcome import ForgetPlaces
from ..model.ring import Ring, lies_in
from ..triggers.proximity import GENERAL, Proximity
from ..triggers.trigger import Exit
from . import journeys
from .work import NEARBY_TIMER, Work, trigger_timer


def note_place(customer: Customer, rings: tuple[Ring, ...], event: Event) -> None:
    """Take in how a position lies to the rings that conditions ask for."""
    if event.name != LOCATION_UPDATED or event.past or not may_be_located(customer.consents):
        return
    for ring in rings:
        lies = lies_in(event.properties, ring)
        if lies is not None:
            note_nearby(customer.nearby, ring, lies, event.at)


def settle_nearby(work: Work) -> None:
    """Forget which stores they were near to once nobody asks or an hour has passed, also of whoever does nothing any more."""
    known = work.customer.nearby
    forget_nearby(known, work.rulebook.nearby, work.now)
    oldest = min((at for _, at in known.values()), default=None)
    work.set_timer(NEARBY_TIMER, None if oldest is None else oldest + FRESH + 1)


def settle_places(work: Work, before: Customer, event_id: str) -> None:
    """Forget what was made of a customer's positions, when they agreed before an event and do not after it, or never did and a record that
    joined them brought some along."""
    customer = work.customer
    if may_be_located(customer.consents) or not (may_be_located(before.consents) or _holds_places(work)):
        return
    customer.nearby = {}
    for rule in work.rulebook.rules.values():
        if isinstance(rule.trigger, Proximity):
            memory = customer.memory.get(rule.id, {})
            for key in rule.trigger.forget(memory).timers:
                work.set_timer(trigger_timer(rule.id, key), None)
            if not memory:
                customer.memory.pop(rule.id, None)
            journeys.exit_runs(work, rule, Exit(None, work.now), event_id)
            customer.journeys = {name: journey for name, journey in customer.journeys.items() if journey.rule != rule.id}
    for rule_id in [rule_id for rule_id in customer.memory if rule_id not in work.rulebook.rules]:
        del customer.memory[rule_id]  # of a rule that is gone nobody knows any more what it remembers
    work.put_out(ForgetPlaces(work.now, tuple(customer.absorbed)))


def _holds_places(work: Work) -> bool:
    return bool(work.customer.nearby) or any(
        runs.keys() - {GENERAL} for rule, runs in work.customer.memory.items() if rule in work.rulebook.located)
