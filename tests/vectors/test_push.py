"""test_push: rendered words go in, a platform's own JSON comes out; and back: what SNS tells of what it could not deliver."""

import json
from typing import Any

import pytest

from chalicelib.channels.channel import Draft
from chalicelib.channels.push import PushRequest, Settings, translate
from chalicelib.channels.push_receipts import read_receipts
from chalicelib.engine.receipts import take_receipt
from chalicelib.model.customer import Customer
from chalicelib.model.errors import EventRejected, TemplateFailed
from chalicelib.model.event import Event
from chalicelib.model.evidence import rungs_reached
from chalicelib.model.identifier_kinds import STANDARD
from chalicelib.model.instant import parse_instant
from chalicelib.model.journey import Send
from chalicelib.model.receipt import RECEIPTS

from ..hostile.mutants import ODD
from .reading import cases, written_out
from .test_channels import places

KEY = "abcdefghijklmnopqrstuvwxyz"
FILE = "channels/push.json"
ENDPOINT = "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/0-1"


def request_for(case: dict[str, Any]) -> PushRequest:
    """The notification of a case."""
    token = case["token"].replace("«64 digits»", "0aF4" * 16).replace("«63 digits»", "0" * 63)
    parts = {name: written_out(text) * (case.get("times", 1) if name == "text" else 1) for name, text in case["parts"].items()}
    return translate(Draft(
        key=KEY, rule="cart", step=1, topic="offers", message_type="marketing", recipient=token, locale="en", at=0, data={}, customer={},
        unsubscribe_url="https://x.example/u/t", settings=Settings.model_validate(case.get("settings", {})), parts=parts))


@cases(FILE)
def test_a_phone_gets_this_or_nothing(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "refused" in expect:
        with pytest.raises(TemplateFailed, match=expect["refused"]):
            request_for(case)
        return
    request = request_for(case)
    assert (request.key, request.platform) == (KEY, expect["platform"])
    assert json.loads(request.payload) == expect.get("payload", json.loads(request.payload))
    assert request.keep == expect.get("keep", request.keep)


def told(case: dict[str, Any]) -> str:
    """What a platform application tells in a case."""
    return case["text"] if "text" in case else json.dumps({
        "EventType": "DeliveryFailure", "MessageId": "sns-1", "EndpointArn": ENDPOINT, "Service": "SNS", "Time": "2026-03-02T11:00:00.000Z",
        **case["tells"]})


@cases(FILE, "receipts")
def test_what_sns_tells_of_a_notification_makes_these_events(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "refused" in expect:
        with pytest.raises(EventRejected) as refused:
            read_receipts(told(case))
        assert refused.value.code == expect["refused"]
        return
    if expect.get("ours") is False:
        assert read_receipts(told(case)) == []
        return
    (receipt,) = read_receipts(told(case))
    assert (receipt.channel, receipt.key, receipt.provider_id, receipt.behind, receipt.address) == ("push", None, "sns-1", ENDPOINT, "")
    assert [{"name": name, **properties} for name, properties in receipt.events] == expect["events"]
    if "at" in expect:
        assert receipt.at == parse_instant(expect["at"])


@cases(FILE, "receipts")
def test_whatever_stands_in_a_place_of_it_is_a_receipt_or_refused(case: dict[str, Any]) -> None:
    whole = json.loads(told(case)) if "text" not in case else {}
    for inner, key in places(whole):
        kept = inner[key]
        for inner[key] in ODD:
            try:
                receipts = read_receipts(json.dumps(whole))
            except EventRejected:
                continue
            assert {name for receipt in receipts for name, _ in receipt.events} <= set(RECEIPTS)
        inner[key] = kept


@pytest.mark.parametrize(("name", "message", "source", "rung"), [
    ("Push Notification Tapped", KEY, "app/phone", "clicked"), ("Push Opened", KEY, "app/phone", "clicked"),
    ("Push Notification Received", KEY, "app/phone", "delivered"), ("Push Notification Tapped", KEY, "server/till", "clicked"),
    ("Push Notification Tapped", "z" * 26, "app/phone", None), ("Push Notification Tapped", None, "app/phone", None),
    ("Email Opened", KEY, "app/phone", None), ("Push Notification Bounced", KEY, "app/phone", None),
])
def test_the_app_alone_tells_of_taps_and_only_of_messages_it_got(name: str, message: str | None, source: str, rung: str | None) -> None:
    customer = Customer("anna", sends=[Send(KEY, 5, "push", "cart")])
    take_receipt(customer, Event("e1", "track", name, 9, 9, source=source, properties={"message": message} if message else {}), STANDARD)
    reached = rungs_reached(customer.evidence, 0)
    assert (max(reached.get("push", {"-": 0}).values()) > 0) == (rung is not None)
    if rung is not None:
        assert rung in reached["push"]
    assert customer.suppressed == {}
