"""Addresses a shop's server says must not be written to."""

from typing import Any

import pytest

from chalicelib.ports import Ports

from .conftest import NOW, Caller, basic


def posted(http: Caller, *entries: Any) -> Any:
    return http.post("/v1/suppressions", {"suppressions": list(entries)}, key="server-key").body


def test_an_address_is_closed_in_its_one_form(http: Caller, ports: Ports) -> None:
    assert posted(http, {"address": " Gone@Example.com ", "reason": "Bounce"}) == {"success": True, "stored": 1, "refused": []}
    [found] = ports.suppressions.find("email", "gone@example.com", "offers")
    assert (found.reason, found.topic, found.at) == ("suppressed_bounce", "*", NOW)


def test_one_topic_of_one_channel_since_a_moment(http: Caller, ports: Ports) -> None:
    posted(http, {"address": "+359 888 123 456", "reason": "unsubscribed", "channel": "sms", "topic": "offers",
                  "at": "2026-01-01T00:00:00Z"})
    assert [entry.reason for entry in ports.suppressions.find("sms", "+359888123456", "offers")] == ["unsubscribed"]
    assert ports.suppressions.find("sms", "+359888123456", "news") == []


def test_the_later_word_counts_and_twice_is_once(http: Caller, ports: Ports) -> None:
    late, early = {"address": "a@b.example", "reason": "complaint"}, {"address": "a@b.example", "reason": "bounce", "at": "2025-01-01"}
    for entry in (late, early, early):
        posted(http, entry)
    assert [entry.reason for entry in ports.suppressions.find("email", "a@b.example", "offers")] == ["suppressed_complaint"]


def test_wrong_entries_are_told_and_the_others_kept(http: Caller, ports: Ports) -> None:
    answer = posted(http, 7, {"address": "a@b.example", "reason": "bounce"}, {"address": "nobody", "reason": "bounce"},
                    {"address": "a@b.example", "reason": "bounce", "at": "soon"},
                    {"address": "a@b.example", "reason": "bounce", "topic": 5})
    assert answer["stored"] == 1
    assert [refused["index"] for refused in answer["refused"]] == [0, 2, 3, 4]


@pytest.mark.parametrize(("body", "key", "status"), [
    ({"suppressions": {}}, "server-key", 400), ({}, "server-key", 400), ({"suppressions": [{}] * 1_001}, "server-key", 400),
    ({"suppressions": []}, "web-key", 403), ({"suppressions": []}, "wrong", 401), ({"suppressions": []}, "server-key", 200),
])
def test_who_may_and_what_is_too_much(http: Caller, body: Any, key: str, status: int) -> None:
    answer = http.post("/v1/suppressions", body, headers=basic(key))
    assert answer.status == status
    assert "access-control-allow-origin" not in answer.headers
