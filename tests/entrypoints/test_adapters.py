"""The small adapters: queue, meter, signer, clock and the settings they are made of."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from chalicelib.adapters.meter import EmbeddedMeter
from chalicelib.adapters.signer import Signer, parameter_secret
from chalicelib.adapters.sqs import SqsQueue
from chalicelib.model.decision import Message, message_from
from chalicelib.model.errors import SettingInvalid, StoreUnavailable
from chalicelib.settings import QUEUES, read_settings

ENVIRONMENT = {
    "EVENTS_TABLE": "events", "CUSTOMERS_TABLE": "customers", "IDENTIFIERS_TABLE": "identifiers", "DECISIONS_TABLE": "decisions",
    "DELIVERIES_TABLE": "deliveries", "SUPPRESSIONS_TABLE": "suppressions", "PARKED_TABLE": "parked", "SOURCES_TABLE": "sources",
    "COUPONS_TABLE": "coupons", "LIMITS_TABLE": "limits", "DICTIONARY_TABLE": "dictionary", "PRODUCTS_TABLE": "products",
    "WATCHES_TABLE": "watches", "FAN_OUT_QUEUE_URL": "https://sqs/fan-out",
    "STORES_TABLE": "stores", "RULEBOOKS_TABLE": "rulebooks",
    **{variable: f"https://sqs/{'-'.join(way)}" for way, variable in QUEUES.items()},
    "RULES_DIR": "rules", "LINK_SECRET": "secret",
}


def a_message(key: str, **data: object) -> Message:
    return Message(key=key, customer="c", rule="abandoned-cart", run="1", run_key=None, step=1, channel="email", template="cart",
                   topic="offers", message_type="marketing", at=1, decided_at=2, expires_at=3, cause="m", data=data)


class Sqs:
    """A client that takes batches, refuses some, or does not answer."""

    def __init__(self, refuses: tuple[str, ...] = (), error: Exception | None = None) -> None:
        self.batches: list[list[str]] = []
        self._refuses, self._error = refuses, error

    def send_message_batch(self, QueueUrl: str, Entries: list[dict[str, str]]) -> dict[str, Any]:
        if self._error:
            raise self._error
        self.batches.append([entry["MessageBody"] for entry in Entries])
        failed = [{"Id": entry["Id"], "Code": "InternalError", "SenderFault": False} for entry in Entries if entry["Id"] in self._refuses]
        return {"Successful": [], "Failed": failed} if failed else {"Successful": []}


def test_messages_go_out_in_tens_and_come_back_as_they_were() -> None:
    sqs, messages = Sqs(), [a_message(f"key-{number}", name="Анна \ud800 \x00") for number in range(23)]

    SqsQueue(lambda: sqs, "url").put(messages)

    assert [len(batch) for batch in sqs.batches] == [10, 10, 3]
    assert [message_from(json.loads(body)) for batch in sqs.batches for body in batch] == messages
    assert all(body.isascii() and body.isprintable() for batch in sqs.batches for body in batch), "SQS refuses control characters"


def test_large_messages_go_in_smaller_batches() -> None:
    sqs = Sqs()

    SqsQueue(lambda: sqs, "url").put([a_message(str(number), text="x" * 100_000) for number in range(5)])

    assert [len(batch) for batch in sqs.batches] == [2, 2, 1]


def test_nothing_to_send_asks_nothing() -> None:
    sqs = Sqs()

    SqsQueue(lambda: sqs, "url").put([])

    assert sqs.batches == []


@pytest.mark.parametrize("sqs", [
    Sqs(refuses=("1",)),
    Sqs(error=ClientError({"Error": {"Code": "OverLimit"}}, "SendMessageBatch")),
    Sqs(error=ConnectionClosedError(endpoint_url="https://sqs")),
], ids=["one refused", "error", "no answer"])
def test_a_queue_that_has_not_taken_all_is_asked_again_later(sqs: Sqs) -> None:
    with pytest.raises(StoreUnavailable):
        SqsQueue(lambda: sqs, "url").put([a_message("a"), a_message("b")])


def test_a_count_is_one_line_that_cloudwatch_reads() -> None:
    out = io.StringIO()

    EmbeddedMeter(lambda: 1_772_355_600_000, out).count("decisions", 2, verdict="deny", reason="quiet_hours")

    [line] = out.getvalue().splitlines()
    document = json.loads(line)
    assert document["decisions"] == 2
    assert document["reason"] == "quiet_hours"
    assert document["_aws"] == {"Timestamp": 1_772_355_600_000, "CloudWatchMetrics": [
        {"Namespace": "Beckon", "Dimensions": [["reason", "verdict"]], "Metrics": [{"Name": "decisions", "Unit": "Count"}]}]}


def test_signatures_are_hmac_sha256() -> None:
    sign = Signer(lambda: b"key")  # RFC 2104; this value from `openssl dgst -sha256 -hmac key`

    assert sign(b"The quick brown fox jumps over the lazy dog").hex() == "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"


def test_the_secret_is_fetched_once_and_only_when_needed() -> None:
    asked = []

    class Ssm:
        def get_parameter(self, Name: str, WithDecryption: bool) -> dict[str, Any]:
            asked.append((Name, WithDecryption))
            return {"Parameter": {"Value": "key"}}

    sign = Signer(lambda: parameter_secret(Ssm, "/beckon/link-secret"))
    assert asked == []
    assert sign(b"a") == sign(b"a") != sign(b"b")
    assert asked == [("/beckon/link-secret", True)]


def test_a_secret_that_cannot_be_read_is_tried_again_later() -> None:
    class Ssm:
        def get_parameter(self, **_: object) -> dict[str, Any]:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, "GetParameter")

    with pytest.raises(StoreUnavailable):
        Signer(lambda: parameter_secret(Ssm, "/beckon/link-secret"))(b"data")


def test_settings_come_from_the_environment() -> None:
    settings = read_settings({**ENVIRONMENT, "PUBLIC_URL": "https://shop.example/", "SES_CONFIGURATION_SET": "", "RING_SHARDS": "1"})

    assert settings.tables["EventsTable"] == "events"
    assert settings.queue_urls["email", "marketing"] == "https://sqs/email-marketing"
    assert settings.rules_dir == Path("rules")
    assert settings.public_url == "https://shop.example"
    assert settings.ses_configuration_set is None
    assert settings.ring_shards == 1


@pytest.mark.parametrize("name", sorted(ENVIRONMENT))
def test_a_missing_setting_is_named(name: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        read_settings({**ENVIRONMENT, name: ""})


@pytest.mark.parametrize("shards", ["0", "-1", "many", "1.5", "1001", "²"])
def test_the_number_of_shards_is_a_small_whole_number(shards: str) -> None:
    with pytest.raises(SettingInvalid, match="RING_SHARDS"):
        read_settings({**ENVIRONMENT, "RING_SHARDS": shards})
