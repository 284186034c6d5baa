"""advance: the one evaluator. Everything that happens is an event; every event goes through here.

Pure, total, deterministic: the same state, event, facts, rulebook and moment give the same outcome, and nothing that was passed
in is changed. Redelivered events change nothing.
"""

from ..model.customer import Customer
from ..model.event import (
    CUSTOMER_ABSORBED,
    CUSTOMER_RESTORED,
    ERASURE_ASKED,
    MERGE_ASKED,
    MERGE_JOURNALED,
    MERGE_MOVED,
    MESSAGE_DEFERRED,
    MESSAGE_REFUSED,
    SEPARATION_ASKED,
    TIMER_DUE,
    Event,
)
from ..model.facts import Facts
from ..model.memory import Memory
from ..model.outcome import Outcome, Tell
from ..model.products import REQUESTS_LAPSE, forget_products
from ..model.reason import Reason
from ..model.verdict import Deny
from ..rulebook.rule import Rule
from ..rulebook.rulebook import Rulebook
from ..triggers.trigger import Pausing, Reaction, Watchful, has
from . import journeys
from .absorb import absorb, follow, freeze
from .audiences import settle_audiences
from .bounds import bound
from .endings import end_runs, rules_ended
from .erase import erase
from .identify import identify
from .kinds import settle_kinds
from .operation import stands_against
from .places import note_place, settle_nearby, settle_places
from .remember import fill_in, forget_unasked, note_event
from .returned import deferred, refused
from .scope import scope_of
from .separate import restore, separate
from .update import update
from .watches import settle_watches
from .work import Work, trigger_timer

MOST_TIMERS_AT_ONCE = 1_000


def advance(state: Customer, event: Event, facts: Facts, rulebook: Rulebook, now: int) -> Outcome:
    """The state after an event, with all that follows from it at the moment `now` (milliseconds)."""
    if event.id in state.recent:
        return Outcome(state)
    work = Work(state.copy(), facts, rulebook, now)
    if facts.past is not None or not state.first_seen:  # somebody new has no past
        fill_in(work.customer, rulebook.asks, facts.past or (), now)
    if state.merged_into is None:
        settle_kinds(work)
    rang = None
    if event.type == "engine":
        rang = _take_engine_event(work, event)
    else:
        for told in identify(work.customer, event, rulebook.kinds, rulebook.brand.double_opt_in):
            work.put_out(Tell(told))
        update(work.customer, event)
        note_event(work.customer, rulebook.asks, event)
        note_place(work.customer, rulebook.nearby, event)
        _match(work, event)
    work.customer.recent.add(event.id, event.received_at)
    settle_places(work, state, event.id)
    journeys.prune(work)
    if work.customer.merged_into is None:
        settle_kinds(work)  # also what was frozen, and what this event made triggers remember
        forget_unasked(work.customer, rulebook.asks, now)
        settle_nearby(work)
        forget_products(work.customer.requests, now - REQUESTS_LAPSE)
        settle_audiences(work, event)
        settle_watches(work)
        bound(work)
        settle_watches(work)
    _set_ring(work.customer, rang)
    return Outcome(work.customer, tuple(work.effects), tuple(work.occurrences))


def _take_engine_event(work: Work, event: Event) -> int | None:
    """What Beckon says to itself. Returns the number of the ring that rang, if it was one."""
    if event.name == TIMER_DUE:
        _fire_due(work)
        number: int = event.properties["ring"]
        return number
    if event.name == MESSAGE_REFUSED:
        refused(work, event.properties)
    elif event.name == MESSAGE_DEFERRED:
        deferred(work, event.properties)
    elif event.name == MERGE_ASKED:
        freeze(work, event.properties, event.at)
    elif event.name == MERGE_MOVED:
        follow(work, event.properties)
    elif event.name == CUSTOMER_ABSORBED:
        absorb(work, event.properties)
    elif event.name == ERASURE_ASKED:
        erase(work, event.properties["at"])
    elif event.name == SEPARATION_ASKED:
        separate(work, event.properties)
    elif event.name == CUSTOMER_RESTORED:
        restore(work, event.properties)
    elif event.name != MERGE_JOURNALED:  # a journal is there to be read, it changes nothing
        raise ValueError(f"an engine event of the unknown name {event.name!r}")
    return None


def _match(work: Work, event: Event) -> None:
    """End the journeys that the event ends, then show it to the triggers it concerns, and take up what they say."""
    if event.type != "track" or event.name is None:
        return
    ending = rules_ended(work, event.name)
    if not ending and event.name not in work.rulebook.listening:
        return
    scope = scope_of(work.customer, event.at, work.rulebook, work.facts, event=event.document())
    for rule in ending:
        end_runs(work, rule, event, scope)
    for rule in work.rulebook.hearing(event.name, scope, work.customer.memory):
        if work.rulebook.in_force(rule, work.now):
            memory = _memory(work, rule)
            reaction = rule.trigger.on_event(memory, event, scope, work.customer, work.facts, work.now)
            _take_up(work, rule, reaction, event.id)


def _memory(work: Work, rule: Rule) -> Memory:
    memory = work.customer.memory.setdefault(rule.id, {})
    if memory and rule.status != "shadow" and has(rule.trigger, Pausing):
        rule.trigger.goes_live(memory)
    return memory


def _take_up(work: Work, rule: Rule, reaction: Reaction, event_id: str) -> None:
    work.watches_touched |= has(rule.trigger, Watchful)
    for key, due in reaction.timers.items():
        work.set_timer(trigger_timer(rule.id, key), due)
    if not work.customer.memory.get(rule.id, True):
        del work.customer.memory[rule.id]
    for exit_ in reaction.exits:
        journeys.exit_runs(work, rule, exit_, event_id)
    for fired in reaction.fired:
        journeys.begin(work, rule, fired)


def _fire_due(work: Work) -> None:
    """Everything this customer waited for until now: by priority, then by moment. What that sets in motion for now follows at once."""
    for _ in range(MOST_TIMERS_AT_ONCE):
        due = [timer for timer, at in work.customer.timers.items() if at <= work.now]
        if not due:
            return
        _fire(work, min(due, key=lambda timer: (-_priority(work, timer), work.customer.timers[timer], timer)))


def _fire(work: Work, timer: str) -> None:
    del work.customer.timers[timer]
    kind, rule_id, rest = timer.split("|", 2)
    if kind in ("audience", "nearby"):
        return  # who is in it, and what is forgotten, is settled after every ring
    rule = work.rulebook.rules.get(rule_id)
    if kind == "trigger":
        if rule is None or not rule.running:
            work.customer.memory.pop(rule_id, None)  # a retired rule remembers nothing; nothing was promised yet
            return
        _take_up(work, rule, rule.trigger.on_timer(_memory(work, rule), rest, work.customer, work.now), "")
    else:
        journey = work.customer.journeys.get(f"{rule_id}|{rest}")
        if journey is None or journey.status != "open":
            return
        against = stands_against(rule, work.customer, journey, work.rulebook, work.now)
        if rule is None or against is not None or journey.step > len(rule.steps):
            journeys.retire(work, journey, against or Deny(Reason.RULE_RETIRED, "the step is gone"))
        else:
            journeys.decide_step(work, rule, journey)


def _priority(work: Work, timer: str) -> int:
    rule = work.rulebook.rules.get(timer.split("|", 2)[1])
    return rule.priority if rule else 0


def _set_ring(customer: Customer, rang: int | None) -> None:
    """The index entry changes only when there is none, when it must be earlier, or when it has rung."""
    if rang == customer.rings or customer.merged_into is not None:
        customer.ring = None
    earliest = min(customer.timers.values(), default=None)
    if earliest is not None and (customer.ring is None or earliest < customer.ring):
        customer.ring, customer.rings = earliest, customer.rings + 1
