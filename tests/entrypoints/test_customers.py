"""What the owner's servers and people can ask: one customer, and whether all is well."""

import pytest

from chalicelib.flows.fold import fold
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


def test_health_names_the_rules_in_force(http: Caller) -> None:
    answer = http.get("/health")

    assert (answer.status, answer.body) == (200, {"status": "ok", "rulebook": "no-rules"})
