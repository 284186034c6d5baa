"""What an answer of SNS, or the lack of one, means for a message; and that a message leaves once."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import boto3
import botocore.exceptions
import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.adapters.send_once import SEND_ONCE
from chalicelib.adapters.sns_push import PushTransport
from chalicelib.adapters.sns_sms import SmsTransport
from chalicelib.channels.push import PushRequest
from chalicelib.channels.sms import SmsRequest
from chalicelib.model.errors import StoreUnavailable, TransportFailed
from chalicelib.model.instant import parse_duration

VECTORS = Path(__file__).parents[1] / "vectors" / "channels"
CONNECTIONS = json.loads((Path(__file__).parent / "ses_errors.json").read_text())["connections"]
TEXT = SmsRequest(key="k" * 26, recipient="+359888123456", text="Hello", attributes={
    "AWS.SNS.SMS.SMSType": "Promotional", "AWS.SNS.SMS.MaxPrice": "0.25000"})
Reply = Callable[[str, str], AWSResponse]


class Wire:
    """The other end of boto3's wire: what was written to it, and what it does."""

    def __init__(self) -> None:
        self.written: list[dict[str, str]] = []
        self.reply: Reply = lambda operation, url: took(url, operation)
        self.client = boto3.session.Session().client("sns", region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s",
                                                     config=SEND_ONCE)
        self.client.meta.events.register("before-send.sns", self._send)

    def _send(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        body = request.body.decode() if isinstance(request.body, bytes) else request.body
        self.written.append({name: values[0] for name, values in parse_qs(body).items()})
        return self.reply(event_name.rpartition(".")[2], request.url)


def took(url: str, operation: str) -> AWSResponse:
    inside = "<MessageId>sns-1</MessageId>" if operation == "Publish" else f"<EndpointArn>{ENDPOINT}</EndpointArn>"
    body = f"<{operation}Response><{operation}Result>{inside}</{operation}Result></{operation}Response>"
    return AWSResponse(url, 200, {}, MockRawResponse(body))


ENDPOINT = "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/0-1"


def error(url: str, vector: dict[str, Any]) -> AWSResponse:
    words = vector.get("message", "no")
    return AWSResponse(url, vector["status"], {}, MockRawResponse(
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{vector['code']}</Code><Message>{words}</Message></Error></ErrorResponse>"))


@pytest.fixture
def wire() -> Wire:
    return Wire()


def meaning(failure: TransportFailed) -> str:
    return "retryable" if failure.retryable else "ambiguous" if failure.ambiguous else "permanent"


def errors(file: str) -> Any:
    vectors = json.loads((VECTORS / file).read_text())["errors"]
    return pytest.mark.parametrize("vector", vectors, ids=[f"{number}-{vector['code']}" for number, vector in enumerate(vectors)])


def test_a_text_goes_out_with_its_attributes(wire: Wire) -> None:
    assert SmsTransport(lambda: wire.client).send(TEXT) == "sns-1"
    [body] = wire.written
    assert (body["PhoneNumber"], body["Message"]) == ("+359888123456", "Hello")
    assert {body[f"MessageAttributes.entry.{number}.Name"]: (body[f"MessageAttributes.entry.{number}.Value.DataType"],
                                                            body[f"MessageAttributes.entry.{number}.Value.StringValue"])
            for number in (1, 2)} == {"AWS.SNS.SMS.SMSType": ("String", "Promotional"), "AWS.SNS.SMS.MaxPrice": ("Number", "0.25000")}


@errors("sms.json")
def test_every_answer_to_a_text_has_its_meaning_and_is_asked_for_once(wire: Wire, vector: dict[str, Any]) -> None:
    wire.reply = lambda operation, url: error(url, vector)
    with pytest.raises(TransportFailed) as caught:
        SmsTransport(lambda: wire.client).send(TEXT)
    assert (meaning(caught.value), caught.value.closes) == (vector["means"], vector.get("closes"))
    assert caught.value.retry_after == (parse_duration(vector["wait"]) if "wait" in vector else None)
    assert len(wire.written) == 1
    assert "888123456" not in str(caught.value), "the text is stored and logged, so it must name nobody"


@pytest.mark.parametrize("vector", CONNECTIONS, ids=lambda vector: vector["error"])
def test_a_lost_connection_is_ambiguous_only_once_something_was_written(wire: Wire, vector: dict[str, Any]) -> None:
    kind = getattr(botocore.exceptions, vector["error"])

    def fail(operation: str, url: str) -> AWSResponse:
        raise kind(endpoint_url=url, proxy_url=url, error=OSError("lost"), request=None, response=None)

    wire.reply = fail
    with pytest.raises(TransportFailed) as caught:
        SmsTransport(lambda: wire.client).send(TEXT)
    assert meaning(caught.value) == vector["means"]
    assert len(wire.written) == 1


def test_an_answer_that_cannot_be_read_is_ambiguous(wire: Wire) -> None:
    wire.reply = lambda operation, url: AWSResponse(url, 200, {}, MockRawResponse("<html>proxy error"))
    with pytest.raises(TransportFailed) as caught:
        SmsTransport(lambda: wire.client).send(TEXT)
    assert meaning(caught.value) == "ambiguous"


def test_a_request_that_cannot_be_built_is_refused_for_good(wire: Wire) -> None:
    malformed = SmsRequest(key="k", recipient="+359888123456", text=None, attributes={})  # type: ignore[arg-type]
    with pytest.raises(TransportFailed) as caught:
        SmsTransport(lambda: wire.client).send(malformed)
    assert meaning(caught.value) == "permanent"
    assert wire.written == []


PUSH = PushRequest(key="k" * 26, recipient="token:anna", platform="fcm", plain="Ж", keep=3_600,
                   payload='{"notification":{"title":"T","body":"Ж"},"data":{"a":"b"}}')
APPLE = replace(PUSH, recipient="0" * 64, platform="apns", payload='{"aps":{"alert":{"title":"T","body":"Ж"}}}')
APPLICATIONS = {"fcm": "arn:aws:sns:us-east-1:123456789012:app/GCM/shop",
                "apns": "arn:aws:sns:us-east-1:123456789012:app/APNS_SANDBOX/shop"}


def pushing(wire: Wire, **applications: str) -> PushTransport:
    return PushTransport(lambda: wire.client, applications or APPLICATIONS)


def attributes_of(body: dict[str, str]) -> dict[str, str]:
    places = [name.removesuffix(".Name") for name in body if name.startswith("MessageAttributes.entry.") and name.endswith(".Name")]
    return {body[f"{place}.Name"]: body[f"{place}.Value.StringValue"] for place in places}


def test_a_notification_goes_to_the_endpoint_of_its_token_in_googles_form(wire: Wire) -> None:
    assert pushing(wire).send(PUSH) == "sns-1"
    made, published = wire.written
    assert (made["PlatformApplicationArn"], made["Token"]) == (APPLICATIONS["fcm"], "token:anna")
    assert (published["TargetArn"], published["MessageStructure"]) == (ENDPOINT, "json")
    document = json.loads(published["Message"])
    assert document["default"] == "Ж"
    assert json.loads(document["GCM"]) == {"fcmV1Message": {"message": json.loads(PUSH.payload)}}
    assert attributes_of(published) == {"AWS.SNS.MOBILE.GCM.TTL": "3600"}


def test_a_notification_goes_out_in_apples_form_under_the_name_of_its_application(wire: Wire) -> None:
    pushing(wire).send(APPLE)
    document = json.loads(wire.written[1]["Message"])
    assert json.loads(document["APNS_SANDBOX"]) == json.loads(APPLE.payload)
    assert attributes_of(wire.written[1]) == {"AWS.SNS.MOBILE.APNS_SANDBOX.TTL": "3600", "AWS.SNS.MOBILE.APNS.PUSH_TYPE": "alert",
                                              "AWS.SNS.MOBILE.APNS.PRIORITY": "10"}


def test_an_endpoint_that_is_there_with_other_attributes_is_taken_over_and_switched_on(wire: Wire) -> None:
    words = f"Invalid parameter: Token Reason: Endpoint {ENDPOINT} already exists with the same Token, but different attributes."

    def reply(operation: str, url: str) -> AWSResponse:
        exists = {"code": "InvalidParameter", "status": 400, "message": words}
        return error(url, exists) if operation == "CreatePlatformEndpoint" else took(url, operation)

    wire.reply = reply
    assert pushing(wire).send(PUSH) == "sns-1"
    _, changed, published = wire.written
    assert {changed["EndpointArn"], published["TargetArn"]} == {ENDPOINT}
    assert {changed[f"Attributes.entry.{number}.key"]: changed[f"Attributes.entry.{number}.value"] for number in (1, 2)} == {
        "Token": "token:anna", "Enabled": "true"}


@errors("push.json")
def test_every_answer_to_a_notification_has_its_meaning_and_is_published_once_at_most(wire: Wire, vector: dict[str, Any]) -> None:
    wire.reply = lambda operation, url: error(url, vector) if operation == vector["call"] else took(url, operation)
    with pytest.raises(TransportFailed) as caught:
        pushing(wire).send(PUSH)
    assert (meaning(caught.value), caught.value.closes) == (vector["means"], vector.get("closes"))
    assert caught.value.retry_after == (parse_duration(vector["wait"]) if "wait" in vector else None)
    assert sum("Message" in body for body in wire.written) == (vector["call"] == "Publish")
    assert "anna" not in str(caught.value), "the text is stored and logged, so it must name nobody"


def test_before_anything_is_published_a_lost_connection_may_be_tried_again(wire: Wire) -> None:
    def fail(operation: str, url: str) -> AWSResponse:
        raise botocore.exceptions.ReadTimeoutError(endpoint_url=url)

    wire.reply = fail
    with pytest.raises(TransportFailed) as caught:
        pushing(wire).send(PUSH)
    assert meaning(caught.value) == "retryable"
    assert len(wire.written) == 1


def test_a_platform_without_an_application_waits_for_one(wire: Wire) -> None:
    with pytest.raises(TransportFailed, match="apns") as caught:
        pushing(wire, fcm=APPLICATIONS["fcm"]).send(APPLE)
    assert (meaning(caught.value), caught.value.retry_after, wire.written) == ("retryable", parse_duration("1h"), [])


@pytest.mark.parametrize(("answer", "token"), [
    ({"code": "NotFound", "status": 404}, None), ({"code": "InvalidParameter", "status": 400}, None),
    ({"code": "InternalError", "status": 500}, StoreUnavailable), ({"code": "Throttled", "status": 429}, StoreUnavailable),
    (None, "token:anna"),
], ids=["gone", "no endpoint", "broken", "busy", "there"])
def test_whose_endpoint_it_is_sns_says(wire: Wire, answer: dict[str, Any] | None, token: Any) -> None:
    there = ("<GetEndpointAttributesResponse><GetEndpointAttributesResult><Attributes><entry><key>Token</key><value>token:anna</value>"
             "</entry></Attributes></GetEndpointAttributesResult></GetEndpointAttributesResponse>")
    wire.reply = lambda operation, url: error(url, answer) if answer else AWSResponse(url, 200, {}, MockRawResponse(there))
    if token is StoreUnavailable:
        with pytest.raises(StoreUnavailable):
            pushing(wire).address_behind(ENDPOINT)
    else:
        assert pushing(wire).address_behind(ENDPOINT) == token
