"""What SES tells of e-mails, as Lambda brings it from a topic: what cannot be used is parked whole, what fails for now comes again."""

import json
from dataclasses import replace
from typing import Any

import pytest

import app
from chalicelib import bootstrap
from chalicelib.entrypoints import topics
from chalicelib.model.decision import Message
from chalicelib.model.errors import StoreUnavailable
from chalicelib.ports import Ports

from .conftest import NOW

KEY = "a" * 26


@pytest.fixture
def sent(ports: Ports) -> Ports:
    """Doors behind which one message to anna was sent."""
    message = Message(key=KEY, customer="anna", rule="cart", run="1", run_key=None, step=1, channel="email", template="cart",
                      topic="offers", message_type="marketing", at=NOW, decided_at=NOW, expires_at=NOW, cause="m", data={})
    ports.deliveries.prepare(message, "a1", NOW)
    ports.deliveries.call(KEY, "a1", NOW)
    return ports


def a_record(number: int, message: object) -> dict[str, Any]:
    return {"EventVersion": "1.0", "EventSource": "aws:sns", "EventSubscriptionArn": "arn",
            "Sns": {"Type": "Notification", "MessageId": f"sns-{number}", "TopicArn": "arn", "Message": message,
                    "Subject": "Amazon SES Email Event Notification", "Timestamp": "2026-03-01T09:00:00.000Z", "MessageAttributes": {}}}


def bounced(address: str = "anna@example.com") -> str:
    mail = {"messageId": "ses-1", "timestamp": "2026-03-01T08:59:00Z", "destination": [address], "tags": {"key": [KEY]}}
    return json.dumps({"eventType": "Bounce", "bounce": {"bounceType": "Permanent", "timestamp": "2026-03-01T09:00:00Z"}, "mail": mail})


def deliver(*records: dict[str, Any]) -> None:
    assert app.on_email_feedback({"Records": list(records)}, None) is None


def test_a_bounce_becomes_an_event_and_closes_the_address(sent: Ports) -> None:
    deliver(a_record(1, bounced()))
    (event,) = sent.events.latest("anna", 10)
    assert (event.name, event.source, event.trusted) == ("Email Bounced", "engine", True)
    assert event.properties == {"message": KEY, "rule": "cart", "channel": "email", "email": "anna@example.com", "bounce_type": "Permanent"}
    assert [entry.reason for entry in sent.suppressions.find("email", "anna@example.com", "offers")] == ["suppressed_bounce"]
    delivery = sent.deliveries.get(KEY)
    assert delivery is not None and (delivery.status, delivery.provider_id) == ("sent", "ses-1")


@pytest.mark.parametrize("message", ["", "no json", "[]", "{}", json.dumps({"eventType": "Bounce", "mail": {"tags": {"key": [KEY]}}})])
def test_what_cannot_be_used_is_parked_whole_and_the_others_are_done(sent: Ports, message: str) -> None:
    deliver(a_record(1, message), a_record(2, bounced()))
    [parked] = sent.parking.parked("feedback", 10)
    assert (parked.id, parked.body) == ("email:sns-1", message)
    assert [event.name for event in sent.events.latest("anna", 10)] == ["Email Bounced"]


@pytest.mark.parametrize("record", [{}, {"Sns": None}, {"Sns": {"MessageId": "sns-1"}}, {"Sns": {"Message": {"eventType": "Bounce"}}}])
def test_a_record_without_a_message_is_parked_as_it_is(sent: Ports, record: dict[str, Any]) -> None:
    deliver(a_record(2, bounced()), record)
    [parked] = sent.parking.parked("feedback", 10)
    assert json.loads(parked.body) == record
    assert len(sent.events.latest("anna", 10)) == 1


def test_what_nobody_expected_is_parked_and_told_without_anybodys_data(sent: Ports, monkeypatch: pytest.MonkeyPatch,
                                                                       capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_: Ports, channel: str, text: str) -> None:
        raise KeyError("anna@example.com")

    monkeypatch.setattr(topics, "take_feedback", fail)
    deliver(a_record(1, bounced()))
    [parked] = sent.parking.parked("feedback", 10)
    assert (parked.reason, parked.body) == ("KeyError", bounced())
    assert "anna" not in capsys.readouterr().err


def test_while_a_table_is_away_all_comes_again_and_what_was_done_stays_done(sent: Ports) -> None:
    class Away:
        """A suppression table that is away for eve alone."""

        def add(self, suppression: Any) -> bool:
            if suppression.address == "eve@example.com":
                raise StoreUnavailable("SuppressionsTable: InternalServerError")
            return sent.suppressions.add(suppression)

    records = [a_record(1, bounced("eve@example.com")), a_record(2, bounced())]
    bootstrap.use(replace(sent, suppressions=Away()))
    with pytest.raises(StoreUnavailable):
        deliver(*records)
    assert len(sent.events.latest("anna", 10)) == 1
    bootstrap.use(sent)
    deliver(*records)
    assert sent.suppressions.find("email", "eve@example.com", "offers") != []
    assert sent.parking.parked("feedback", 10) == []


def test_the_trial_of_the_topic_is_no_message(sent: Ports) -> None:
    deliver(a_record(1, "Successfully validated SNS topic for Amazon SES event publishing."))
    assert sent.parking.parked("feedback", 10) == []
