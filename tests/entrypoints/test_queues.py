"""Messages from the queues: each is answered for itself. And what happens every minute."""

import json
from dataclasses import replace
from typing import Any

import pytest

import app
from chalicelib import bootstrap
from chalicelib.entrypoints import queues
from chalicelib.model.decision import Message
from chalicelib.model.errors import StoreUnavailable, TransportFailed
from chalicelib.ports import Ports

from .conftest import NOW


def a_record(key: str, body: str | None = None) -> dict[str, Any]:
    message = Message(key=key, customer="anna", rule="cart", run="1", run_key=None, step=1, channel="email", template="cart",
                      topic="offers", message_type="marketing", at=NOW, decided_at=NOW, expires_at=NOW, cause="m", data={})
    return {"messageId": f"sqs-{key}", "receiptHandle": "r", "body": json.dumps(message.document()) if body is None else body}


def failures(answer: dict[str, Any]) -> list[str]:
    return [entry["itemIdentifier"] for entry in answer["batchItemFailures"]]


def test_what_must_come_again_is_named_and_the_rest_is_done(ports: Ports, monkeypatch: pytest.MonkeyPatch,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    trouble: dict[str, Exception] = {"2": StoreUnavailable("down"), "3": TransportFailed("busy", retryable=True), "4": KeyError("anna")}
    done = []

    def dispatch(_: Ports, message: Message) -> None:
        if message.key in trouble:
            raise trouble[message.key]
        done.append(message.key)

    monkeypatch.setattr(queues, "dispatch", dispatch)
    answer = app.on_email_marketing({"Records": [a_record(key) for key in "12345"]}, None)

    assert failures(answer) == ["sqs-2", "sqs-3", "sqs-4"]
    assert done == ["1", "5"]
    assert "anna" not in capsys.readouterr().err


def test_no_send_is_begun_that_could_be_cut_off(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    class Context:
        def get_remaining_time_in_millis(self) -> int:
            return 30_000 - 9_000 * len(done)

    monkeypatch.setattr(queues, "dispatch", lambda _, message: done.append(message.key))
    answer = app.on_email_marketing({"Records": [a_record(key) for key in "1234"]}, Context())

    assert done == ["1", "2"]
    assert failures(answer) == ["sqs-3", "sqs-4"]


@pytest.mark.parametrize("body", ["", "no json", "[]", "7", "{}", '{"key":"k"}', "null"])
def test_a_message_that_cannot_be_read_is_parked_and_gone(ports: Ports, body: str) -> None:
    answer = app.on_email_transactional({"Records": [a_record("1", body)]}, None)

    assert failures(answer) == []
    [parked] = ports.parking.parked("dispatch", 10)
    assert (parked.id, parked.body) == ("sqs-1", body)


def test_a_message_that_can_neither_be_read_nor_parked_comes_again(ports: Ports) -> None:
    class Down:
        def park(self, _: object) -> None:
            raise StoreUnavailable("ParkedTable: InternalServerError")

    bootstrap.use(replace(ports, parking=Down()))

    assert failures(app.on_email_marketing({"Records": [a_record("1", "no json")]}, None)) == ["sqs-1"]


def test_a_message_for_somebody_gone_is_refused_with_a_reason(ports: Ports) -> None:
    answer = app.on_email_marketing({"Records": [a_record("k")]}, None)

    assert failures(answer) == []
    assert ports.deliveries.get("k").status == "failed"
    assert ports.transports["email"].sent == []


def test_every_minute_rings_and_rescues(ports: Ports) -> None:
    tick = {"version": "0", "id": "x", "account": "0", "region": "x", "detail": {}, "detail-type": "Scheduled Event",
            "source": "aws.events", "time": "2026-03-01T09:00:00Z", "resources": []}

    assert app.on_minute(tick, None) == {"woken": 0, "waves": 0, "rescued": 0}
