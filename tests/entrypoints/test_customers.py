"""What the owner's servers and people can ask: one customer, and whether all is well."""

import pytest

from chalicelib.flows.fold import fold
from chalicelib.flows.relay import relay
from chalicelib.ports import Ports

from .conftest import Caller, basic


def test_a_server_sees_a_customer(http: Caller, ports: Ports) -> None:
    http.post("/v1/identify", {"userId": "anna@shop.example/№1", "messageId": "m-1", "traits": {"firstName": "Anna"}}, key="web-key")
    fold(ports, ports.events.stream)

    answer = http.get("/v1/customers/anna%40shop.example%2F%E2%84%961", basic("server-key"))

    assert answer.status == 200
    assert answer.body["traits"] == {"firstName": "Anna"}
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers


def test_nobody_is_not_found(http: Caller) -> None:
    answer = http.get("/v1/customers/nobody", basic("server-key"))

    assert (answer.status, answer.body["code"]) == (404, "not_found")


@pytest.mark.parametrize(("headers", "status", "code"), [
    ({}, 401, "unknown_key"),
    (basic("wrong"), 401, "unknown_key"),
    (basic("web-key"), 403, "server_key_required"),
    (basic("app-key"), 403, "server_key_required"),
])
def test_only_a_servers_key_opens_it(http: Caller, headers: dict[str, str], status: int, code: str) -> None:
    answer = http.get("/v1/customers/anna", headers)

    assert (answer.status, answer.body["code"]) == (status, code)


def test_a_secret_key_is_not_taken_from_the_address(http: Caller) -> None:
    assert http.get("/v1/customers/anna?writeKey=server-key").status == 401


def worked(ports: Ports) -> None:
    """What streams do: folds, and carries out, until nothing is new. What was folded before changes nothing."""
    folded, relayed = 0, len(ports.customers.stream)
    while folded < len(ports.events.stream) or relayed < len(ports.customers.stream):
        fold(ports, ports.events.stream[folded:])
        folded = len(ports.events.stream)
        for change in ports.customers.stream[relayed:]:
            relay(ports, *change)
            relayed += 1


def merged(http: Caller, ports: Ports) -> str:
    """The phone's record joined Anna's: its id."""
    for path, call in (("track", {"anonymousId": "phone", "event": "Product Viewed"}), ("identify", {"userId": "anna"}),
                       ("identify", {"userId": "anna", "anonymousId": "phone"})):
        http.post(f"/v1/{path}", {"messageId": str(call), **call}, key="web-key")
    worked(ports)
    (merge,) = http.get("/v1/customers/anna", basic("server-key")).body["merges"]
    assert (merge["name"], merge["cause"], sorted(merge)) == (
        "phone", str({"userId": "anna", "anonymousId": "phone"}), ["at", "cause", "id", "name"])
    return str(merge["id"])


def test_a_merge_is_shown_and_taken_apart(http: Caller, ports: Ports) -> None:
    phone = merged(http, ports)

    answer = http.post("/v1/customers/anna/separate", {"from": "phone"}, key="server-key")
    worked(ports)

    assert (answer.status, answer.body["customer"], answer.body["separated"]["id"]) == (200, "anna", phone)
    assert (answer.headers["cache-control"], "access-control-allow-origin" in answer.headers) == ("no-store", False)
    assert http.get("/v1/customers/phone", basic("server-key")).body["id"] == phone
    assert http.get("/v1/customers/anna", basic("server-key")).body["merges"] == []


@pytest.mark.parametrize(("who", "body", "status", "code"), [
    ("nobody", {"from": "phone"}, 404, "not_found"),
    ("anna", {"from": "boris"}, 400, "not_joined"),
    ("anna", {"from": " "}, 400, "bad_request"),
    ("anna", {"from": 7}, 400, "bad_request"),
    ("anna", {}, 400, "bad_request"),
    ("anna", [], 400, "invalid_json"),
])
def test_what_cannot_be_taken_apart_is_refused_and_says_why(
        http: Caller, ports: Ports, who: str, body: object, status: int, code: str) -> None:
    merged(http, ports)

    answer = http.post(f"/v1/customers/{who}/separate", body, key="server-key")

    assert (answer.status, answer.body["code"]) == (status, code)


def test_only_a_servers_key_takes_apart(http: Caller, ports: Ports) -> None:
    merged(http, ports)

    assert [http.post("/v1/customers/anna/separate", {"from": "phone"}, key=key).status for key in (None, "web-key")] == [401, 403]


def test_health_names_the_rules_in_force(http: Caller) -> None:
    answer = http.get("/health")

    assert (answer.status, answer.body) == (200, {"status": "ok", "rulebook": "no-rules", "number": 0, "paused": False})
