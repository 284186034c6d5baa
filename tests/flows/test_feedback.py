"""What SES tells of a message: it closes addresses at once, ends not knowing, and is heard once however often it is told."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.channels.email import EmailRequest
from chalicelib.flows.feedback import take_feedback
from chalicelib.flows.quarantine import resend
from chalicelib.flows.rights import ask_erasure
from chalicelib.model.errors import EventRejected, StoreUnavailable, TransportFailed
from chalicelib.model.evidence import rungs_reached
from chalicelib.model.identity import customer_id, identifier
from chalicelib.model.instant import DAY, HOUR, MINUTE, format_instant
from chalicelib.model.reason import Reason
from chalicelib.ports import Parked
from simulators.shop_day import BEGINS, rulebook

WHO = identifier("user", "anna")
assert WHO is not None
ANNA = customer_id(WHO)
HELLO = {"type": "identify", "userId": "anna", "traits": {"email": "anna@example.com", "consents": {"email": True}}}
DELIVERED: dict[str, Any] = {"eventType": "Delivery", "delivery": {}}
COMPLAINT: dict[str, Any] = {"eventType": "Complaint", "complaint": {}}
SOFT_BOUNCE: dict[str, Any] = {"eventType": "Bounce", "bounce": {"bounceType": "Transient"}}


class LostAnswers:
    """A provider that takes everything and whose answers are lost."""

    def __init__(self) -> None:
        self.sent: list[EmailRequest] = []

    def send(self, request: EmailRequest) -> str:
        self.sent.append(request)
        raise TransportFailed("SES gave no answer", ambiguous=True)


def reminded(email: Any = None) -> tuple[World, str]:
    """A world in which anna was reminded of her cart, and the key of that message."""
    world = World(rulebook(), BEGINS, transports={"email": email} if email else None)
    world.post([HELLO, {"type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 5}}])
    world.advance_to(BEGINS + 2 * HOUR)
    (request,) = email.sent if email else world.sent
    return world, request.key


def told(world: World, key: str, tells: dict[str, Any]) -> str:
    """What the topic brings now of the message with this key."""
    return json.dumps({**tells, "mail": {"messageId": "ses-1", "timestamp": format_instant(world.now), "tags": {"key": [key]},
                                         "destination": ["anna@example.com"]}})


def receipts_in_the_log(world: World) -> list[str | None]:
    return [event.name for event in world.events.latest(ANNA, 100) if event.id.startswith("receipt-")]


@pytest.mark.parametrize("tells", [DELIVERED, SOFT_BOUNCE, {"eventType": "Send", "send": {}}], ids=["delivered", "bounced", "taken"])
def test_a_message_whose_fate_nobody_knew_was_sent_when_its_provider_knows_it(tells: dict[str, Any]) -> None:
    mailbox = LostAnswers()
    world, key = reminded(mailbox)
    called = world.deliveries.get(key)
    assert called is not None and [delivery.key for delivery in world.deliveries.unknown(world.now)] == [key]
    world.now += MINUTE
    take_feedback(world.ports, "email", told(world, key, tells))
    delivery = world.deliveries.get(key)
    assert delivery is not None and (delivery.status, delivery.provider_id, delivery.at) == ("sent", "ses-1", called.at)
    world.advance_to(world.now + 2 * DAY)
    assert [request.key for request in mailbox.sent].count(key) == 1
    assert key not in [delivery.key for delivery in world.deliveries.unknown(world.now)]


def test_a_receipt_for_a_message_that_is_only_prepared_is_no_proof_of_a_call() -> None:
    mailbox = LostAnswers()
    world, key = reminded(mailbox)
    called = world.deliveries.get(key)
    assert called is not None
    world.deliveries.release(key, called.attempt, world.now)
    take_feedback(world.ports, "email", told(world, key, DELIVERED))
    delivery = world.deliveries.get(key)
    assert delivery is not None and delivery.status == "prepared"


def test_told_twice_is_told_once_and_another_opening_is_another() -> None:
    world, key = reminded()
    opened: dict[str, Any] = {"eventType": "Open", "open": {"userAgent": "Mozilla/5.0 (X11; Linux x86_64) Thunderbird/128.0"}}
    first = told(world, key, opened)
    take_feedback(world.ports, "email", first)
    world.now += HOUR
    take_feedback(world.ports, "email", first)
    take_feedback(world.ports, "email", told(world, key, opened))
    world.run_until_idle()
    assert receipts_in_the_log(world) == ["Email Opened", "Email Opened"]
    record = world.customers.load(ANNA)
    assert record is not None and rungs_reached(record.state.evidence, 0) == {"email": {"delivered": 1, "opened": 1}}


def test_an_address_is_closed_before_the_log_is_told() -> None:
    world, key = reminded()

    class Down:
        """A log that takes nothing."""

        def append(self, customer: str, event: object) -> bool:
            raise StoreUnavailable("EventsTable: InternalServerError")

    down: Any = Down()
    message = told(world, key, COMPLAINT)
    with pytest.raises(StoreUnavailable):
        take_feedback(replace(world.ports, events=down), "email", message)
    (closed,) = world.ports.suppressions.find("email", "anna@example.com", "offers")
    assert (closed.topic, closed.reason) == ("*", Reason.SUPPRESSED_COMPLAINT)
    take_feedback(world.ports, "email", message)
    assert receipts_in_the_log(world) == ["Email Marked as Spam"]


def test_a_message_nobody_knows_any_more_is_counted_and_its_complaint_heard_all_the_same() -> None:
    world, _ = reminded()
    stored = len(world.events.stream)
    take_feedback(world.ports, "email", told(world, "b" * 26, COMPLAINT))
    assert world.meter.counts["receipts", "channel=email", "outcome=unknown_message"] == 1
    assert len(world.events.stream) == stored
    assert [entry.reason for entry in world.ports.suppressions.find("email", "anna@example.com", "offers")] == ["suppressed_complaint"]


@pytest.mark.parametrize("tells", [DELIVERED, COMPLAINT, SOFT_BOUNCE, {"eventType": "Reject", "reject": {}}])
def test_a_receipt_brings_nobody_back_who_was_erased(tells: dict[str, Any]) -> None:
    world, key = reminded()
    assert ask_erasure(world.ports, "anna")
    world.run_until_idle()
    forgotten = world.customers.load(ANNA)
    world.now += HOUR
    take_feedback(world.ports, "email", told(world, key, tells))
    world.run_until_idle()
    record = world.customers.load(ANNA)
    assert record is not None and forgotten is not None
    assert "anna@example.com" not in json.dumps(record.state.document()) and record.state.evidence == {}
    assert receipts_in_the_log(world) == []


def test_what_was_set_aside_is_taken_in_after_a_mend_and_goes_with_whom_it_names() -> None:
    world, key = reminded()
    good = told(world, key, DELIVERED)
    bad = json.dumps({name: value for name, value in json.loads(good).items() if name != "delivery"})
    for number in (1, 2):
        world.ports.parking.park(Parked("feedback", f"sns-{number}", world.now, "no_delivery", bad))
    parked = world.ports.parking.get("feedback", "sns-1")
    assert parked is not None
    with pytest.raises(EventRejected):
        resend(world.ports, parked)
    resend(world.ports, parked, good)
    assert receipts_in_the_log(world) == ["Email Delivered"]
    assert [entry.id for entry in world.ports.parking.parked("feedback", 10)] == ["sns-2"]
    ask_erasure(world.ports, "anna")
    world.run_until_idle()
    assert world.ports.parking.parked("feedback", 10) == []
