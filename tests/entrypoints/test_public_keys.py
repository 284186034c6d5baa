"""What a key that anybody can read may not do over HTTP, and how a shop's server lifts that by its signature."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.cli.events_seen import seen_at
from chalicelib.engine.signature import signature_of, signing_secret
from chalicelib.model.source import Source, key_id
from chalicelib.ports import Ports

from .conftest import Caller, basic

VIEWED = {"event": "Product Viewed", "userId": "anna", "messageId": "m-1"}


def signed(ports: Ports, key: str, call: dict[str, object]) -> dict[str, object]:
    """The call with the proof that a shop's server makes for this key."""
    return {**call, "context": {"userSignature": signature_of(str(call["userId"]), signing_secret(ports.sign, key_id(key)))}}


def test_a_signed_call_is_trusted_and_its_signature_is_not_kept(http: Caller, ports: Ports) -> None:
    http.post("/v1/t", signed(ports, "web-key", VIEWED), key="web-key")
    http.post("/v1/t", {**VIEWED, "messageId": "m-2"}, key="web-key")
    http.post("/v1/t", {**VIEWED, "messageId": "m-3"}, key="server-key")

    events = [arrival.event for arrival in ports.events.stream]
    assert [(event.signed, event.trusted) for event in events] == [(True, True), (False, False), (False, True)]
    assert "userSignature" not in events[0].context


@pytest.mark.parametrize("spoil", [
    lambda call: {**call, "userId": "boris"}, lambda call: {**call, "context": {"userSignature": "0" * 64}},
    lambda call: {**call, "context": {"userSignature": 7}}, lambda call: {**call, "context": {"userSignature": "\ud800"}},
    lambda call: {**call, "userId": None, "anonymousId": "device"},
], ids=["another user's", "guessed", "a number", "half a pair", "nobody's"])
def test_a_wrong_signature_is_set_aside_with_that_reason(http: Caller, ports: Ports, spoil: object) -> None:
    answer = http.post("/v1/t", spoil(signed(ports, "web-key", VIEWED)), key="web-key")  # type: ignore[operator]

    assert (answer.status, answer.body["quarantined"]) == (200, 1)
    assert ports.parking.parked("ingest", 1)[0].reason.startswith("wrong_signature")


def test_the_signature_for_one_key_is_none_for_another(http: Caller, ports: Ports) -> None:
    assert http.post("/v1/t", signed(ports, "web-key", VIEWED), key="app-key").body["quarantined"] == 1


def test_a_source_may_ask_for_signatures_only(http: Caller, ports: Ports) -> None:
    ports.sources.add("strict-key", Source("strict", "browser", signed_only=True))

    anonymous = {"event": "Product Viewed", "anonymousId": "device", "messageId": "m-0"}
    assert http.post("/v1/t", anonymous, key="strict-key").body["stored"] == 1
    assert http.post("/v1/t", VIEWED, key="strict-key").body["quarantined"] == 1
    assert http.post("/v1/t", signed(ports, "strict-key", VIEWED), key="strict-key").body["stored"] == 1
    assert ports.parking.parked("ingest", 1)[0].reason.startswith("not_signed")


def test_a_public_key_takes_in_no_past(http: Caller, ports: Ports) -> None:
    past = {"past": True, "batch": [{**VIEWED, "type": "track", "timestamp": "2020-02-29T12:00:00Z"}]}

    refused = http.post("/v1/batch", past, key="web-key")
    assert (refused.status, refused.body["code"]) == (400, "server_key_required")
    assert http.post("/v1/batch", past, key="server-key").body["stored"] == 1

    [arrival] = ports.events.stream
    assert (arrival.event.past, arrival.event.document()["timestamp"]) == (True, "2020-02-29T12:00:00.000Z")


def test_the_past_needs_its_own_time(http: Caller) -> None:
    answer = http.post("/v1/batch", {"past": True, "batch": [{**VIEWED, "type": "track"}]}, key="server-key")

    assert (answer.status, answer.body["quarantined"]) == (200, 1)


def test_a_dictionary_that_fails_costs_no_event(http: Caller, ports: Ports) -> None:
    class Broken:
        def note(self, _: object) -> None:
            raise KeyError("an item beyond all measure")

    bootstrap.use(replace(ports, dictionary=Broken()))

    assert http.post("/v1/t", VIEWED, key="web-key").body["stored"] == 1
    assert ports.meter.counts["dictionary", "outcome=failed"] == 1


def test_the_dictionary_is_for_the_server_key_and_no_browser(http: Caller, ports: Ports) -> None:
    http.post("/v1/t", {**VIEWED, "properties": {"price": 9.5}}, key="web-key")
    http.post("/v1/t", {**VIEWED, "properties": {"price": 9.5}}, key="web-key")

    assert http.request("GET", "/v1/events/dictionary").status == 401
    assert http.get("/v1/events/dictionary", basic("web-key")).status == 403
    answer = http.get("/v1/events/dictionary", basic("server-key"))

    assert "access-control-allow-origin" not in answer.headers
    [entry] = answer.body["events"]
    assert (entry["type"], entry["event"], entry["count"], entry["fields"]) == (
        "track", "Product Viewed", 1, {"properties.price": {"number": 1}}), "what came twice is counted once"


def test_the_linter_looks_names_up_in_the_dictionary(http: Caller, ports: Ports) -> None:
    http.post("/v1/t", {**VIEWED, "event": "Shelf Viewed", "properties": {"price": 9.5}}, key="server-key")

    class Asked:
        def get(self, path: str, pause: object) -> dict[str, Any]:
            return http.get(path, basic("server-key")).body  # type: ignore[no-any-return]

    seen = seen_at(Asked())  # type: ignore[arg-type]

    assert {name: (entry.count, entry.fields) for name, entry in seen.tracks.items()} == {
        "Shelf Viewed": (1, {"properties.price": {"number": 1}})}
    assert (seen.span, seen.stores) == ("in the last 30 days", None)
