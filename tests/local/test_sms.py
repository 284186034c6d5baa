"""SMS in local mode: what goes out, what a strict SNS refuses, and what becomes of it afterwards."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.send_once import SEND_ONCE
from local.door import Door
from local.world import World
from simulators.shop_client import ShopClient
from simulators.sns_receipts import log_entry, log_event

PHONE = "+359888123456"
RULE = {"id": "shipped", "messageType": "transactional", "trigger": {"kind": "event", "event": "Order Shipped",
        "key": "event.properties.order_id"}, "steps": [{"send": {"channel": "sms", "template": "shipped"}}]}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One rule that writes an SMS."""
    folder = tmp_path_factory.mktemp("rules")
    (folder / "templates" / "shipped").mkdir(parents=True)
    (folder / "templates" / "shipped" / "sms.en.text.liquid").write_text("Order {{ trigger.event.order_id }} is on its way.")
    (folder / "brand.json").write_text(json.dumps({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"},
                                                   "timezone": "Europe/Sofia", "channels": {"sms": {"senderId": "Shop"}}}))
    (folder / "shipped.json").write_text(json.dumps(RULE))
    return folder


def post(shop: ShopClient, *calls: dict[str, Any]) -> None:
    shop.post(*calls)
    shop.do("idle", {})


def shipped(number: int = 1) -> list[dict[str, Any]]:
    return [{"type": "identify", "messageId": "i-anna", "userId": "anna", "traits": {"phone": "+359 888 123456"}},
            {"type": "track", "messageId": f"s-{number}", "userId": "anna", "event": "Order Shipped",
             "properties": {"order_id": f"o-{number}"}}]


def test_a_text_message_goes_out_once_and_stands_in_the_inbox(shop: ShopClient) -> None:
    post(shop, *shipped())
    post(shop, *shipped())
    (message,) = shop.get("inbox.json")
    assert (message["channel"], message["address"], message["text"]) == ("sms", PHONE, "Order o-1 is on its way.")
    (decision,) = shop.get("decisions.json")
    assert (message["customer"], message["rule"], message["step"], message["key"]) == ("anna", "shipped", 1, decision["key"])
    assert message["headers"] == {"AWS.SNS.SMS.SMSType": "Transactional", "AWS.SNS.SMS.SenderID": "Shop"}
    assert shop.do("idle", {})["messages"] == 1
    assert shop.get("usage.json")["sns"]["operations"] == {"Publish": 1}


def test_what_sns_tells_days_later_closes_the_number(shop: ShopClient) -> None:
    post(shop, *shipped(1))
    (published,) = shop.world.sns.taken
    shop.do("clock", {"advance": "2d"})
    entry = log_entry(published.id, PHONE, published.at, response="Invalid phone number", dwell=90_000)
    shop.world.functions.invoke("on_sms_delivery_logs", log_event([entry]))
    shop.do("idle", {})
    bounced = [event for event in shop.get("events.json") if event["event"] == "SMS Bounced"]
    assert [event["customer"] for event in bounced] == ["anna"]
    post(shop, shipped(2)[1])
    assert len(shop.get("inbox.json")) == 1
    assert shop.get("decisions.json")[-1]["reason"] == "suppressed_bounce"


@pytest.mark.parametrize("kind", ["throttle", "500", "timeout", "lost_answer", "kill_before", "kill_after"])
def test_a_fault_of_sns_neither_doubles_nor_loses(shop: ShopClient, kind: str) -> None:
    shop.do("faults", {"part": "sns", "kind": kind, "count": 1})
    post(shop, *shipped())
    sent, unknown = len(shop.get("inbox.json")), len(shop.get("unknown.json"))
    assert (sent, unknown) == {"throttle": (1, 0), "500": (0, 1), "timeout": (0, 1), "lost_answer": (1, 1), "kill_before": (0, 1),
                               "kill_after": (1, 1)}[kind]


STRICT: dict[str, dict[str, Any]] = {
    "a number as people write it": {"PhoneNumber": "0888123456", "Message": "Hello"},
    "a number beyond E.164": {"PhoneNumber": "+1234567890123456", "Message": "Hello"},
    "1601 bytes": {"PhoneNumber": PHONE, "Message": "x" * 1_601},
    "1602 bytes of 801 letters": {"PhoneNumber": PHONE, "Message": "я" * 801},
    "nothing to say": {"PhoneNumber": PHONE, "Message": ""},
    "a type that is none": {"PhoneNumber": PHONE, "Message": "x", "MessageAttributes": {
        "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Urgent"}}},
    "a price that is a text": {"PhoneNumber": PHONE, "Message": "x", "MessageAttributes": {
        "AWS.SNS.SMS.MaxPrice": {"DataType": "String", "StringValue": "0.25"}}},
    "a sender of twelve letters": {"PhoneNumber": PHONE, "Message": "x", "MessageAttributes": {
        "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": "NutshellBook"}}},
}


def engine_client(world: World) -> Any:
    """A client that passes the same door as the engine's."""
    session = boto3.Session(region_name="us-east-1")
    Door(world.faults, world.usage, world.sns).guard(session)
    return session.client("sns", config=SEND_ONCE)


@pytest.mark.parametrize("request_", STRICT.values(), ids=STRICT)
def test_what_the_real_one_refuses_is_refused_here(shop: ShopClient, request_: dict[str, Any]) -> None:
    with pytest.raises(ClientError) as refused:
        engine_client(shop.world).publish(**request_)
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"
    assert shop.world.sns.taken == []


def test_what_the_real_one_takes_is_taken_here(shop: ShopClient) -> None:
    answer = engine_client(shop.world).publish(PhoneNumber=PHONE, Message="я" * 800)
    assert [published.id for published in shop.world.sns.taken] == [answer["MessageId"]]
