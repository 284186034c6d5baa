"""survey: a day played under a fault, and what became of every message that a day without faults would have sent.

A receiver that knows a message by its key has it once, however often it was told.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.channels.registry import IDEMPOTENT
from chalicelib.flows.replay import replay
from chalicelib.model.instant import DAY, HOUR, MINUTE
from chalicelib.model.reason import Reason
from chalicelib.model.suppression import Suppression

from .cuts import Fault, Kind, OneCut, Outage, Share
from .shop_day import BEGINS, BOUNCED, ENDS, POOL, rulebook, story
from .unreliable_world import CODES, UnreliableWorld

_CODE = re.compile(rb"Your code: (\S+)\.")
KINDS: tuple[Kind, ...] = ("kill_before", "kill_after", "lost_answer", "throttle")
BETWEEN_CALL_AND_RECORD = {
    "kill_before": {"transport.send", "deliveries.sent"}, "kill_after": {"deliveries.call", "transport.send"},
    "lost_answer": {"transport.send"},
    "throttle": set(),
}


@dataclass(frozen=True, slots=True)
class Survey:
    """Messages by what became of them. `lost`: neither sent, nor refused with a reason, nor shown as unknown.

    `shared` are coupon codes in messages of two journeys, and journeys with two codes; `strayed` are codes that are neither in their pool
    nor in a message that left or may have left; `miscounted` is by how many messages what rules have spent of their budgets differs from
    those that left or may have left.
    """

    delivered: int
    doubled: int
    lost: int
    unknown: int
    shared: int
    strayed: int
    miscounted: int


def play(fault: Fault | None = None, *parts: str, copies: int = 1, apart: int = 0) -> UnreliableWorld:
    """The shop's day, or parts of it, under a fault; each post comes `copies` times, every copy `apart` milliseconds after the last."""
    world = UnreliableWorld(rulebook(), BEGINS, fault)
    world.reliable.suppressions.add(Suppression("email", BOUNCED, "*", Reason.SUPPRESSED_BOUNCE, BEGINS))
    posts = sorted((at + copy * apart, number) for number, (at, _) in enumerate(story(*parts)) for copy in range(copies))
    for at, number in posts:
        world.advance_to(at, inclusive=False)
        world.post(story(*parts)[number][1])
    world.advance_to(ENDS)
    return settle(world)


def settle(world: UnreliableWorld) -> UnreliableWorld:
    """The faults end, and what is still under way comes to its end."""
    calls = world.fault
    world.set_fault(Fault())
    world.now += HOUR
    world.minute()
    world.advance_to(ENDS + 2 * DAY)
    world.fault = calls
    return world


def survey(world: UnreliableWorld, expected: set[str]) -> Survey:
    """What became of the expected messages in this world."""
    sent = Counter(request.key for request in world.sent)
    once = keys_known_at_the_other_end(world)
    unknown = {delivery.key for delivery in world.deliveries.unknown(world.now + DAY)}
    answered = {decision.key for decision in world.decisions.all() if decision.verdict == "deny"}
    return Survey(delivered=len(sent), doubled=sum(number > 1 for key, number in sent.items() if key not in once),
                  lost=len(expected - set(sent) - unknown - answered), unknown=len(unknown),
                  shared=shared_codes(world), strayed=strayed_codes(world), miscounted=miscounted_messages(world))


def keys_known_at_the_other_end(world: UnreliableWorld) -> set[str]:
    """The messages whose receivers take a key once: nothing about these is ever unknown for long."""
    return {delivery.key for delivery in world.deliveries.all() if delivery.channel in IDEMPOTENT}


def shared_codes(world: UnreliableWorld) -> int:
    """How many codes went out in messages of two journeys, and how many journeys sent two codes."""
    codes = {(code, world.holders[request.key]) for request in world.sent for code in _CODE.findall(getattr(request, "raw", b""))}
    return 2 * len(codes) - len({code for code, _ in codes}) - len({holder for _, holder in codes})


def strayed_codes(world: UnreliableWorld) -> int:
    """How many codes are not in their pool though nobody can have got them, or are although somebody may have."""
    gone = {request.key for request in world.sent} | {delivery.key for delivery in world.deliveries.unknown(world.now + DAY)}
    held = {world.holders[key] for key in gone} - {None}
    stock = world.coupons.stock(POOL)
    return abs(stock.committed - len(held)) + abs(CODES - len(held) - stock.left)


def miscounted_messages(world: UnreliableWorld) -> int:
    """How many messages rules with a budget have spent too many or too few."""
    gone = {request.key for request in world.sent} | {delivery.key for delivery in world.deliveries.unknown(world.now + DAY)}
    rules = [rule.id for rule in world.ports.rulebook().rules.values() if rule.budget is not None]
    return sum(abs(world.budgets.spent(rule).messages - sum(
        delivery.rule == rule and delivery.key in gone for delivery in world.deliveries.all())) for rule in rules)


def expected_messages(*parts: str) -> set[str]:
    """The keys of the messages that a day, or parts of it, sends without faults."""
    return {request.key for request in play(None, *parts).sent}


def cuts(kind: Kind, *parts: str) -> Iterator[tuple[OneCut, UnreliableWorld]]:
    """The day, or parts of it, once for every call through any door, with this fault at that call."""
    for number in range(1, play(None, *parts).fault.calls + 1):
        cut = OneCut(number, kind)
        yield cut, play(cut, *parts)


def throttled(share: float, seed: str) -> UnreliableWorld:
    """The day with a share of all calls refused."""
    return play(Share(share, seed))


def out_for_a_minute(begins: int) -> UnreliableWorld:
    """The day with every call to AWS refused for a minute."""
    fault = Outage(begins, begins + MINUTE, lambda: 0)
    world = UnreliableWorld(rulebook(), BEGINS)
    fault.clock = lambda: world.now
    world.reliable.suppressions.add(Suppression("email", BOUNCED, "*", Reason.SUPPRESSED_BOUNCE, BEGINS))
    world.set_fault(fault)
    for at, calls in story():
        world.advance_to(at, inclusive=False)
        world.post(calls)
    world.advance_to(ENDS)
    return settle(world)


def stream_lost_for(hours: int) -> UnreliableWorld:
    """The day with both streams' records gone unread from minute 5 on, for this long; then `replay` of everything since."""
    world = UnreliableWorld(rulebook(), BEGINS)
    world.reliable.suppressions.add(Suppression("email", BOUNCED, "*", Reason.SUPPRESSED_BOUNCE, BEGINS))
    lost_from, lost_until = BEGINS + 5 * MINUTE, BEGINS + 5 * MINUTE + hours * HOUR
    for at, calls in story():
        world.streams_work = not lost_from <= at < lost_until
        world.advance_to(at, inclusive=False)
        world.post(calls)
    world.streams_work = True
    world.advance_to(max(lost_until, world.now), inclusive=False)
    replay(world.ports, lost_from)
    world.run_until_idle()
    world.advance_to(ENDS)
    return settle(world)
