"""What an answer of SNS, or the lack of one, means for a message; and that a message leaves once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import boto3
import botocore.exceptions
import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.adapters.sns import SNS_CONFIG
from chalicelib.adapters.sns_sms import SmsTransport
from chalicelib.channels.sms import SmsRequest
from chalicelib.model.errors import TransportFailed
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
                                                     config=SNS_CONFIG)
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
