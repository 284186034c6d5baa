"""test_accept: calls as SDKs send them go in; the event that is kept, or the word for what is wrong, comes out."""

from typing import Any

import pytest

from chalicelib.engine.accept import accept
from chalicelib.model.call import MOST_CALL_BYTES
from chalicelib.model.canonical import canonical_json
from chalicelib.model.errors import EventRejected

from .reading import cases, moment, read, written_out


@cases("accept.json")
def test_the_call_becomes_this_event_or_is_refused_with_this_word(case: dict[str, Any]) -> None:
    call, received = written_out(case["call"]), moment(case.get("received", "10:00"))
    if "refused" in case:
        with pytest.raises(EventRejected) as refused:
            accept(call, "server/shop", received, case.get("sentAt"))
        assert refused.value.code == case["refused"]
        assert str(refused.value)
        return
    event = accept(call, "server/shop", received, case.get("sentAt")).document()
    expect = written_out(case["expect"])
    assert {name: event.get(name) for name in expect} == expect
    if "at" in case:
        assert event["timestamp"] == accept({"type": "page", "anonymousId": "x"}, "", moment(case["at"])).document()["timestamp"]


@pytest.mark.parametrize("value", read("accept.json")["nobody"], ids=repr)
def test_these_values_identify_nobody(value: Any) -> None:
    with pytest.raises(EventRejected, match="somebody"):
        accept({"type": "page", "userId": value, "anonymousId": value}, "server/shop", moment("10:00"))
    event = accept({"type": "page", "userId": value, "anonymousId": "device-1"}, "server/shop", moment("10:00"))
    assert (event.user_id, event.anonymous_id) == (None, "device-1")


@pytest.mark.parametrize(("value", "known_as"), read("accept.json")["somebody"])
def test_these_values_identify_somebody(value: Any, known_as: str) -> None:
    assert accept({"type": "page", "userId": value}, "server/shop", moment("10:00")).user_id == known_as


def test_an_event_of_exactly_the_most_bytes_is_taken_and_one_byte_more_is_not() -> None:
    call = {"type": "track", "userId": "anna", "event": "Book Read", "properties": {"text": ""}}
    call["properties"]["text"] = "я" * ((MOST_CALL_BYTES - len(canonical_json(call).encode())) // 2)
    call["event"] += "x" * (MOST_CALL_BYTES - len(canonical_json(call).encode()))
    assert accept(call, "server/shop", moment("10:00")).properties["text"].endswith("я")
    call["event"] += "x"
    with pytest.raises(EventRejected) as refused:
        accept(call, "server/shop", moment("10:00"))
    assert refused.value.code == "too_large"


def test_without_a_message_id_the_same_call_has_the_same_id_however_often_and_whenever_it_is_sent() -> None:
    call = {"type": "track", "userId": "anna", "event": "Book Read", "timestamp": "2026-03-02T10:00:00Z", "properties": {"a": 1, "b": 2}}
    again = {"properties": {"b": 2, "a": 1}, "event": "Book Read", "userId": "anna", "type": "track", "timestamp": "2026-03-02T10:00:00Z",
             "sentAt": "2026-03-02T10:05:00Z", "writeKey": "k"}
    other = {**call, "properties": {"a": 1, "b": 3}}
    ids = [accept(sent, "server/shop", moment("10:00")).id for sent in (call, again, other)]
    assert ids[0] == ids[1] != ids[2]
