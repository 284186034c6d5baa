"""journeys: from a trigger's moment through the steps of its rule to the end, each step decided on its own."""

from typing import Any

from ..model.customer import JOURNEYS_KEPT, MOST_JOURNEYS, MOST_SENDS, SENDS_KEPT
from ..model.decision import Decision, Message, Word, message_key
from ..model.journey import Journey, Occurrence, Send
from ..model.outcome import Dispatch
from ..model.reason import HELD_OUT, Reason
from ..model.verdict import Allow, Deny, Hold
from ..rulebook.rule import Rule
from ..rulebook.step import Step
from ..triggers.trigger import Exit, Fired, Pausing, Spaced, has
from . import cascade
from .decide import Trace, check_conditions, explain, paused, revise
from .offers import end_offer, give_back, settle_offer, worth_until
from .operation import stands_against
from .tell_trigger import tell_trigger
from .work import Work, journey_timer

ENDING = frozenset({
    Reason.CATALOG_MISSING, Reason.OUT_OF_STOCK, Reason.PRICE_RESTORED, Reason.EXITED, Reason.NO_LONGER_MATCHES, Reason.RULE_RETIRED,
    Reason.RUN_LIMIT, Reason.REENTRY, Reason.LOCATION_NOT_CONSENTED, Reason.STORE_CLOSED, Reason.STORE_HOURS_UNKNOWN,
    Reason.SHADOW_ONLY, Reason.OUTSIDE_PERCENTAGE, Reason.OUTSIDE_DATES, Reason.GOAL_REACHED})


def begin(work: Work, rule: Rule, fired: Fired) -> None:
    """A trigger fired: keep the occurrence, begin a journey unless something speaks against it, decide its first step."""
    customer = work.customer
    work.occurrences.append(Occurrence(rule.id, fired.run, fired.key, fired.at, fired.started, fired.cause, fired.data))
    journey = Journey(rule=rule.id, run=fired.run, key=fired.key, at=fired.at, started=fired.started, cause=fired.cause, data=fired.data,
                      entered=work.now, step_at=fired.at, shadow=rule.status == "shadow" or None, variant=rule.variant_for(customer.id),
                      kind=rule.trigger.kind)
    earlier = [other for other in customer.journeys.values()
               if other.rule == rule.id and _counts(other, rule) and (_still_to_begin(other, fired) or abs(fired.at - other.at) < max(
                   fired.apart, rule.reentry if other.key == fired.key else 0))]
    trace: Trace = []
    against = (silent if (silent := paused(work.rulebook)) else
               Deny(fired.refused) if fired.refused else
               Deny(Reason.REENTRY, f"a journey began {earlier[-1].run.rpartition('@')[2]}") if earlier else
               stands_against(rule, customer, journey, work.rulebook, work.now) or _crowded_out(work, journey) or
               revise(rule, fired.data, customer, work.facts, work.now, trace))
    if isinstance(against, Deny):  # what the trigger itself takes back at once has never begun: the next may begin
        _deny(work, journey, rule.steps[0].send.ways[0], against, trace)
        return
    _bound(work, MOST_JOURNEYS - 1)
    customer.journeys[journey.id] = journey
    if journey.shadow and has(rule.trigger, Pausing):
        rule.trigger.rehearsed(customer.memory.get(rule.id, {}), fired.run)
    if fired.ended_by:
        end(work, journey, rule, fired.ended_by, journey.at, cause=fired.cause)
    else:
        decide_step(work, rule, journey)


def _crowded_out(work: Work, journey: Journey) -> Deny | None:
    """In shadow no room is made at the cost of journeys that are live."""
    live = sum(not other.shadow for other in work.customer.journeys.values())
    return Deny(Reason.RUN_LIMIT, "live journeys take all the room") if journey.shadow and live >= MOST_JOURNEYS else None


def _counts(journey: Journey, rule: Rule) -> bool:
    """What a rule did in shadow keeps nothing from whom it writes to."""
    return rule.status == "shadow" or not journey.shadow


def _still_to_begin(journey: Journey, fired: Fired) -> bool:
    """Its first message is still held: one more of the same would be a second one in the morning."""
    held = journey.status == "open" and journey.step == 1 and journey.held_since is not None and not journey.tries
    return held and journey.key == fired.key


def decide_step(work: Work, rule: Rule, journey: Journey) -> None:
    """Decide the journey's next step now."""
    step = rule.steps[journey.step - 1]
    trace: Trace = [] if journey.variant is None else [{"check": "variant", "verdict": "allow", "note": journey.variant}]
    channel, verdict = _verdict(work, rule, journey, step, trace)
    match verdict:
        case Allow():
            key = _tell_of(work, journey, channel, trace) if journey.shadow else _send(work, rule, journey, step, channel, trace)
            if cascade.went_out(work.customer, journey, step, key, channel):
                _wait_for_proof(work, journey, step)
            else:
                _go_on(work, rule, journey)
        case Hold(until, reason):
            if not journey.shadow:
                settle_offer(work, rule, journey)
            if journey.held_for != reason:
                record(work, journey, channel, "hold", reason, trace)
            journey.held_since = work.now if journey.held_since is None else journey.held_since
            journey.held_for, journey.due = str(reason), until
            work.set_timer(journey_timer(journey), until)
        case Deny(reason):
            if reason not in HELD_OUT:
                _deny(work, journey, channel, verdict, trace)
            else:
                if not journey.shadow:
                    _count(work, rule, journey, channel)
                record(work, journey, channel, "deny", reason, trace)
            if verdict.reason in ENDING and not (step.when and verdict.note == step.when):
                close(work, journey, "exited", None)
            else:
                _go_on(work, rule, journey)
                if journey.status == "done":
                    give_back(work, journey.offer)


def exit_runs(work: Work, rule: Rule, exit_: Exit, event_id: str) -> None:
    """An event ended runs of this rule: their journeys stop, also in the middle of a wait; the gate stops what is on its way."""
    for journey in list(work.customer.journeys.values()):
        if journey.rule == rule.id and journey.status != "exited" and exit_.key in (None, journey.key) and journey.started <= exit_.at:
            end(work, journey, rule, event_id, exit_.at, cause=event_id)


def retire(work: Work, journey: Journey, against: Deny) -> None:
    """The rule may not act any more: the journey ends and says so."""
    _deny(work, journey, None, against, [])
    close(work, journey, "exited", None)


def make_room(work: Work) -> bool:
    """The state is over its bound: journeys in shadow go, then those that are over, then what open ones know of products, then the older
    half of those."""
    journeys = work.customer.journeys
    live = sum(not journey.shadow for journey in journeys.values())
    if live < len(journeys):
        _bound(work, live)
        return True
    over = [name for name, journey in journeys.items() if journey.status != "open"]
    for name in over:
        del journeys[name]
    wordy = [journey for journey in journeys.values() if len(journey.data.get("products", [])) > 1]
    if not over:
        for journey in wordy:
            journey.data = {**journey.data, "products": journey.data["products"][-1:]}
    if not over and not wordy and journeys:
        _bound(work, len(journeys) // 2)
        return True
    return bool(over or wordy)


def prune(work: Work) -> None:
    """Forget sends and journeys that nothing can ask for any more."""
    customer = work.customer
    customer.sends = [send for send in customer.sends if send.at > work.now - max(SENDS_KEPT, customer.pace)][-MOST_SENDS:]
    for name, journey in list(customer.journeys.items()):
        rule = work.rulebook.rules.get(journey.rule)
        asked_for = _asked_for(rule) if rule else 0
        if journey.status != "open" and work.now - journey.entered > max(JOURNEYS_KEPT, asked_for):
            del customer.journeys[name]
    _bound(work, MOST_JOURNEYS)


def _asked_for(rule: Rule) -> int:
    """How long, in milliseconds, the rule may look back for a journey that has ended."""
    apart = rule.trigger.cooldown if has(rule.trigger, Spaced) else 0
    return max(rule.reentry, apart, rule.steps[-1].after + rule.goal.window if rule.goal else 0)


def _verdict(work: Work, rule: Rule, journey: Journey, step: Step, trace: Trace) -> cascade.Choice:
    """What is to become of the step now, and on which channel."""
    customer, channel = work.customer, next(iter(cascade.ways_left(journey, journey.step, step)), step.send.ways[-1])
    _name_message(work, journey)
    journey.step_at = journey.at if journey.step_at is None else journey.step_at
    expires_at = worth_until(work, rule, journey)
    if silent := paused(work.rulebook):
        return channel, silent
    if work.now >= expires_at:
        capped = journey.held_for == Reason.FREQUENCY_CAPPED
        return channel, Deny(Reason.FREQUENCY_CAPPED if capped else Reason.EXPIRED, "it waited too long")
    stopped = cascade.stopped_by(customer, journey, journey.step, step, work.rulebook.tracking(rule.id).clicks, work.facts.sent)
    if stopped:
        return channel, stopped
    revised = revise(rule, journey.data, customer, work.facts, work.now, trace)
    if isinstance(revised, Deny):
        return channel, revised
    journey.data = revised
    no_longer = check_conditions(rule, step, customer, journey.data, work.facts, work.rulebook, work.now, trace)
    if no_longer:
        return channel, no_longer
    channel, verdict = cascade.choose(customer, rule, step, journey, work.rulebook, work.now, trace)
    if isinstance(verdict, Hold) and verdict.until >= expires_at:
        if verdict.reason != Reason.FREQUENCY_CAPPED:
            return channel, Deny(Reason.EXPIRED, f"it could go out only after it expires ({verdict.reason}: {verdict.note})")
        return channel, Hold(expires_at, verdict.reason, verdict.note)  # a cap may be given back before its time
    return channel, verdict


def _name_message(work: Work, journey: Journey) -> str:
    """The key of the message that is decided on now."""
    before = len(cascade.tries_of(journey, journey.step))
    journey.message_key = journey.message_key or message_key(work.customer.id, journey.rule, journey.run, journey.step, before)
    return journey.message_key


def _wait_for_proof(work: Work, journey: Journey, step: Step) -> None:
    """The next channel has its turn when this one has not proven to reach the customer in time."""
    journey.anchor = work.now if journey.anchor is None else journey.anchor
    journey.message_key, journey.held_since, journey.held_for = None, None, None
    journey.step_at = journey.due = work.now + step.send.wait
    work.set_timer(journey_timer(journey), journey.due)


def _send(work: Work, rule: Rule, journey: Journey, step: Step, channel: str, trace: Trace) -> str:
    """Let the message go; its key."""
    settle_offer(work, rule, journey)
    assert journey.message_key is not None and journey.step_at is not None
    _count(work, rule, journey, channel)
    record(work, journey, channel, "send", None, trace)
    work.put_out(Dispatch(Message(
        key=journey.message_key, customer=work.customer.id, rule=rule.id, run=journey.run, run_key=journey.key, step=journey.step,
        channel=channel, template=rule.template(journey.step, journey.variant), topic=rule.topic, message_type=rule.message_type,
        at=journey.step_at, decided_at=work.now, expires_at=worth_until(work, rule, journey), cause=journey.cause, data=journey.data,
        offer=journey.offer, variant=journey.variant)))
    return journey.message_key


def _tell_of(work: Work, journey: Journey, channel: str, trace: Trace) -> str:
    """In shadow: tell that the message would have gone, and let nothing else know of it. The key it would have had."""
    assert journey.message_key is not None
    trace.append(explain("status", Deny(Reason.SHADOW_ONLY, f"would have been sent by {channel}")))
    record(work, journey, channel, "deny", Reason.SHADOW_ONLY, trace)
    return journey.message_key


def _count(work: Work, rule: Rule, journey: Journey, channel: str) -> None:
    """What follows from a message that goes, or would go if the customer were not held out: its trigger has told, it takes its place under
    the caps."""
    tell_trigger(work, journey.rule, journey.run, journey.step, journey.data, work.now)
    if rule.message_type == "marketing":  # transactional messages are not counted
        work.customer.sends.append(Send(_name_message(work, journey), work.now, channel, rule.id))


def _go_on(work: Work, rule: Rule, journey: Journey) -> None:
    """On to the next step; after the last one the journey is done."""
    journey.anchor = work.now if journey.anchor is None else journey.anchor
    journey.step, journey.message_key, journey.held_since, journey.held_for = journey.step + 1, None, None, None
    if journey.step > len(rule.steps):
        close(work, journey, "done", None)
    else:
        journey.step_at = journey.due = journey.anchor + rule.steps[journey.step - 1].after
        work.set_timer(journey_timer(journey), journey.due)


def end(work: Work, journey: Journey, rule: Rule, event_id: str, at: int, cause: str, reason: Reason = Reason.EXITED) -> None:
    """Stop a journey because of an event; a step that was still to come is recorded as not sent."""
    if journey.status == "open":
        _name_message(work, journey)
        journey.step_at = at
        ways = cascade.ways_left(journey, journey.step, rule.steps[journey.step - 1]) if journey.step <= len(rule.steps) else ()
        check = "goal" if reason == Reason.GOAL_REACHED else "exit"
        trace = [{"check": check, "verdict": "deny", "reason": str(reason), "note": event_id}]
        record(work, journey, next(iter(ways), None), "deny", reason, trace, cause=cause)
    journey.ended_for = str(reason)
    close(work, journey, "exited", event_id)


def close(work: Work, journey: Journey, status: Any, ended_by: str | None) -> None:
    """The journey is over: nothing is due any more, and what it knew goes."""
    journey.status, journey.ended_by, journey.due, journey.data = status, ended_by, None, {}  # decisions and messages have the data
    end_offer(work, journey, give=status == "exited")
    work.set_timer(journey_timer(journey), None)


def _deny(work: Work, journey: Journey, channel: str | None, verdict: Deny, trace: Trace) -> None:
    _name_message(work, journey)
    if not cascade.is_on_its_way(journey, journey.step):
        tell_trigger(work, journey.rule, journey.run, journey.step, journey.data, None)
    shown = trace if trace and trace[-1]["verdict"] == "deny" else [*trace, explain("journey", verdict)]
    record(work, journey, channel, "deny", verdict.reason, shown)


def record(work: Work, journey: Journey, channel: str | None, verdict: Word, reason: Reason | None, trace: Trace,
            cause: str | None = None, asked: tuple[int | None, str | None] | None = None) -> None:
    """Keep what was decided on the step that is next. `asked`: the rule's version and the rulebook's name, where others than now."""
    version, rulebook = asked or (work.rulebook.version(journey.rule), work.rulebook.digest)
    work.record(Decision(
        at=journey.at if journey.step_at is None else journey.step_at, decided_at=work.now, customer=work.customer.id,
        name=work.customer.name, rule=journey.rule, run=journey.run, run_key=journey.key, step=journey.step, verdict=verdict,
        reason=None if reason is None else str(reason), channel=channel, key=journey.message_key or "", variant=journey.variant,
        cause=cause or journey.cause, data=journey.data, trace=trace, version=version, rulebook=rulebook))


def _bound(work: Work, most: int) -> None:
    """Of journeys too many the oldest goes: one in shadow, else one that is over, else an open one; an open one says so."""
    customer = work.customer
    while len(customer.journeys) > most:
        oldest = min(customer.journeys.values(), key=lambda journey: (not journey.shadow, journey.status == "open", journey.entered,
                                                                      journey.id))
        if oldest.status == "open":
            _deny(work, oldest, None, Deny(Reason.RUN_LIMIT), [])
            give_back(work, oldest.offer)
        work.set_timer(journey_timer(oldest), None)
        del customer.journeys[oldest.id]
