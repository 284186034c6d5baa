"""Write keys over HTTP: every place a key can stand in, and what happens without one."""

import base64

import pytest

from chalicelib.ports import Ports

from .conftest import Caller

VIEWED = {"event": "Product Viewed", "userId": "anna", "messageId": "m-1", "properties": {"product_id": "book"}}
TRACK = {**VIEWED, "type": "track"}
STORED = {"success": True, "stored": 1, "duplicates": 0, "quarantined": 0}


@pytest.mark.parametrize("token", ["web-key:", "web-key", "web-key:ignored"])
@pytest.mark.parametrize("padding", [True, False])
@pytest.mark.parametrize("scheme", ["Basic", "basic"])
def test_the_key_may_be_the_user_of_basic(http: Caller, token: str, padding: bool, scheme: str) -> None:
    encoded = base64.b64encode(token.encode()).decode()
    headers = {"Authorization": f"{scheme} {encoded if padding else encoded.rstrip('=')}"}

    assert http.post("/v1/t", VIEWED, headers=headers).status == 200


def test_the_key_may_stand_in_the_body_or_the_address(http: Caller) -> None:
    assert http.post("/v1/t", {**VIEWED, "writeKey": "web-key"}).body == STORED
    assert http.post("/v1/b", {"batch": [{**TRACK, "messageId": "m-2"}], "writeKey": "app-key"}).body == STORED
    assert http.post("/beacon/v1/batch?writeKey=web-key", {"batch": [{**TRACK, "messageId": "m-3"}]}).body == STORED


def test_of_several_keys_the_header_counts_then_the_body(http: Caller, ports: Ports) -> None:
    http.post("/v1/t?writeKey=server-key", {**VIEWED, "writeKey": "app-key"}, key="web-key")
    http.post("/v1/t?writeKey=server-key", {**VIEWED, "messageId": "m-2", "writeKey": "app-key"})

    assert [arrival.event.source for arrival in ports.events.stream] == ["browser/shop", "app/phone"]


@pytest.mark.parametrize("headers", [
    {}, {"Authorization": "Basic d3Jvbmc6"}, {"Authorization": "Basic §§§"}, {"Authorization": "Basic"},
    {"Authorization": "Bearer web-key"}, {"Authorization": "Basic /////w=="}, {"Authorization": "Basic Og=="},
], ids=["none", "unknown", "no base64", "empty", "bearer", "no text", "no user"])
def test_without_a_known_key_nothing_is_stored(http: Caller, ports: Ports, headers: dict[str, str]) -> None:
    answer = http.post("/v1/t", VIEWED, headers=headers)

    assert (answer.status, answer.body["code"]) == (401, "unknown_key")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert ports.events.stream == []


@pytest.mark.parametrize("key", [7, None, ["web-key"], {"web-key": 1}, True, "", "x" * 201])
def test_a_key_that_is_no_text_is_no_key(http: Caller, key: object) -> None:
    assert http.post("/v1/t", {**VIEWED, "writeKey": key}).status == 401


def test_the_write_key_of_a_quarantined_call_is_not_kept(http: Caller, ports: Ports) -> None:
    http.post("/v1/t", {"writeKey": "server-key", "event": "Order Completed"})

    [parked] = ports.parking.parked("ingest", 10)
    assert "server-key" not in parked.body
