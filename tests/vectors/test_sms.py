"""test_sms: rendered words go in, what SNS is given comes out; how many SMS a text takes; and back: what SNS and readers tell of it."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.channels.channel import Draft
from chalicelib.channels.sms import Settings, SmsRequest, translate
from chalicelib.channels.sms_receipts import read_receipts
from chalicelib.channels.sms_size import size_of
from chalicelib.model.errors import EventRejected, TemplateFailed
from chalicelib.model.instant import parse_instant
from chalicelib.model.receipt import RECEIPTS
from simulators.sns_receipts import sms_answer

from ..hostile.mutants import ODD
from .reading import cases, written_out
from .test_channels import places

KEY = "abcdefghijklmnopqrstuvwxyz"
FILE = "channels/sms.json"
ANNA = "+359888123456"


def request_for(case: dict[str, Any]) -> SmsRequest:
    """The text message of a case."""
    return translate(Draft(
        key=KEY, rule="cart", step=1, topic="offers", message_type=case.get("messageType", "marketing"), recipient=ANNA, locale="en",
        unsubscribe_url="https://x.example/u/t", at=0, data={}, customer={}, settings=Settings.model_validate(case.get("settings", {})),
        parts={"text": written_out(case["text"]) * case.get("times", 1)}))


@cases(FILE)
def test_a_phone_gets_this_or_nothing(case: dict[str, Any]) -> None:
    expect = written_out(case["expect"])
    if "refused" in expect:
        with pytest.raises(TemplateFailed, match=expect["refused"]):
            request_for(case)
        return
    request = request_for(case)
    assert (request.key, request.recipient, request.text) == (KEY, ANNA, expect["text"])
    assert request.attributes == expect.get("attributes", {"AWS.SNS.SMS.SMSType": "Promotional"})


@cases(FILE, "sizes")
def test_a_text_takes_so_many_sms(case: dict[str, Any]) -> None:
    size = size_of(written_out(case["text"]))
    assert [size.alphabet, size.units, size.parts] == case["expect"]


@cases(FILE, "settings")
def test_settings_are_what_sns_takes(case: dict[str, Any]) -> None:
    if case["valid"]:
        Settings.model_validate(case["settings"])
    else:
        with pytest.raises(ValidationError):
            Settings.model_validate(case["settings"])


def logged(case: dict[str, Any]) -> str:
    """An entry of SNS's log in a case."""
    if "text" in case:
        return "[" * 100_000 if case["text"] == "«deep»" else case["text"]
    notification = {"messageId": "sns-1", "timestamp": "2026-03-02 11:00:00.000", **case.get("notification", {})}
    delivery = {"destination": ANNA, "dwellTimeMs": 599, **case["delivery"]} if case["delivery"] is not None else None
    return json.dumps({"notification": notification, "delivery": delivery, "status": case["status"]})


@cases(FILE, "receipts")
def test_what_sns_tells_of_an_sms_makes_these_events(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "refused" in expect:
        with pytest.raises(EventRejected) as refused:
            read_receipts(logged(case))
        assert refused.value.code == expect["refused"]
        return
    (receipt,) = read_receipts(logged(case))
    assert (receipt.channel, receipt.key, receipt.provider_id) == ("sms", None, "sns-1")
    assert [{"name": name, **properties} for name, properties in receipt.events] == expect["events"]
    assert receipt.address == expect.get("address", ANNA)
    if "at" in expect:
        assert receipt.at == parse_instant(expect["at"])


@cases(FILE, "receipts")
def test_whatever_stands_in_a_place_of_it_is_a_receipt_or_refused(case: dict[str, Any]) -> None:
    text = logged(case)
    whole = json.loads(text) if "text" not in case else {}
    for inner, key in places(whole):
        kept = inner[key]
        for inner[key] in ODD:
            try:
                (receipt,) = read_receipts(json.dumps(whole))
            except EventRejected:
                continue
            assert receipt.address in ("", ANNA)
            assert {name for name, _ in receipt.events} <= {*RECEIPTS, "Unsubscribed"}
        inner[key] = kept


def test_what_somebody_writes_is_kept_as_far_as_a_few_messages_go() -> None:
    text = json.dumps({**json.loads(sms_answer(ANNA, "так" * 400)), "timestamp": "2026-03-02T11:00:00Z"})
    (receipt,) = read_receipts(text)
    assert receipt.events == (("Message Replied", {"text": ("так" * 400)[:500]}),)


@cases(FILE, "answers")
def test_what_readers_answer(case: dict[str, Any]) -> None:
    text = json.dumps({**json.loads(sms_answer(case.get("from", ANNA), case["says"], about="sns-1")),
                       "timestamp": case.get("at", "2026-03-02T11:00:00Z")})
    if isinstance(case["expect"], dict):
        with pytest.raises(EventRejected) as refused:
            read_receipts(text)
        assert refused.value.code == case["expect"]["refused"]
        return
    (receipt,) = read_receipts(text)
    ((name, properties),) = receipt.events
    assert (name, receipt.address, receipt.provider_id) == (case["expect"], ANNA, "sns-1")
    assert properties.get("topic") == ("*" if name == "Unsubscribed" else None)
