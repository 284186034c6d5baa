"""gate: the last look before a message leaves: everything that may have changed since it was decided is asked again."""

from dataclasses import dataclass, field
from typing import Any

from ..model.customer import Customer
from ..model.decision import Message
from ..model.facts import Facts
from ..model.journey import Suppressed
from ..model.reason import Reason
from ..model.verdict import Deny, Hold, Verdict
from ..policies.policy import Candidate
from ..rulebook.rulebook import Rulebook
from .cascade import stopped_by
from .decide import Trace, ask_policies, check_conditions, explain, paused, revise
from .operation import stands_against
from .remember import past_needed

# A cap is taken when the message is decided; asking again would count it against itself. Whom nobody held out then is written to now.
TAKEN = frozenset({"frequency_cap", "holdout"})


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate said, why, which event ended the journey if one did, what the trigger knows as it stands now, and which version of the
    rule in which rulebook was asked."""

    verdict: Verdict
    trace: Trace = field(default_factory=list)
    ended_by: str | None = None
    data: dict[str, Any] = field(default_factory=dict)
    version: int | None = None
    rulebook: str | None = None


def last_gate(customer: Customer, message: Message, suppressions: list[Suppressed], facts: Facts, rulebook: Rulebook, now: int) -> Gate:
    """Whether this message may leave now."""
    trace: Trace = []
    data = dict(message.data)
    verdict = _judge(customer, message, data, suppressions, facts, rulebook, now, trace)
    last = explain("gate", verdict)
    if not any(check["verdict"] == last["verdict"] for check in trace):  # it spoke for itself; no check before it did
        trace.append(last)
    journey = customer.journeys.get(f"{message.rule}|{message.run}")
    return Gate(verdict, trace, journey.ended_by if journey else None, data, rulebook.version(message.rule), rulebook.digest)


def _judge(customer: Customer, message: Message, data: dict[str, Any], suppressions: list[Suppressed], facts: Facts, rulebook: Rulebook,
           now: int, trace: Trace) -> Verdict:
    """The verdict; `data` becomes what the trigger knows now."""
    if silent := paused(rulebook):
        return silent
    rule = rulebook.rules.get(message.rule)
    journey = customer.journeys.get(f"{message.rule}|{message.run}")
    against = stands_against(rule, customer, journey, rulebook, now)
    if rule is None or against is not None or message.step > len(rule.steps):
        return against or Deny(Reason.RULE_RETIRED, "the step is gone")
    if now >= message.expires_at or journey is None:
        return Deny(Reason.EXPIRED, "it waited too long")
    if journey.status == "exited":
        return Deny(Reason(journey.ended_for or Reason.EXITED), f"ended by {journey.ended_by or 'its rule'}")
    step = rule.steps[message.step - 1]
    stopped = stopped_by(customer, journey, message.step, step, rulebook.tracking(rule.id).clicks, facts.sent, but=message.key)
    if stopped:
        return stopped
    revised = revise(rule, data, customer, facts, now, trace)
    if isinstance(revised, Deny):
        return revised
    data.update(revised)
    no_longer = check_conditions(rule, step, customer, data, facts, rulebook, now, trace)
    if no_longer and past_needed(customer, rulebook.asks, now):  # the fold looks into the log, and decides anew
        return Hold(now, Reason.PAST_UNKNOWN, "rules ask of the past what nobody asked before")
    if no_longer:
        return no_longer
    address = customer.address(message.channel)
    if address is None:
        return Deny(Reason.NO_ADDRESS, f"no {message.channel} address that can be written to")
    candidate = Candidate(customer=customer, rule=rule.id, channel=message.channel, topic=message.topic, message_type=message.message_type,
                          key=message.key, address=address, now=now, brand_timezone=rulebook.brand.timezone, suppressions=suppressions,
                          verified_only=rule.verified_address)
    return ask_policies(candidate, rule, rulebook, trace, leave_out=TAKEN)
