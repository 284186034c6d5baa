"""Events over HTTP: every path, every place a key can stand in, every size, and what SDKs are told when something is wrong."""

import base64
import gzip
import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.entrypoints.body import MOST_BYTES, MOST_CALLS
from chalicelib.entrypoints.ingest import BATCHES, SINGLES
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.instant import parse_instant
from chalicelib.ports import Ports, Source

from .conftest import Caller

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "data" / "sdk"
VIEWED = {"event": "Product Viewed", "userId": "anna", "messageId": "m-1", "properties": {"product_id": "book"}}
TRACK = {**VIEWED, "type": "track"}
STORED = {"success": True, "stored": 1, "duplicates": 0, "quarantined": 0}


def padded(size: int) -> bytes:
    """A batch without calls of exactly so many bytes."""
    frame = b'{"writeKey":"web-key","batch":[],"note":""}'
    return frame.replace(b'""', b'"' + b"x" * (size - len(frame)) + b'"')


@pytest.mark.parametrize("path", SINGLES)
def test_a_single_call_takes_its_type_from_the_path(http: Caller, ports: Ports, path: str) -> None:
    answer = http.post(path, VIEWED, key="web-key")

    assert (answer.status, answer.body) == (200, STORED)
    kind = {"i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias"}[path[4]]
    assert [arrival.event.type for arrival in ports.events.stream] == [kind]


@pytest.mark.parametrize("path", BATCHES)
def test_a_batch_is_taken_under_all_its_names(http: Caller, ports: Ports, path: str) -> None:
    answer = http.post(path, {"batch": [TRACK, {**TRACK, "messageId": "m-2"}]}, key="web-key")

    assert answer.status == 200
    assert answer.body == {"success": True, "stored": 2, "duplicates": 0, "quarantined": 0}
    assert [arrival.event.id for arrival in ports.events.stream] == ["m-1", "m-2"]


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain", "application/x-www-form-urlencoded",
                                          "application/json; charset=utf-8"])
def test_every_content_type_will_do(http: Caller, content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    assert http.post("/v1/t", VIEWED, key="web-key", headers=headers).body == STORED


def test_gzip_is_known_by_its_first_bytes(http: Caller) -> None:
    packed = gzip.compress(json.dumps({"batch": [TRACK]}).encode(), mtime=0)

    assert http.post("/v1/batch", packed, key="web-key", headers={"Content-Type": "application/x-www-form-urlencoded"}).body == STORED
    again = {"batch": [{**TRACK, "messageId": "m-2"}]}
    assert http.post("/v1/batch", again, key="web-key", headers={"Content-Encoding": "gzip"}).body == STORED, "inflated on the way already"


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 400)])
@pytest.mark.parametrize("packed", [False, True])
def test_a_request_has_at_most_500_kb_once_inflated(http: Caller, size: int, status: int, packed: bool) -> None:
    body = padded(size)
    assert len(body) == size

    answer = http.post("/v1/batch", gzip.compress(body, mtime=0) if packed else body)

    assert answer.status == status
    assert status == 200 or answer.body["code"] == "too_large"


def test_a_gzip_bomb_is_inflated_no_further_than_the_limit(http: Caller) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, mtime=0)

    tracemalloc.start()
    answer = http.post("/v1/batch", bomb, key="web-key")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (answer.status, answer.body["code"]) == (400, "too_large")
    assert peak < 4 * MOST_BYTES


@pytest.mark.parametrize("body", [
    gzip.compress(b"{}", mtime=0)[:-3], gzip.compress(b"{}", mtime=0) + b"more", b"\x1f\x8bnonsense", b"\x1f\x8b"])
def test_broken_gzip_is_refused(http: Caller, body: bytes) -> None:
    answer = http.post("/v1/batch", body, key="web-key")

    assert (answer.status, answer.body["code"]) == (400, "invalid_gzip")


def test_a_batch_has_at_most_2500_calls(http: Caller, ports: Ports) -> None:
    calls = [{"type": "page", "userId": "a", "messageId": str(number)} for number in range(MOST_CALLS)]

    assert http.post("/v1/batch", {"batch": calls}, key="web-key").body["stored"] == MOST_CALLS
    answer = http.post("/v1/batch", {"batch": [*calls, calls[0]]}, key="web-key")
    assert (answer.status, answer.body["code"]) == (400, "too_large")
    assert len(ports.events.stream) == MOST_CALLS


@pytest.mark.parametrize("body", [
    b"", b"{", b"null", b"[]", b"7", b'"text"', b"{'a':1}", b"\xff\xfe\xfa", b'{"writeKey":"\xff"}', b'{"a":nan}', b'{"a":01}',
    b"[" * 100_000, b'{"a":' * 100_000, b"\0" * 10,
], ids=lambda body: body[:12].decode("latin-1"))
def test_what_is_no_json_object_is_refused_whole(http: Caller, ports: Ports, body: bytes) -> None:
    answer = http.post("/v1/batch", body, key="web-key")

    assert (answer.status, answer.body["code"]) == (400, "invalid_json")
    assert ports.events.stream == []


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 4_301, "[" * 300 + "]" * 300])
def test_a_number_that_is_none_costs_its_own_event_and_no_other(http: Caller, ports: Ports, number: str) -> None:
    bad = json.dumps({**TRACK, "messageId": "bad", "properties": {"price": "@"}}).replace('"@"', number)
    half = json.dumps({**TRACK, "messageId": "half", "properties": {"name": "@"}}).replace("@", "cut \\ud83d")

    answer = http.post("/v1/batch", f'{{"batch":[{bad},{half},{json.dumps(TRACK)}]}}'.encode(), key="web-key")

    assert (answer.status, answer.body) == (200, {"success": True, "stored": 2, "duplicates": 0, "quarantined": 1})
    assert ports.events.stream[0].event.properties == {"name": "cut \ud83d"}


@pytest.mark.parametrize("batch", [None, {}, "text", 7])
def test_a_batch_needs_a_list_of_calls(http: Caller, batch: object) -> None:
    answer = http.post("/v1/batch", {"batch": batch}, key="web-key")

    assert (answer.status, answer.body["code"]) == (400, "invalid_batch")


def test_an_empty_batch_is_fine(http: Caller) -> None:
    assert http.post("/v1/batch", {"batch": []}, key="web-key").body == {"success": True, "stored": 0, "duplicates": 0, "quarantined": 0}


def test_what_comes_twice_is_counted_and_stored_once(http: Caller, ports: Ports) -> None:
    http.post("/v1/batch", {"batch": [TRACK], "sentAt": "2026-03-01T09:00:00Z"}, key="web-key")

    again = http.post("/v1/batch", {"batch": [TRACK], "sentAt": "2026-03-01T09:00:09Z"}, key="web-key")

    assert again.body == {"success": True, "stored": 0, "duplicates": 1, "quarantined": 0}
    assert len(ports.events.stream) == 1


def test_a_bad_call_is_set_aside_and_the_others_are_stored(http: Caller, ports: Ports) -> None:
    deep: dict[str, Any] = {}
    for _ in range(300):
        deep = {"deeper": deep}
    bad = [7, {"type": "track"}, {"type": "engine", "userId": "anna"}, {**TRACK, "properties": deep}, {**TRACK, "note": "x" * 40_000}]

    answer = http.post("/v1/batch", {"batch": [*bad, TRACK]}, key="web-key")

    assert (answer.status, answer.body) == (200, {"success": True, "stored": 1, "duplicates": 0, "quarantined": 5})
    assert len(ports.parking.parked("ingest", 10)) == 5


@pytest.mark.parametrize(("envelope", "headers", "at"), [
    ({"sentAt": "2026-03-01T08:00:00Z"}, {}, "2026-03-01T08:30:00Z"),
    ({}, {"SentAt": "2026-03-01T08:00:00Z"}, "2026-03-01T08:30:00Z"),
    ({"sentAt": "2026-03-01T08:00:00Z"}, {"SentAt": "2026-03-01T07:45:00Z"}, "2026-03-01T08:30:00Z"),
    ({}, {}, "2026-03-01T07:30:00Z"),
    ({"sentAt": 7}, {}, "2026-03-01T07:30:00Z"),
], ids=["envelope", "header", "envelope before header", "none", "unreadable"])
def test_times_are_corrected_by_the_moment_of_sending(http: Caller, ports: Ports, envelope: dict[str, Any], headers: dict[str, str],
                                                      at: str) -> None:
    call = {**TRACK, "originalTimestamp": "2026-03-01T07:30:00Z"}

    http.post("/v1/batch", {"batch": [call], **envelope}, key="web-key", headers=headers)

    assert ports.events.stream[0].event.at == parse_instant(at)


def test_a_context_beside_the_batch_goes_under_that_of_each_call(http: Caller, ports: Ports) -> None:
    own, shared = {**TRACK, "context": {"locale": "bg"}}, {"locale": "en", "ip": "192.0.2.1"}

    http.post("/v1/batch", {"batch": [own, 7, {**TRACK, "messageId": "m-2"}], "context": shared}, key="web-key")

    assert [arrival.event.context for arrival in ports.events.stream] == [{"locale": "bg", "ip": "192.0.2.1"}, shared]


def test_a_client_without_accept_is_answered(http: Caller) -> None:
    answer = http.request("POST", "/v1/b", json.dumps({"writeKey": "app-key", "batch": [TRACK]}).encode(), {"Content-Type": "text/plain"})

    assert (answer.status, answer.body) == (200, STORED)


def test_when_the_store_is_down_the_client_keeps_its_events(http: Caller, ports: Ports, capsys: pytest.CaptureFixture[str]) -> None:
    class Down:
        def append(self, *_: object) -> bool:
            raise StoreUnavailable("EventsTable: ThrottlingException")

    bootstrap.use(replace(ports, events=Down()))
    answer = http.post("/v1/batch", {"batch": [TRACK]}, key="web-key")

    assert (answer.status, answer.body["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["access-control-expose-headers"] == "Retry-After"
    assert json.loads(capsys.readouterr().err)["error"] == "StoreUnavailable"


def test_an_error_of_ours_says_nothing_and_logs_nobodys_data(http: Caller, ports: Ports, capsys: pytest.CaptureFixture[str]) -> None:
    class Broken:
        def append(self, *_: object) -> bool:
            raise KeyError("anna@shop.example")

    bootstrap.use(replace(ports, events=Broken()))
    answer = http.post("/v1/batch", {"batch": [TRACK]}, key="web-key")

    assert (answer.status, answer.body) == (500, {"code": "internal", "message": "an internal error occurred"})
    logged = capsys.readouterr().err
    assert "anna" not in logged
    assert json.loads(logged)["error"] == "KeyError"


def test_browsers_may_send_what_the_sdks_send(http: Caller) -> None:
    answer = http.request("OPTIONS", "/v1/t")

    allowed = set(answer.headers["access-control-allow-headers"].split(","))
    assert {"Authorization", "Content-Type", "X-Retry-Count", "AnonymousId", "SentAt", "Rsa-Recovered"} <= allowed
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-max-age"] == "86400"
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/t"), ("PUT", "/v1/batch"), ("DELETE", "/health")])
def test_an_unknown_method_is_refused_in_the_same_form(http: Caller, method: str, path: str) -> None:
    answer = http.request(method, path)

    assert answer.status == 405
    assert answer.body["code"] == "method_not_allowed"


def recorded_posts() -> list[Any]:
    if not RECORDED.is_dir():
        missing = pytest.mark.skip(reason="../shared/data/sdk, the recorded requests of SDKs, is not here")
        return [pytest.param(None, id="none", marks=missing)]
    return [pytest.param(request, id=f"{file.stem}-{number}") for file in sorted(RECORDED.glob("*.json"))
            for number, request in enumerate(json.loads(file.read_text())) if request["method"] == "POST"]


@pytest.mark.parametrize("request_", recorded_posts())
def test_what_real_sdks_sent_is_taken(http: Caller, ports: Ports, request_: dict[str, Any]) -> None:
    ports.sources.add("wk_fixture", Source("recorded", "browser"))
    query = "&".join(f"{name}={value}" for name, values in request_["query"].items() for value in values)
    body = base64.b64decode(request_["raw_b64"])
    expected = len(request_["json"]["batch"]) if "batch" in request_["json"] else 1

    answer = http.request("POST", f"{request_['path']}?{query}", body, dict(request_["headers"]))

    assert answer.status == 200
    assert answer.body["quarantined"] == 0
    assert answer.body["stored"] + answer.body["duplicates"] == expected
