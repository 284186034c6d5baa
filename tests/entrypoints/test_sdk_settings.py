"""What SDKs ask for at their start: the answers keep everything they send with us."""

import json
from base64 import b64decode
from dataclasses import replace
from typing import Any

import pytest

from app import app
from chalicelib import bootstrap
from chalicelib.ports import Ports

from .conftest import Caller, basic

ELSEWHERE = ("segment.com", "segment.io/", "api.segment", "rudderstack", "rudderlabs")


def asked(http: Caller, host: str = "events.shop.example", key: str = "web-key") -> dict[str, object]:
    return http.request("GET", f"/v1/projects/{key}/settings", headers={"accept": "*/*", "host": host}).body


@pytest.mark.parametrize(("host", "expected"), [
    ("events.shop.example", {"apiHost": "events.shop.example/v1", "protocol": "https"}),
    ("localhost:8080", {"apiHost": "localhost:8080/v1", "protocol": "http"}),
    ("[::1]:8080", {"apiHost": "[::1]:8080/v1", "protocol": "http"}),
    ("evil.example/x?", {}), ("a b", {}), ("", {}),
])
def test_segments_sdks_are_told_to_send_where_they_asked(http: Caller, ports: Ports, host: str, expected: dict[str, str]) -> None:
    bootstrap.use(replace(ports, public_url=""))

    assert asked(http, host)["integrations"] == {"Segment.io": {"apiKey": "web-key", **expected}}


def test_the_address_of_the_deployment_counts_before_the_requests(http: Caller) -> None:
    assert asked(http)["integrations"] == {
        "Segment.io": {"apiKey": "web-key", "apiHost": "beckon.example/api/v1", "protocol": "https"}}


def deployed(path: str, domain: str | None = "a1b2.execute-api.eu-west-1.amazonaws.com", key: str = "web-key") -> dict[str, Any]:
    """What the function answers to an event of API Gateway; `path` is what stands before /v1, a stage or a domain's base path."""
    context = {"httpMethod": "GET", "resourcePath": "/v1/projects/{key}/settings", "path": f"{path}/v1/projects/{key}/settings",
               **({"domainName": domain} if domain else {})}
    answer = app({"requestContext": context, "headers": {"host": "evil.example", "accept": "*/*"}, "pathParameters": {"key": key},
                  "multiValueQueryStringParameters": None, "stageVariables": None, "body": None, "isBase64Encoded": False}, None)
    found: dict[str, Any] = json.loads(b64decode(answer["body"]))
    return found["integrations"]["Segment.io"]


@pytest.mark.parametrize(("path", "expected"), [
    ("/api", "a1b2.execute-api.eu-west-1.amazonaws.com/api/v1"), ("", "a1b2.execute-api.eu-west-1.amazonaws.com/v1"),
    ("/shop/events", "a1b2.execute-api.eu-west-1.amazonaws.com/shop/events/v1"),
])
def test_the_stage_stays_in_the_address_and_the_gateways_word_counts_before_the_callers(ports: Ports, path: str, expected: str) -> None:
    bootstrap.use(replace(ports, public_url=""))

    assert deployed(path) == {"apiKey": "web-key", "apiHost": expected, "protocol": "https"}


@pytest.mark.parametrize("path", ["/a b", "/x?y", "/<script>", "//evil.example", "x"])
def test_an_address_nobody_could_ask_at_is_left_out(ports: Ports, path: str) -> None:
    bootstrap.use(replace(ports, public_url=""))

    assert deployed(path) == {"apiKey": "web-key"}


@pytest.mark.parametrize("path", ["/sourceConfig", "/sourceConfig/"])
def test_rudderstacks_sdks_find_a_source_that_is_on_and_counts_nothing(http: Caller, path: str) -> None:
    for answer in (http.get(path, basic("web-key")), http.get(f"{path}?p=npm&v=3&writeKey=web-key")):
        source = answer.body["source"]
        assert (source["enabled"], source["destinations"], bool(source["id"])) == (True, [], True)
        assert source["config"]["statsCollection"] == {"errors": {"enabled": False}, "metrics": {"enabled": False}}


def test_nothing_in_them_leads_elsewhere_and_browsers_may_read_and_keep_them(http: Caller) -> None:
    for path in ("/v1/projects/web-key/settings", "/sourceConfig?writeKey=web-key"):
        answer = http.get(path)
        text = json.dumps(answer.body)
        assert not any(host in text for host in ELSEWHERE)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert "Authorization" in http.request("OPTIONS", path.partition("?")[0]).headers["access-control-allow-headers"]


@pytest.mark.parametrize("path", ["/v1/projects/guess/settings", "/sourceConfig", "/sourceConfig/?writeKey=guess"])
def test_an_unknown_key_is_told_nothing(http: Caller, path: str) -> None:
    answer = http.get(path)

    assert (answer.status, answer.body["code"], answer.headers["access-control-allow-origin"]) == (401, "unknown_key", "*")


@pytest.mark.parametrize("body", [b'{"series":[]}', b"", b"\xff", b"[" * 10_000])
def test_the_sdks_own_metrics_are_taken_and_thrown_away(http: Caller, ports: Ports, body: bytes) -> None:
    assert http.post("/v1/m", body).status == 200
    assert ports.events.stream == []
    assert ports.parking.parked("ingest", 1) == []


@pytest.mark.parametrize(("method", "path", "told"), [
    ("GET", "/v1/t", True), ("PUT", "/v1/batch", True), ("POST", "/sourceConfig", True), ("PUT", "/v1/customers/anna", False)])
def test_a_browser_reads_errors_where_it_may_ask(http: Caller, method: str, path: str, told: bool) -> None:
    answer = http.request(method, path)

    assert answer.status == 405
    assert ("access-control-allow-origin" in answer.headers) is told
