"""What an answer of SES, or the lack of one, means for a message; and that a message leaves once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import botocore.exceptions
import pytest
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

from chalicelib.adapters.send_once import SEND_ONCE
from chalicelib.adapters.ses import SesTransport
from chalicelib.channels.email import EmailRequest
from chalicelib.model.errors import TransportFailed
from chalicelib.model.instant import parse_duration

VECTORS = json.loads((Path(__file__).parent / "ses_errors.json").read_text())
REQUEST = EmailRequest(key="k" * 26, sender="hello@shop.example", recipient="anna@shop.example", raw=b"Subject: Hello\r\n\r\nHello",
                       tags={"key": "k" * 26, "rule": "abandoned-cart"})


class Wire:
    """The other end of boto3's wire: what was written to it, and what it does."""

    def __init__(self) -> None:
        self.written: list[dict[str, Any]] = []
        self.reply: Callable[[str], AWSResponse] = lambda url: answered(url, 200, {}, {"MessageId": "ses-1"})
        self.client = boto3.session.Session().client("sesv2", region_name="us-east-1", aws_access_key_id="k",
                                                     aws_secret_access_key="s", config=SEND_ONCE)
        self.client.meta.events.register("before-send.sesv2.SendEmail", self._send)

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        self.written.append(json.loads(request.body))
        return self.reply(request.url)


def answered(url: str, status: int, headers: dict[str, str], body: dict[str, Any]) -> AWSResponse:
    return AWSResponse(url, status, headers, MockRawResponse(json.dumps(body)))


@pytest.fixture
def wire() -> Wire:
    return Wire()


def meaning(failure: TransportFailed) -> str:
    return "retryable" if failure.retryable else "ambiguous" if failure.ambiguous else "permanent"


def test_an_email_goes_out_raw_with_its_tags_and_configuration_set(wire: Wire) -> None:
    sent = SesTransport(lambda: wire.client, "receipts").send(REQUEST)

    assert sent == "ses-1"
    [body] = wire.written
    assert body["FromEmailAddress"] == "hello@shop.example"
    assert body["Destination"] == {"ToAddresses": ["anna@shop.example"]}
    assert body["EmailTags"] == [{"Name": "key", "Value": "k" * 26}, {"Name": "rule", "Value": "abandoned-cart"}]
    assert body["ConfigurationSetName"] == "receipts"
    assert set(body["Content"]) == {"Raw"}


def test_without_a_configuration_set_none_is_named(wire: Wire) -> None:
    SesTransport(lambda: wire.client).send(REQUEST)

    assert "ConfigurationSetName" not in wire.written[0]


@pytest.mark.parametrize("vector", VECTORS["answers"], ids=lambda vector: f"{vector['status']}-{vector['code']}-{vector['message'][:5]}")
def test_every_answer_has_its_meaning_and_is_asked_for_once(wire: Wire, vector: dict[str, Any]) -> None:
    wire.reply = lambda url: answered(url, vector["status"], {"x-amzn-errortype": vector["code"]}, {"message": vector["message"]})

    with pytest.raises(TransportFailed) as caught:
        SesTransport(lambda: wire.client).send(REQUEST)

    assert meaning(caught.value) == vector["means"]
    assert caught.value.retry_after == (parse_duration(vector["wait"]) if "wait" in vector else None)
    assert len(wire.written) == 1
    assert "anna" not in str(caught.value), "the text is stored and logged, so it must name nobody"


@pytest.mark.parametrize("vector", VECTORS["connections"], ids=lambda vector: vector["error"])
def test_a_lost_connection_is_ambiguous_only_once_something_was_written(wire: Wire, vector: dict[str, Any]) -> None:
    kind = getattr(botocore.exceptions, vector["error"])

    def fail(url: str) -> AWSResponse:
        raise kind(endpoint_url=url, proxy_url=url, error=OSError("lost"), request=None, response=None)

    wire.reply = fail
    with pytest.raises(TransportFailed) as caught:
        SesTransport(lambda: wire.client).send(REQUEST)

    assert meaning(caught.value) == vector["means"]
    assert len(wire.written) == 1


def test_an_answer_that_cannot_be_read_is_ambiguous(wire: Wire) -> None:
    wire.reply = lambda url: AWSResponse(url, 200, {}, MockRawResponse("<html>proxy error"))

    with pytest.raises(TransportFailed) as caught:
        SesTransport(lambda: wire.client).send(REQUEST)

    assert meaning(caught.value) == "ambiguous"


def test_a_request_that_cannot_be_built_is_refused_for_good(wire: Wire) -> None:
    malformed = EmailRequest(key="k", sender="hello@shop.example", recipient="anna@shop.example", raw=b"",
                             tags={"rule": None})  # type: ignore[dict-item]

    with pytest.raises(TransportFailed) as caught:
        SesTransport(lambda: wire.client).send(malformed)

    assert meaning(caught.value) == "permanent"
    assert wire.written == []
