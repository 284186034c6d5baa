"""What Telegram brings: known by its secret, taken once, in effect before it is answered; what cannot be read is set aside and answered."""

import json
from typing import Any

import pytest

from chalicelib.flows.callbacks import callback_secret
from chalicelib.model.consent import ALL_TOPICS
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.identity import Identifier
from chalicelib.model.reason import Reason
from chalicelib.ports import Ports

from .conftest import NOW, Caller

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
ANNA = "anna" * 6 + "aa"


def said(text: str, number: int = 1) -> dict[str, Any]:
    return {"update_id": number, "message": {"message_id": 5, "from": {"id": 4711}, "chat": {"id": 4711, "type": "private"},
                                             "date": NOW // 1000, "text": text}}


def bring(http: Caller, ports: Ports, update: Any, secret: str | None = None) -> Any:
    given = callback_secret(ports.sign, "telegram") if secret is None else secret
    return http.post("/v1/receipts/telegram", update, headers={SECRET_HEADER: given})


def names(ports: Ports) -> list[str | None]:
    return sorted(str(event.name) for event in ports.events.latest(ANNA, 100))


@pytest.fixture
def known(ports: Ports) -> Ports:
    """4711 is Anna's chat."""
    ports.identifiers.claim(Identifier("telegram", "4711"), ANNA)
    return ports


@pytest.mark.parametrize("secret", ["", "guess", "ä", "0" * 64])
def test_nobody_without_the_secret_is_heard(http: Caller, known: Ports, secret: str) -> None:
    answer = bring(http, known, said("/stop"), secret)
    assert (answer.status, set(answer.body)) == (401, {"code", "message"})
    assert http.post("/v1/receipts/telegram", said("/stop")).status == 401
    assert names(known) == [] and known.suppressions.find("telegram", "4711", ALL_TOPICS) == []


@pytest.mark.parametrize("channel", ["email", "sms", "pigeon"])
def test_channels_whose_providers_do_not_call_here_have_no_door(http: Caller, ports: Ports, channel: str) -> None:
    assert http.post(f"/v1/receipts/{channel}", {}, headers={SECRET_HEADER: callback_secret(ports.sign, channel)}).status == 404


def test_a_stop_holds_before_it_is_answered_and_however_often_it_is_told(http: Caller, known: Ports) -> None:
    for _ in range(3):
        assert bring(http, known, said("/stop")).status == 200
    (entry,) = known.suppressions.find("telegram", "4711", "offers")
    assert (entry.topic, entry.reason, entry.at) == (ALL_TOPICS, Reason.UNSUBSCRIBED, NOW + 999)
    assert names(known) == ["Unsubscribed"]


def test_a_stop_of_somebody_unknown_holds_as_well(http: Caller, ports: Ports) -> None:
    assert bring(http, ports, said("/stop")).status == 200
    assert len(ports.suppressions.find("telegram", "4711", "offers")) == 1


def test_two_messages_are_two_and_one_told_twice_is_one(http: Caller, known: Ports) -> None:
    for update in (said("Have you got it in blue?", 1), said("Have you got it in blue?", 2), said("Have you got it in blue?", 1)):
        bring(http, known, update)
    assert names(known) == ["Message Replied"] * 2


def test_a_pressed_button_hears_that_it_was_heard(http: Caller, known: Ports) -> None:
    answer = bring(http, known, {"update_id": 9, "callback_query": {"id": "q1", "from": {"id": 4711}, "data": "k" * 26}})
    assert (answer.status, answer.body) == (200, {"method": "answerCallbackQuery", "callback_query_id": "q1"})


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"\xff", b'{"update_id": 1, "message": 7}'])
def test_what_cannot_be_read_is_set_aside_whole_and_answered_as_taken(http: Caller, ports: Ports, body: bytes) -> None:
    answer = bring(http, ports, body)
    assert answer.status == 200
    (parked,) = ports.parking.parked("feedback", 10)
    assert parked.body == body.decode("utf-8", "replace") and parked.id.startswith("telegram:")


def test_while_a_table_does_not_answer_telegram_is_told_to_come_again(http: Caller, known: Ports, monkeypatch: Any) -> None:
    def down(*_: Any) -> None:
        raise StoreUnavailable("down")

    with monkeypatch.context() as patched:
        patched.setattr(known.events, "append", down)
        assert bring(http, known, said("/stop")).status == 503
    assert len(known.suppressions.find("telegram", "4711", "offers")) == 1
    assert bring(http, known, said("/stop")).status == 200
    assert names(known) == ["Unsubscribed"]


def test_nothing_of_the_secret_or_the_reader_stands_in_what_is_answered(http: Caller, known: Ports) -> None:
    answer = bring(http, known, said("my number is 0888123456"))
    assert json.loads(answer.raw) == {}
