"""Too much of it over HTTP: the robot is told to wait, everybody else is served; a key has its share of a minute."""

from dataclasses import replace

import pytest

from chalicelib import bootstrap
from chalicelib.flows.ingest import CUSTOMER_EVENTS_A_MINUTE
from chalicelib.model.source import Source
from chalicelib.ports import Ports

from .conftest import NOW, Caller


def views(device: str, count: int, first: int = 0) -> list[dict[str, object]]:
    return [{"type": "track", "event": "Product Viewed", "anonymousId": device, "messageId": f"{device}-{number}"}
            for number in range(first, first + count)]


def fill(http: Caller, device: str) -> int:
    """Send what one device may send in a minute; how much that was."""
    for part in range(2):
        size = CUSTOMER_EVENTS_A_MINUTE // 2
        assert http.post("/v1/batch", {"batch": views(device, size, part * size)}, key="web-key").body["stored"] == size
    return 2 * size


def test_a_robot_is_told_to_wait_and_nobody_else_is(http: Caller, ports: Ports) -> None:
    fill(http, "robot")

    refused = http.post("/v1/batch", {"batch": views("robot", 5, 9_000)}, key="web-key")
    assert (refused.status, refused.body["code"], refused.headers["retry-after"]) == (429, "rate_limited", "60")
    assert refused.headers["access-control-expose-headers"] == "Retry-After"
    assert refused.headers["access-control-allow-origin"] == "*"
    assert http.post("/v1/t", {**views("robot", 1, 9_000)[0]}, key="web-key").status == 429
    assert http.post("/v1/batch", {"batch": views("anna", 5)}, key="web-key").body["stored"] == 5
    assert ports.meter.counts["events", "outcome=rate_limited", "source=shop"] == 6

    bootstrap.use(replace(ports, limits=type(ports.limits)(lambda: NOW + 60_000)))
    assert http.post("/v1/batch", {"batch": views("robot", 5, 9_000)}, key="web-key").body["stored"] == 5, "nothing of it was lost"


def test_among_the_events_of_others_those_of_a_robot_are_set_aside(http: Caller, ports: Ports) -> None:
    fill(http, "robot")

    answer = http.post("/v1/batch", {"batch": [*views("anna", 2), *views("robot", 3, 9_000), *views("boris", 2)]}, key="web-key")

    assert (answer.status, answer.body["stored"], answer.body["quarantined"]) == (200, 4, 3)
    assert {entry.reason.partition(":")[0] for entry in ports.parking.parked("ingest", 10)} == {"rate_limited"}


def test_nobody_uses_up_the_share_of_another_by_naming_them(http: Caller) -> None:
    forged = [{**call, "userId": "anna"} for call in views("mallory", CUSTOMER_EVENTS_A_MINUTE // 2)]
    for _ in range(2):
        assert http.post("/v1/batch", {"batch": forged}, key="web-key").status == 200

    assert http.post("/v1/batch", {"batch": forged[:1]}, key="web-key").status == 429
    assert http.post("/v1/t", {"event": "Product Viewed", "userId": "anna", "anonymousId": "phone"}, key="web-key").status == 200


def test_a_till_posts_for_everybody_and_is_not_counted_by_customer(http: Caller) -> None:
    for part in range(4):
        assert http.post("/v1/batch", {"batch": views("counter", 1_000, part * 1_000)}, key="server-key").status == 200


def test_a_key_that_posts_too_much_waits_and_other_keys_do_not(http: Caller, ports: Ports) -> None:
    ports.sources.add("small-key", Source("small", "server", events_a_minute=10))
    for part in range(2):
        assert http.post("/v1/batch", {"batch": views("a", 5, part * 5)}, key="small-key").status == 200

    assert http.post("/v1/batch", {"batch": views("b", 1)}, key="small-key").status == 429
    assert http.post("/v1/batch", {"batch": views("b", 1)}, key="server-key").status == 200


def test_an_unknown_key_is_counted_for_nobody(http: Caller, ports: Ports) -> None:
    ports.limits.spend = lambda *_: pytest.fail("an unknown key costs no more than its look-up")  # type: ignore[method-assign]
    assert http.post("/v1/batch", {"batch": views("a", 1)}, key="guess").status == 401
