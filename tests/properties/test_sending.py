"""Nobody gets a message twice, whatever is shopped, withdrawn and joined, and wherever processes die meanwhile."""

from collections import Counter, defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from simulators.cuts import Fault, OneCut, Share
from simulators.shop_day import BEGINS, rulebook
from simulators.survey import KINDS
from simulators.unreliable_world import UnreliableWorld

from .calls import repeatable

PEOPLE = ("anna", "boris")
DEVICES = ("phone", "web")


def _track(event: str, who: dict[str, str], **properties: Any) -> dict[str, Any]:
    return {"type": "track", **who, "event": event, "properties": properties}


somebody = st.sampled_from([{"userId": name} for name in PEOPLE] + [{"anonymousId": device} for device in DEVICES])
consents = st.sampled_from([{"email": True}, {"email": ["offers"]}, {"email": False}])
moves = st.lists(st.one_of(
    st.builds(lambda who, product: _track("Product Added", who, product_id=product, price=20), somebody, st.sampled_from(["p1", "p2"])),
    st.builds(lambda who: _track("Product Viewed", who, product_id="p1"), somebody),
    st.builds(lambda who: _track("Order Completed", who, order_id="o"), somebody),
    st.builds(lambda who: _track("Unsubscribed", who, channel="email", topic="offers"), somebody),
    st.builds(lambda name, device, agreed: {"type": "identify", "userId": name, "anonymousId": device,
                                            "traits": {"email": f"{name}@example.com", "consents": agreed}},
              st.sampled_from(PEOPLE), st.sampled_from(DEVICES), consents),
    st.sampled_from([MINUTE, 35 * MINUTE, 61 * MINUTE, 13 * HOUR, DAY]),
), min_size=3, max_size=14)
faults = st.one_of(
    st.builds(lambda number, kind: ("one", number, kind), st.integers(1, 120), st.sampled_from(KINDS)),
    st.builds(lambda share, kind: ("share", share, kind), st.sampled_from([0.02, 0.1, 0.3]), st.sampled_from(KINDS)))


def played(told: list[Any], fault: Fault) -> UnreliableWorld:
    """The history under a fault that ends with it, and two days more; everybody agreed to e-mail before it began."""
    world = UnreliableWorld(rulebook(), BEGINS)
    world.post([{"type": "identify", "userId": name, "messageId": f"hello-{name}", "timestamp": format_instant(BEGINS),
                 "traits": {"email": f"{name}@example.com", "consents": {"email": True}}} for name in PEOPLE])
    world.set_fault(fault)
    now = BEGINS
    for number, move in enumerate(told):
        now += move if isinstance(move, int) else MINUTE + number  # no two things happen in the same millisecond
        world.advance_to(now, inclusive=False)
        if not isinstance(move, int):
            world.post([{**move, "messageId": f"m{number}", "timestamp": format_instant(now)}])
    world.set_fault(Fault())
    world.now += HOUR
    world.minute()
    world.advance_to(world.now + 2 * DAY)
    return world


def survivor(world: UnreliableWorld, customer: str) -> str:
    """Who this customer is by now."""
    while (record := world.customers.load(customer)) is not None and record.state.merged_into:
        customer = record.state.merged_into
    return customer


@repeatable(120)
@given(moves, faults)
def test_at_most_one_message_for_each_occasion(told: list[Any], fault: tuple[str, Any, Any]) -> None:
    how, number, kind = fault
    world = played(told, OneCut(number, kind) if how == "one" else Share(number, str(told), kind))
    sent = Counter(request.key for request in world.sent)
    assert [key for key, times in sent.items() if times > 1] == []
    keys: dict[tuple[str, str, str, int], set[str]] = defaultdict(set)
    promised = set()
    for decision in world.decisions.all():
        keys[survivor(world, decision.customer), decision.rule, decision.run, decision.step].add(decision.key)
        promised |= {decision.key} if decision.verdict == "send" else set()
    assert [occasion for occasion, names in keys.items() if len(names) > 1] == []
    assert set(sent) <= promised
    settled = {delivery.key: delivery.status for delivery in world.deliveries.all()}
    assert promised <= set(settled), "every promise has reached dispatch"
    assert "prepared" not in {settled[key] for key in promised} or how == "share", settled
    assert world.ports.parking.parked("fold", 10) == []


@repeatable(60)
@given(moves)
def test_faults_change_nothing_but_what_they_leave_unknown(told: list[Any]) -> None:
    plain, shaken = played(told, Fault()), played(told, Share(0.2, str(told), "kill_after"))
    unknown = {delivery.key for delivery in shaken.deliveries.unknown(shaken.now)}
    refused = {decision.key for decision in shaken.decisions.all() if decision.verdict == "deny"}
    missing = {request.key for request in plain.sent} - {request.key for request in shaken.sent} - unknown - refused
    assert missing == set()
