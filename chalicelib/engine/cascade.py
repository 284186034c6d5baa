"""cascade: one message over several channels in order, until one has proven to reach the customer.

A channel that cannot be used (no address there, no consent, quiet hours) makes way for the next at once; after one that was used the next
waits for the proof. What was refused on its way proves nothing.
"""

from collections.abc import Collection, Mapping
from typing import Any

from ..channels.registry import CHANNELS, best_proof
from ..model.customer import Customer
from ..model.evidence import proven
from ..model.journey import Journey, Try
from ..model.reason import HELD_OUT, Reason
from ..model.verdict import Deny, Hold, Verdict
from ..rulebook.rule import Rule
from ..rulebook.rulebook import Rulebook
from ..rulebook.step import Step
from .decide import Trace, ask_policies, candidate_for, explain

Choice = tuple[str, Verdict]
"""A channel, and what is to become of the message on it."""


def tries_of(journey: Journey, number: int) -> list[Try]:
    """The messages of the step with this number."""
    return [tried for tried in journey.tries or [] if tried.step == number]


def ways_left(journey: Journey, number: int, step: Step) -> list[str]:
    """The channels whose turn of this step is still to come, as the rule names them now: those neither tried nor passed over, wherever they
    stand. A rule that is published again may name fewer, or the same in another order."""
    gone = {way for tried in tries_of(journey, number) for way in (tried.channel, *tried.passed)}
    return [way for way in step.send.ways if way not in gone]


def is_on_its_way(journey: Journey, number: int) -> bool:
    """Whether a message of the step with this number went out that was not refused since."""
    return any(not tried.refused for tried in tries_of(journey, number))


def only_sent(journey: Journey, step: Step, clicks: bool) -> list[str]:
    """The messages of the step that is next of which nothing can be told but that they left: whether they did the deliveries know."""
    return [tried.key for tried in tries_of(journey, journey.step) if not tried.refused and tried.channel in CHANNELS
            and best_proof(tried.channel, step.send.until, clicks) == "sent"]


def stopped_by(customer: Customer, journey: Journey, number: int, step: Step, clicks: bool, sent: Collection[str] = (),
               but: str = "") -> Deny | None:
    """The proof that the customer was reached by this step on another channel; the message `but` is the one in question, `clicks` whether
    the rule's links report back, `sent` the messages that are known to have left. In shadow all have, as it were."""
    for tried in tries_of(journey, number):
        if tried.key == but or tried.refused or tried.channel not in CHANNELS:
            continue
        proof = best_proof(tried.channel, step.send.until, clicks)
        if (journey.shadow or tried.key in sent) if proof == "sent" else proven(customer.evidence, tried.key, proof):
            return Deny(Reason.CASCADE_STOPPED, f"{tried.channel}: {proof}")
    return None


def choose(customer: Customer, rule: Rule, step: Step, journey: Journey, rulebook: Rulebook, now: int, trace: Trace) -> Choice:
    """The first channel of those left on which the message may go now, or would if the customer were not held out; else the one on which it
    may go soonest; else the one that tells most of why it may not. When the rule leaves none, the step is over."""
    ways, left = step.send.ways, ways_left(journey, journey.step, step)
    if not left:
        return ways[-1], Deny(Reason.CASCADE_STOPPED, "each of the rule's channels has had its turn")
    choices: list[Choice] = []
    for channel in left:
        lines: Trace = []
        verdict = _ask(customer, rule, channel, journey, rulebook, now, lines)
        trace += [{**line, "channel": channel} for line in lines] if len(ways) > 1 else lines
        if not isinstance(verdict, (Hold, Deny)) or verdict.reason in HELD_OUT:
            return channel, verdict
        choices.append((channel, verdict))
    held = [(verdict.until, place) for place, (_, verdict) in enumerate(choices) if isinstance(verdict, Hold)]
    if held:
        return choices[min(held)[1]]
    reached = [choice for choice in choices if isinstance(choice[1], Deny) and choice[1].reason != Reason.NO_ADDRESS]
    return (reached or choices)[0]


def went_out(customer: Customer, journey: Journey, step: Step, key: str, channel: str) -> bool:
    """The message is on its way. Whether another channel is left that is worth waiting for."""
    before = tries_of(journey, journey.step)
    if len(step.send.ways) == 1 and not before:
        return False
    left = ways_left(journey, journey.step, step)
    passed = left[:left.index(channel)]
    journey.tries = [*before, Try(journey.step, key, channel, passed=passed)]
    return any(customer.address(later) is not None for later in left[len(passed) + 1:])


def is_last(journey: Journey, key: str) -> bool:
    """Whether the cascade has not gone on since this message."""
    return all(tried.key != key for tried in (journey.tries or [])[:-1])


def goes_sooner(customer: Customer, step: Step, properties: Mapping[str, Any]) -> bool:
    """A channel's provider takes nothing before `until`: whether a later channel would have its turn by then."""
    ways = step.send.ways
    later = ways[ways.index(properties["channel"]) + 1:] if properties["channel"] in ways else ()
    return bool(properties["until"] >= properties["at"] + step.send.wait and any(customer.address(way) for way in later))


def take_back(journey: Journey, key: str) -> None:
    """A message of this step could not go now: its channel is tried again, and those that had made way for it are asked again."""
    journey.tries = [tried for tried in journey.tries or [] if tried.key != key] or None


def give_up(journey: Journey, key: str) -> bool:
    """A message of this step was refused on its way. Whether the cascade waits for its proof and can go on at once."""
    refused = [tried for tried in journey.tries or [] if tried.key == key]
    for tried in refused:
        tried.refused = True
    return (journey.status == "open" and bool(refused) and refused[0].step == journey.step
            and not is_on_its_way(journey, journey.step))  # while another is, the next waits for its proof


def _ask(customer: Customer, rule: Rule, channel: str, journey: Journey, rulebook: Rulebook, now: int, trace: Trace) -> Verdict:
    address = customer.address(channel)
    if address is None:
        verdict = Deny(Reason.NO_ADDRESS, f"no {channel} address that can be written to")
        trace.append(explain("address", verdict))
        return verdict
    return ask_policies(candidate_for(customer, rule, channel, journey, address, rulebook, now), rule, rulebook, trace)
