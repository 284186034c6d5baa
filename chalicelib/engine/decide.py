"""decide: asks every policy about one message, in order, and keeps what each said."""

from typing import Any

from ..conditions.condition import condition
from ..model.customer import Customer
from ..model.event import SUBSCRIPTION_ASKED
from ..model.facts import Facts
from ..model.journey import Journey
from ..model.reason import Reason
from ..model.verdict import Allow, Deny, Hold, Verdict
from ..policies.policy import Candidate
from ..policies.registry import POLICIES
from ..rulebook.rule import Rule
from ..rulebook.rulebook import Rulebook
from ..rulebook.step import Step
from .audiences import is_member
from .opt_in import asked_in, open_ask
from .scope import scope_of

Trace = list[dict[str, Any]]


def paused(rulebook: Rulebook) -> Deny | None:
    """A no to everything, while everything is paused."""
    return Deny(Reason.RULEBOOK_PAUSED, "all rules are paused") if rulebook.paused else None


def revise(rule: Rule, data: dict[str, Any], customer: Customer, facts: Facts, now: int, trace: Trace) -> dict[str, Any] | Deny:
    """What the trigger knows, as it stands now; a line in the trace when it says no."""
    revised = rule.trigger.revise(data, customer, facts, now)
    if isinstance(revised, Deny):
        trace.append(explain("trigger", revised))
    return revised


def check_conditions(rule: Rule, step: Step, customer: Customer, data: dict[str, Any], facts: Facts, rulebook: Rulebook, now: int,
                     trace: Trace) -> Deny | None:
    """Whether the customer is in the rule's audience and the rule's and the step's condition still hold; of a rule that asks for a
    confirmation, whether it is still asked for."""
    if SUBSCRIPTION_ASKED in rule.trigger.events():
        channel, topic = asked_in(data)
        asked = channel in step.send.ways and open_ask(customer, channel, topic, now) is not None
        note = f"{channel}/{topic} waits to be confirmed" if asked else f"{channel}/{topic} no longer waits to be confirmed at this address"
        trace.append({"check": "asked", "verdict": "allow" if asked else "deny", "note": note})
        if not asked:
            return Deny(Reason.NO_LONGER_MATCHES, note)
    scope = scope_of(customer, now, rulebook, facts, trigger=data)
    if rule.audience is not None:
        audience = rulebook.audiences[rule.audience]
        inside = is_member(audience, scope)
        trace.append({"check": "audience", "verdict": "allow" if inside else "deny", "note": f"{audience.id}: {audience.condition}"})
        if not inside:
            return Deny(Reason.NO_LONGER_MATCHES, f"not in the audience {audience.id}")
    for name, text in (("condition", rule.condition), ("when", step.when)):
        if text is not None:
            holds = condition(text).holds(scope)
            trace.append({"check": name, "verdict": "allow" if holds else "deny", "note": text})
            if not holds:
                return Deny(Reason.NO_LONGER_MATCHES, text)
    return None


def ask_policies(candidate: Candidate, rule: Rule, rulebook: Rulebook, trace: Trace, leave_out: frozenset[str] = frozenset()) -> Verdict:
    """The first no counts; without one, the longest hold; without one, yes. Whether somebody is held out is asked only after a yes."""
    longest: Hold | None = None
    for name, policy in POLICIES:
        if name in leave_out or (longest and name == "holdout"):
            continue
        verdict: Verdict = policy.judge(rulebook.settings(rule, name), candidate)
        trace.append(explain(name, verdict))
        if isinstance(verdict, Deny):
            return verdict
        if isinstance(verdict, Hold) and (longest is None or verdict.until > longest.until):
            longest = verdict
    return longest or Allow()


def explain(check: str, verdict: Verdict) -> dict[str, Any]:
    """One line of a trace: what was asked, what it said, and why."""
    match verdict:
        case Allow(note):
            return {"check": check, "verdict": "allow", "note": note}
        case Hold(until, reason, note):
            return {"check": check, "verdict": "hold", "reason": str(reason), "until": until, "note": note}
        case Deny(reason, note):
            return {"check": check, "verdict": "deny", "reason": str(reason), "note": note}


def candidate_for(customer: Customer, rule: Rule, channel: str, journey: Journey, address: str, rulebook: Rulebook, now: int) -> Candidate:
    """The message a step wants to send, as policies see it."""
    return Candidate(customer=customer, rule=rule.id, channel=channel, topic=rule.topic, message_type=rule.message_type,
                     key=journey.message_key or "", address=address, now=now, brand_timezone=rulebook.brand.timezone,
                     held_since=journey.held_since, verified_only=rule.verified_address, holdout_brand=rulebook.brand.holdout,
                     holdout_rule=rule.holdout, hashed=journey.hashed)
