"""Push in local mode: what goes out, what a strict SNS refuses, how a dead token makes way, and what the app tells."""

import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib.model.identity import Identifier
from simulators.shop_client import ShopClient
from simulators.sns_receipts import push_failure, topic_event
from tests.local.test_sms import engine_client, post

USER = Identifier("user", "anna")
OLD, NEW, APPLE = "old:token", "new:token", "0aF4" * 16
RULE = {"id": "looked", "trigger": {"kind": "event", "event": "Product Viewed", "key": "event.properties.product_id"},
        "policies": {"frequencyCap": {"perChannel": None, "overall": None}},
        "steps": [{"send": {"channel": "push", "template": "looked"}}]}
TEMPLATE = {"title": "Still there", "text": "{{ trigger.event.name }} «x»", "link": "nutshell://{{ trigger.event.product_id }}"}


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rules")
    (folder / "templates" / "looked").mkdir(parents=True)
    for part, text in TEMPLATE.items():
        (folder / "templates" / "looked" / f"push.en.{part}.liquid").write_text(text)
    (folder / "brand.json").write_text(json.dumps({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"},
                                                   "timezone": "Europe/Sofia", "channels": {"push": {}}}))
    (folder / "looked.json").write_text(json.dumps(RULE))
    return folder


def token(value: str) -> dict[str, Any]:
    return {"type": "identify", "messageId": f"i-{value}", "userId": "anna", "traits": {"pushToken": value, "consents": {"push": True}}}


def viewed(number: int) -> dict[str, Any]:
    return {"type": "track", "messageId": f"v-{number}", "userId": "anna", "event": "Product Viewed",
            "properties": {"product_id": f"b-{number}", "name": "The Quiet Sea"}}


def addresses(shop: ShopClient) -> list[str]:
    return [message["address"] for message in shop.get("inbox.json")]


@pytest.mark.parametrize(("value", "platform"), [(NEW, "GCM"), (APPLE, "APNS")], ids=["Google", "Apple"])
def test_a_notification_goes_out_once_and_stands_in_the_inbox(shop: ShopClient, value: str, platform: str) -> None:
    post(shop, token(value), viewed(1))
    post(shop, viewed(1))
    (message,) = shop.get("inbox.json")
    assert (message["channel"], message["address"], message["subject"], message["text"]) == (
        "push", value, "Still there", "The Quiet Sea «x»")
    (decision,) = shop.get("decisions.json")
    assert (message["customer"], message["rule"], message["key"], message["links"]) == ("anna", "looked", decision["key"], ["nutshell://b-1"])
    assert message["headers"]["platform"] == platform and message["headers"]["beckonMessage"] == decision["key"]
    assert shop.get("usage.json")["sns"]["operations"] == {"CreatePlatformEndpoint": 1, "Publish": 1}


def test_the_newest_token_gets_it_and_makes_way_for_the_one_before_when_it_is_dead(shop: ShopClient) -> None:
    post(shop, token(OLD))
    shop.do("clock", {"advance": "1m"})
    post(shop, token(NEW), viewed(1))
    shop.world.sns.disable(NEW)
    post(shop, viewed(2))  # SNS refuses, and says why
    assert "transport_refused" in [decision["reason"] for decision in shop.get("decisions.json")]
    post(shop, viewed(3))
    assert addresses(shop) == [NEW, OLD]
    bounced = [event["event"] for event in shop.get("events.json") if (event["event"] or "").startswith("Push")]
    assert bounced == ["Push Notification Bounced"]


def test_what_sns_tells_later_of_a_token_closes_that_token_and_no_newer_one(shop: ShopClient) -> None:
    post(shop, token(OLD), viewed(1))
    (published,) = shop.world.sns.taken
    shop.do("clock", {"advance": "1h"})
    post(shop, token(NEW))
    event = topic_event([push_failure(published.id, published.endpoint or "", published.at + 5_000)], published.at + 9_000)
    shop.world.functions.invoke("on_push_feedback", event)
    post(shop, viewed(2))
    assert addresses(shop) == [OLD, NEW]
    closed = [shop.world.ports.suppressions.find("push", value, "offers") for value in (OLD, NEW)]
    assert [len(found) for found in closed] == [1, 0]


def test_a_dead_token_without_another_gets_nothing_more(shop: ShopClient) -> None:
    post(shop, token(NEW), viewed(1))
    (published,) = shop.world.sns.taken
    event = topic_event([push_failure(published.id, published.endpoint or "", published.at)], published.at)
    shop.world.functions.invoke("on_push_feedback", event)
    post(shop, viewed(2))
    assert addresses(shop) == [NEW]
    assert shop.get("decisions.json")[-1]["reason"] == "suppressed_bounce"


@pytest.mark.parametrize("kind", ["throttle", "500", "timeout", "lost_answer", "kill_before", "kill_after"])
@pytest.mark.parametrize("call", [1, 2], ids=["making the endpoint", "publishing"])
def test_a_fault_of_sns_neither_doubles_nor_loses(shop: ShopClient, kind: str, call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def strike(service: str) -> str | None:
        asked.extend([service] if service == "sns" else [])
        return kind if service == "sns" and len(asked) == call else None

    monkeypatch.setattr(shop.world.faults, "striking", strike)
    post(shop, token(NEW), viewed(1))
    sent, unknown = len(shop.get("inbox.json")), len(shop.get("unknown.json"))
    killed_or_broken = {"500": (0, 1), "timeout": (0, 1), "lost_answer": (1, 1), "kill_before": (0, 1), "kill_after": (1, 1)}
    publishing = {"throttle": (1, 0), **killed_or_broken}
    making = {**dict.fromkeys(publishing, (1, 0)), "kill_before": (0, 1), "kill_after": (0, 1)}
    assert (sent, unknown) == (making if call == 1 else publishing)[kind]


def test_the_real_one_refuses_so_much(shop: ShopClient) -> None:
    client = engine_client(shop.world)
    applications = shop.world.push_applications
    arn = client.create_platform_endpoint(PlatformApplicationArn=applications["fcm"], Token=NEW)["EndpointArn"]
    apple = client.create_platform_endpoint(PlatformApplicationArn=applications["apns"], Token=APPLE)["EndpointArn"]

    def code(**request: Any) -> str:
        with pytest.raises(ClientError) as refused:
            client.publish(MessageStructure="json", **request)
        return str(refused.value.response["Error"]["Code"])

    assert code(TargetArn=arn + "x", Message='{"default":"x"}') == "NotFound"
    assert code(TargetArn=arn, Message='{"GCM":"{}"}') == "InvalidParameter", "no default"
    assert code(TargetArn=arn, Message="hello") == "InvalidParameter"
    assert code(TargetArn=arn, Message=json.dumps({"default": "x", "GCM": {}})) == "InvalidParameter", "no text"
    assert code(TargetArn=arn, Message=json.dumps({"default": "x", "GCM": json.dumps({"a": "x" * 4_096})})) == "InvalidParameter"
    assert code(TargetArn=apple, Message=json.dumps({"default": "x", "APNS": json.dumps({"alert": "x"})})) == "InvalidParameter", "no aps"
    shop.world.sns.disable(NEW)
    assert code(TargetArn=arn, Message='{"default":"x"}') == "EndpointDisabled"
    assert client.create_platform_endpoint(PlatformApplicationArn=applications["fcm"], Token=NEW)["EndpointArn"] == arn
    client.set_endpoint_attributes(EndpointArn=arn, Attributes={"Enabled": "true"})
    client.publish(TargetArn=arn, MessageStructure="json", Message='{"default":"x","GCM":"{}"}')
    assert [published.token for published in shop.world.sns.taken] == [NEW]
    with pytest.raises(ClientError):
        client.create_platform_endpoint(PlatformApplicationArn=applications["fcm"] + "x", Token=NEW)


def test_an_app_that_tells_of_a_tap_gives_the_proof(shop: ShopClient) -> None:
    post(shop, token(NEW), viewed(1))
    (message,) = shop.get("inbox.json")
    post(shop, {"type": "track", "userId": "anna", "messageId": "t-1", "event": "Push Notification Tapped",
                "properties": {"message": message["headers"]["beckonMessage"]}})
    record = shop.world.ports.customers.load(next(iter(shop.world.ports.identifiers.find([USER]).values())))
    assert record is not None and message["key"] in record.state.evidence
