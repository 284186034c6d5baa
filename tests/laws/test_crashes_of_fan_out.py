"""crashes of the fan-out: prices fall and books come back, with a process stopped, an answer lost or a call refused at every single place.

The law: everybody who should hear of it hears once, in the right wave, and nobody twice.
"""

from collections import Counter
from typing import Any

import pytest

from chalicelib.flows import fan_out
from chalicelib.model.event import NEWS
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from chalicelib.model.watch import SHARDS, Aspect
from simulators.cuts import Fault, OneCut
from simulators.shop_day import BEGINS
from simulators.survey import BETWEEN_CALL_AND_RECORD
from simulators.unreliable_world import UnreliableWorld
from tests.vectors.shop import rulebook

from .each_kind import EACH_KIND

NEVER_CAPPED = {"frequencyCap": {"perChannel": None, "overall": None}}
RULES: list[dict[str, Any]] = [
    {"id": "cheaper", "reentry": "0s", "trigger": {"kind": "price_drop", "every": "0s"}},
    {"id": "there-again", "reentry": "0s", "trigger": {"kind": "back_in_stock"}},
]
READERS = ("anna", "boris", "vera", "elena", "olga")


def does(who: str, product: str, event: str = "Product Viewed") -> dict[str, Any]:
    """Somebody does something with a product."""
    person = {"anonymousId": who} if who == "phone" else {"userId": who}
    return {"type": "track", "event": event, "properties": {"product_id": product}, **person}


def book(product: str, **said: Any) -> dict[str, Any]:
    """What the catalog's feed says."""
    return {"type": "product", "productId": product, "currency": "EUR", **said}


STORY: tuple[tuple[int, list[dict[str, Any]]], ...] = (
    (0, [book("b-1", price=20, stock=9), book("b-2", price=30, stock=0)]),
    (1, [{"type": "identify", "userId": name, "traits": {"email": f"{name}@example.com", "consents": {"email": ["offers"]}}}
         for name in READERS]),
    (2, [does(name, "b-1") for name in READERS[:3]]),
    (3, [does("phone", "b-1")]),
    *((4 + place, [does(name, "b-2", "Product Back In Stock Requested")]) for place, name in enumerate(READERS)),
    (10, [{"type": "identify", "userId": "elena", "anonymousId": "phone"}]),
    (20, [book("b-1", price=15)]),
    (30, [book("b-2", stock=1)]),
    (100, [book("b-2", stock=4)]),
)
HEARD = {"cheaper": ["anna", "boris", "vera", "elena"], "there-again": ["anna", "boris", "vera", "elena", "olga"]}


@pytest.fixture(autouse=True, scope="module")
def small_pages() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fan_out, "PAGE", 1)
        yield


def play(fault: Fault | None = None) -> UnreliableWorld:
    """The story under a fault, and what is still under way comes to its end."""
    world = UnreliableWorld(rulebook(*({**rule, "policies": NEVER_CAPPED} for rule in RULES)), BEGINS, fault)
    for minute, told in STORY:
        at = BEGINS + minute * MINUTE
        world.advance_to(at, inclusive=False)
        feed = [{**line, "timestamp": format_instant(at)} for line in told if line["type"] == "product"]
        if feed:
            assert world.tell("product", [{name: value for name, value in line.items() if name != "type"} for line in feed]) == []
        else:
            world.post([{"messageId": f"m{minute}-{place}", "timestamp": format_instant(at), **call} for place, call in enumerate(told)])
    world.advance_to(BEGINS + 4 * HOUR)
    calls = world.fault
    world.set_fault(Fault())
    world.now += HOUR
    world.minute()
    world.advance_to(BEGINS + DAY)
    world.fault = calls
    return world


def letters(world: UnreliableWorld) -> Counter[tuple[str, str]]:
    """How often each reader got which message."""
    return Counter((request.recipient.partition("@")[0], request.key) for request in world.sent)


def firings(world: UnreliableWorld) -> set[tuple[str, str, str, str]]:
    """Whom which rule concerned, with which product, at what moment."""
    return {(decision.name, decision.rule, decision.run, format_instant(decision.at)) for decision in world.decisions.all()}


def watching(world: UnreliableWorld) -> set[tuple[Aspect, str]]:
    """Who is still written down, by what they watch."""
    aspects: tuple[tuple[Aspect, str], ...] = (("price", "b-1"), ("stock", "b-2"))
    return {(aspect, watcher.customer) for aspect, product in aspects for shard in range(SHARDS)
            for _, watcher in world.reliable.watches.page(aspect, product, shard, None, 99)}


@pytest.fixture(scope="module")
def expected(small_pages: None) -> UnreliableWorld:
    return play()


def test_the_story_ends_as_told(expected: UnreliableWorld) -> None:
    heard = {rule: [name for name in READERS if any(who == name and by == rule for who, by, _, _ in firings(expected))] for rule in HEARD}
    assert heard == HEARD
    assert max(letters(expected).values()) == 1 and len(letters(expected)) == 9
    waves = sorted((at, who) for who, rule, _, at in firings(expected) if rule == "there-again")
    assert [(at[11:16], who) for at, who in waves] == [
        ("10:30", "anna"), ("10:30", "boris"), ("11:30", "elena"), ("11:30", "vera"), ("12:30", "olga")]
    news = [arrival for arrival in expected.events.stream if arrival.event.name in NEWS]
    assert len(news) == 9, "one event for each who hears, and no other"
    assert {aspect for aspect, _ in watching(expected)} == {"price"}, "what was asked is answered"


@pytest.mark.parametrize("kind", EACH_KIND)
def test_a_fault_at_any_single_call_changes_nothing(kind: Any, expected: UnreliableWorld) -> None:
    struck = 0
    for number in range(1, expected.fault.calls + 1):
        cut = OneCut(number, kind)
        world = play(cut)
        place = f"{kind} at call {number}, {cut.last_call}"
        unknown = {delivery.key for delivery in world.deliveries.unknown(world.now + DAY)}
        assert max(letters(world).values()) == 1, place
        assert {key for _, key in letters(world)} | unknown == {key for _, key in letters(expected)}, place
        assert bool(unknown) == (cut.last_call in BETWEEN_CALL_AND_RECORD[kind]), place
        assert firings(world) == firings(expected), place
        assert watching(world) == watching(expected), place
        assert not world.ports.parking.parked("fold", 1), place
        struck += bool(cut.last_call)
    assert struck > 200
