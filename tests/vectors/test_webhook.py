"""test_webhook: what the shop's system is called with, how it is signed, and what its answers mean; cases of channels/webhook.json."""

import base64
import json
from typing import Any

import pytest
from pydantic import ValidationError
from standardwebhooks.webhooks import Webhook

from chalicelib.adapters.clock import system_clock
from chalicelib.adapters.web import Answer
from chalicelib.adapters.webhook import WebhookTransport, failure_of, secret_bytes, signature
from chalicelib.channels.channel import Draft
from chalicelib.channels.webhook import MOST_BYTES, Settings, WebhookRequest, lead_links, translate
from chalicelib.model.errors import StoreUnavailable, TemplateFailed, TransportFailed
from chalicelib.model.instant import parse_duration, parse_instant

from .reading import cases, read, written_out
from .test_channels import KEY

FILE = "channels/webhook.json"
NOW = parse_instant("2026-03-02T11:00:00Z") or 0
URL = "https://crm.nutshell.example/beckon"
SECRETS = [f"whsec_{base64.b64encode(bytes([number]) * 32).decode()}" for number in (1, 2)]
REQUEST = WebhookRequest(KEY, URL, b'{"text":"\\u0410\\u043d\\u043d\\u0430"}')


@cases(FILE)
def test_a_call_has_this_body(case: dict[str, Any]) -> None:
    case = written_out(case)
    draft = Draft(key=KEY, rule="cart", step=1, topic="offers", message_type="marketing", recipient="anna", locale="en", at=NOW,
                  unsubscribe_url="https://beckon.example/u/x", data=case["data"], customer=case["customer"], settings=Settings(url=URL),
                  parts=lead_links(case["parts"], lambda address: "https://led.example", None))
    if "refused" in case:
        with pytest.raises(TemplateFailed, match=case["refused"]):
            translate(draft)
        return
    request = translate(draft)
    assert (request.key, request.url) == (KEY, URL) and len(request.body) < MOST_BYTES and request.body.isascii()
    if "expect" in case:
        assert json.loads(request.body) == case["expect"]


@pytest.mark.parametrize(("url", "good"), read(FILE)["urls"].items())
def test_only_an_address_that_may_be_called_is_one(url: str, good: bool) -> None:
    if good:
        assert Settings(url=url).url == url
    else:
        with pytest.raises(ValidationError):
            Settings(url=url)


@cases(FILE, "signatures")
def test_the_signature_is_the_standards(case: dict[str, Any]) -> None:
    assert signature(secret_bytes(case["secret"]), case["id"], case["timestamp"], case["body"].encode()) == case["signature"]


@pytest.mark.parametrize(("text", "good"), read(FILE)["secrets"].items())
def test_only_whsec_and_enough_bytes_is_a_secret(text: str, good: bool) -> None:
    if good:
        assert 24 <= len(secret_bytes(text)) <= 64
    else:
        with pytest.raises(ValueError):
            secret_bytes(text)


@pytest.mark.parametrize("case", read(FILE)["answers"], ids=lambda case: f"{case['status']} {case.get('retryAfter', '')}".strip())
def test_every_answer_has_its_meaning(case: dict[str, Any]) -> None:
    failure = failure_of(Answer(case["status"], {"retry-after": case["retryAfter"]} if "retryAfter" in case else {}, b""), NOW)
    if failure is None:
        assert case["means"] == "heard"
        return
    means = "gone" if failure.endpoint_gone else "retryable" if failure.retryable else "ambiguous" if failure.ambiguous else "permanent"
    assert means == case["means"]
    assert failure.retry_after == (parse_duration(case["wait"]) if "wait" in case else None)


class Wire:
    """A Post that keeps what it is given and answers 204."""

    def __init__(self) -> None:
        self.posted: list[tuple[str, dict[str, str], bytes]] = []

    def __call__(self, url: str, headers: Any, body: bytes) -> Answer:
        self.posted.append((url, dict(headers), body))
        return Answer(204, {}, b"")


@pytest.mark.parametrize("secrets", [SECRETS[:1], SECRETS, SECRETS[::-1]], ids=["one", "old and new", "new and old"])
def test_the_standards_own_receiver_believes_it_under_each_secret(secrets: list[str]) -> None:
    wire = Wire()
    assert WebhookTransport(wire, lambda: " ".join(secrets), system_clock).send(REQUEST) == KEY
    ((url, headers, body),) = wire.posted
    assert (url, headers["webhook-id"], body) == (URL, KEY, REQUEST.body)
    for secret in secrets:
        assert Webhook(secret).verify(body, headers) == json.loads(body)


def test_each_attempt_is_stamped_anew_under_the_same_id() -> None:
    wire, moments = Wire(), iter([NOW, NOW + 3_600_000])
    transport = WebhookTransport(wire, lambda: SECRETS[0], lambda: next(moments))
    transport.send(REQUEST)
    transport.send(REQUEST)
    first, second = (headers for _, headers, _ in wire.posted)
    assert first["webhook-id"] == second["webhook-id"] == KEY
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 3_600
    assert first["webhook-signature"] != second["webhook-signature"]


@pytest.mark.parametrize("secrets", ["", "whsec_c2hvcnQ=", "guess", f"{SECRETS[0]} guess"])
def test_without_a_secret_nothing_is_sent_and_it_waits_to_be_mended(secrets: str) -> None:
    wire = Wire()
    with pytest.raises(TransportFailed) as caught:
        WebhookTransport(wire, lambda: secrets, lambda: NOW).send(REQUEST)
    assert caught.value.retryable and caught.value.retry_after and wire.posted == []
    assert "guess" not in str(caught.value)


def test_a_secret_that_cannot_be_read_now_is_asked_for_again() -> None:
    def unavailable() -> str:
        raise StoreUnavailable("down")

    with pytest.raises(TransportFailed) as caught:
        WebhookTransport(Wire(), unavailable, lambda: NOW).send(REQUEST)
    assert (caught.value.retryable, caught.value.retry_after) == (True, None)
