"""What SNS's logs tell of text messages, as CloudWatch Logs brings it, and what readers answer, as a topic does."""

import gzip
import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

import app
from chalicelib import bootstrap
from chalicelib.entrypoints import delivery_logs
from chalicelib.model.decision import Message
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.identity import Identifier
from chalicelib.ports import Ports
from simulators.sns_receipts import log_entry, log_event, sms_answer, topic_event

from .conftest import NOW

KEY, PHONE = "a" * 26, "+359888123456"


@pytest.fixture
def sent(ports: Ports) -> Ports:
    """Doors behind which one text message to anna was sent."""
    message = Message(key=KEY, customer="anna", rule="cart", run="1", run_key=None, step=1, channel="sms", template="cart",
                      topic="offers", message_type="marketing", at=NOW, decided_at=NOW, expires_at=NOW, cause="m", data={})
    ports.deliveries.prepare(message, "a1", NOW)
    ports.deliveries.call(KEY, "a1", NOW)
    ports.deliveries.sent(KEY, "a1", NOW, "sns-1", findable=True)
    return ports


def told(*entries: str, kind: str = "DATA_MESSAGE") -> None:
    assert app.on_sms_delivery_logs(log_event(entries, kind=kind), None) is None


def test_a_dead_number_becomes_an_event_of_its_message_and_is_closed(sent: Ports) -> None:
    told(log_entry("sns-1", PHONE, NOW, response="Invalid phone number"))
    (event,) = sent.events.latest("anna", 10)
    assert (event.name, event.source, event.trusted, event.at) == ("SMS Bounced", "engine", True, NOW + 599)
    assert event.properties == {"message": KEY, "rule": "cart", "channel": "sms", "phone": PHONE, "reason": "Invalid phone number"}
    assert [entry.reason for entry in sent.suppressions.find("sms", PHONE, "offers")] == ["suppressed_bounce"]


def test_somebody_who_opted_out_gets_nothing_more(sent: Ports) -> None:
    told(log_entry("sns-1", PHONE, NOW, response="Phone number is opted out"))
    assert [(entry.reason, entry.topic) for entry in sent.suppressions.find("sms", PHONE, "offers")] == [("unsubscribed", "*")]
    assert [event.name for event in sent.events.latest("anna", 10)] == ["Unsubscribed"]


def test_a_phone_that_is_off_is_told_and_closes_nothing(sent: Ports) -> None:
    told(log_entry("sns-1", PHONE, NOW, response="Phone is currently unreachable/unavailable"))
    assert [event.name for event in sent.events.latest("anna", 10)] == ["SMS Soft Bounced"]
    assert sent.suppressions.find("sms", PHONE, "offers") == []


def test_told_twice_it_is_told_once(sent: Ports) -> None:
    for _ in range(2):
        told(log_entry("sns-1", PHONE, NOW))
    assert [event.name for event in sent.events.latest("anna", 10)] == ["SMS Delivered"]


def test_what_another_program_of_the_account_sent_is_nobodys_here_but_a_dead_number_is_dead(sent: Ports) -> None:
    told(log_entry("sns-9", "+359888999999", NOW), log_entry("sns-8", "+359888777777", NOW, response="Phone has blocked SMS"))
    assert sent.events.latest("anna", 10) == []
    assert [entry.reason for entry in sent.suppressions.find("sms", "+359888777777", "offers")] == ["suppressed_bounce"]
    assert sent.parking.parked("feedback", 10) == []


def test_a_message_whose_id_was_never_recorded_is_told_to_the_one_who_has_the_number(sent: Ports) -> None:
    sent.identifiers.claim(Identifier("phone", PHONE), "vera")
    told(log_entry("sns-7", PHONE, NOW))
    (event,) = sent.events.latest("vera", 10)
    assert (event.name, "message" in event.properties) == ("SMS Delivered", False)


def test_what_cannot_be_used_is_parked_whole_and_the_others_are_done(sent: Ports) -> None:
    told("no json", log_entry("sns-1", PHONE, NOW))
    [parked] = sent.parking.parked("feedback", 10)
    assert (parked.id, parked.body) == ("sms:entry-0", "no json")
    assert len(sent.events.latest("anna", 10)) == 1


def packed(document: object) -> dict[str, Any]:
    return {"awslogs": {"data": b64encode(gzip.compress(json.dumps(document).encode())).decode()}}


@pytest.mark.parametrize("event", [
    {}, {"awslogs": None}, {"awslogs": {"data": "!"}}, {"awslogs": {"data": "aGVsbG8="}}, packed([]),
    packed({"messageType": "DATA_MESSAGE"}), packed({"messageType": "DATA_MESSAGE", "logEvents": [1]}),
    {"awslogs": {"data": b64encode(gzip.compress(b'{"messageType":"DATA_MESSAGE","logEvents":[]}')[:-9]).decode()}},
], ids=["nothing", "no log", "no base64", "no gzip", "a list", "no entries", "a number", "cut off"])
def test_what_no_log_brings_is_parked_as_it_is(sent: Ports, event: dict[str, Any]) -> None:
    app.on_sms_delivery_logs(event, None)
    [parked] = sent.parking.parked("feedback", 10)
    assert json.loads(parked.body) == event


def test_a_log_that_unpacks_beyond_all_measure_is_parked(sent: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery_logs, "_MOST_BYTES", 1_000)
    told("x" * 2_000)
    assert len(sent.parking.parked("feedback", 10)) == 1


def test_the_trial_of_the_subscription_tells_of_nothing(sent: Ports) -> None:
    told("CWL CONTROL MESSAGE: Checking health of destination", kind="CONTROL_MESSAGE")
    assert sent.parking.parked("feedback", 10) == []


def test_while_a_table_is_away_all_comes_again_and_what_was_done_stays_done(sent: Ports) -> None:
    class Away:
        """A suppression table that is away."""

        def add(self, suppression: Any) -> bool:
            raise StoreUnavailable("SuppressionsTable: InternalServerError")

    entries = [log_entry("sns-1", PHONE, NOW, response="Invalid phone number"), log_entry("sns-1", PHONE, NOW)]
    bootstrap.use(replace(sent, suppressions=Away()))
    with pytest.raises(StoreUnavailable):
        told(*entries)
    assert [event.name for event in sent.events.latest("anna", 10)] == ["SMS Delivered"]
    bootstrap.use(sent)
    told(*entries)
    assert {event.name for event in sent.events.latest("anna", 10)} == {"SMS Delivered", "SMS Bounced"}


def test_stop_closes_the_number_whoever_has_it_and_an_answer_is_the_messages(sent: Ports) -> None:
    app.on_sms_inbound(topic_event([sms_answer("+359888777777", "STOP"), sms_answer(PHONE, "Thanks!", about="sns-1")], NOW), None)
    assert [(entry.reason, entry.at) for entry in sent.suppressions.find("sms", "+359888777777", "offers")] == [("unsubscribed", NOW)]
    (event,) = sent.events.latest("anna", 10)
    assert (event.name, event.properties["message"], event.properties["text"]) == ("Message Replied", KEY, "Thanks!")
    app.on_sms_inbound(topic_event(["[]"], NOW), None)
    assert len(sent.parking.parked("feedback", 10)) == 1
