"""crashes of undoing: two are taken for one and taken apart again, with a process stopped, an answer lost or a call refused everywhere.

The law: whatever happened on the way, each has in the end what they have on a day without faults, and gets each letter once.
"""

from collections import Counter
from typing import Any

import pytest

from chalicelib.flows.lookup import find_customer
from chalicelib.flows.separation import separate
from chalicelib.model.errors import BeckonError, EventRejected
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from simulators.cuts import Fault, Killed, OneCut
from simulators.shop_day import BEGINS, rulebook
from simulators.survey import BETWEEN_CALL_AND_RECORD
from simulators.unreliable_world import UnreliableWorld

from .each_kind import EACH_KIND

PEOPLE = ("anna", "boris", "phone", "web", "annas")


def put(product: str, **who: str) -> dict[str, Any]:
    return {"type": "track", "event": "Product Added", "properties": {"product_id": product, "price": 10}, **who}


def agreed(name: str, **more: str) -> dict[str, Any]:
    return {"type": "identify", "userId": name, "traits": {"email": f"{name}@example.com", "consents": {"email": ["offers"]}}, **more}


STORY: tuple[tuple[int, Any], ...] = (
    (0, agreed("anna", anonymousId="annas")), (1, agreed("boris")), (2, put("a-1", userId="anna")), (3, put("b-1", userId="boris")),
    (4, put("p-1", anonymousId="phone")), (5, {"type": "identify", "userId": "anna", "anonymousId": "phone"}),
    (6, put("w-1", anonymousId="web")), (7, {"type": "identify", "userId": "anna", "anonymousId": "web"}),
    (70, {"type": "alias", "previousId": "boris", "userId": "anna"}), (71, put("p-2", anonymousId="phone")),
    (75, ("boris", "anna")), (76, ("anna", "phone")),
    (80, put("p-3", anonymousId="phone")), (81, put("b-2", userId="boris")), (82, put("a-2", anonymousId="annas")),
    (83, {"type": "alias", "previousId": "boris", "userId": "anna"}), (85, ("boris", "anna")), (86, ("anna", "web")),
)
"""(minute, a call, or who is taken apart from whom)."""


def play(fault: Fault | None = None) -> UnreliableWorld:
    """The story under a fault, and what is still under way comes to its end."""
    world = UnreliableWorld(rulebook(), BEGINS, fault)
    for minute, told in STORY:
        at = BEGINS + minute * MINUTE
        world.advance_to(at, inclusive=False)
        if isinstance(told, dict):
            world.post([{"messageId": f"m{minute}", "timestamp": format_instant(at), **told}])
        else:
            take_apart(world, *told)
    calls = world.fault
    world.set_fault(Fault())
    world.advance_to(BEGINS + 2 * HOUR)
    world.now += HOUR
    world.minute()
    world.advance_to(BEGINS + 3 * DAY)
    world.fault = calls
    return world


def take_apart(world: UnreliableWorld, who: str, joined: str) -> None:
    """People who ask until they are told that it is durable; what was stuck on the way is rescued meanwhile."""
    while True:
        try:
            assert separate(world.ports, who, joined)
            break
        except EventRejected as refused:
            assert refused.code == "not_joined", "it was durable, only the answer was lost"
            break
        except (Killed, BeckonError):
            world.now += MINUTE
            world.minute()
    world.run_until_idle()


def outcome(world: UnreliableWorld) -> dict[str, Any]:
    """Who is who, with what in the cart, what said, what can be undone, and in whose name which runs stand where."""
    found: dict[str, Any] = {}
    for who in PEOPLE:
        customer = find_customer(world.ports, who)
        found[who] = customer and {
            "id": customer.id, "cart": sorted(line["productId"] for line in customer.cart.lines()),
            "consents": {key: word.status for key, word in customer.consents.items()},
            "devices": sorted(customer.anonymous_ids), "merges": [merge.name for merge in customer.merges], "restored": customer.restored,
            "runs": sorted((journey.id, journey.status) for journey in customer.journeys.values())}
    return found


def letters(world: UnreliableWorld) -> Counter[tuple[str, str]]:
    return Counter((request.recipient, request.key) for request in world.sent)


@pytest.fixture(scope="module")
def expected() -> UnreliableWorld:
    return play()


def test_the_story_ends_as_told(expected: UnreliableWorld) -> None:
    found = outcome(expected)
    assert {who: person["cart"] for who, person in found.items()} == {
        "anna": ["a-1", "a-2"], "boris": ["b-1", "b-2", "p-2"], "phone": ["p-1", "p-3"], "web": ["w-1"], "annas": ["a-1", "a-2"]}
    assert all(person["merges"] == [] for person in found.values())
    assert (found["anna"]["restored"], found["phone"]["restored"], found["web"]["restored"]) == (2, 1, 1)
    assert {recipient for recipient, _ in letters(expected)} == {"anna@example.com", "boris@example.com"}
    assert not expected.ports.parking.parked("fold", 1)


@pytest.mark.parametrize("kind", EACH_KIND)
def test_a_fault_at_any_single_call_changes_nothing(kind: Any, expected: UnreliableWorld) -> None:
    struck = 0
    for number in range(1, expected.fault.calls + 1):
        cut = OneCut(number, kind)
        world = play(cut)
        place = f"{kind} at call {number}, {cut.last_call}"
        assert outcome(world) == outcome(expected), place
        unknown = {delivery.key for delivery in world.deliveries.unknown(world.now + DAY)}
        assert max(letters(world).values()) == 1, place
        assert {key for _, key in letters(world)} | unknown == {key for _, key in letters(expected)}, place
        assert bool(unknown) == (cut.last_call in BETWEEN_CALL_AND_RECORD[kind]), place
        assert not world.ports.parking.parked("fold", 1), place
        struck += bool(cut.last_call)
    assert struck > 200
