"""Addresses that must not be written to, posted by the owner's servers."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.flows.suppress import suppress
from chalicelib.model.suppression import Suppression, suppression_reason
from chalicelib.ports import Ports

from .conftest import NOW, Caller, basic

AT, MOMENT = "2026-02-01T10:00:00Z", 1_769_940_000_000
ENTRY = {"channel": "email", "address": " Anna@Example.com", "reason": "bounce", "at": AT}


def post(http: Caller, *entries: Any) -> Any:
    return http.post_entries("/v1/suppressions", "suppressions", entries)


def test_an_address_is_kept_as_it_would_be_written_to_and_again_changes_nothing(http: Caller, ports: Ports) -> None:
    assert post(http, ENTRY) == {"success": True, "stored": 1, "duplicates": 0, "refused": []}
    assert post(http, ENTRY) == {"success": True, "stored": 0, "duplicates": 1, "refused": []}
    assert ports.suppressions.find("email", "anna@example.com", "offers") == [
        Suppression("email", "anna@example.com", "*", "suppressed_bounce", MOMENT)]


def test_a_number_without_a_prefix_is_of_the_shops_country(http: Caller, ports: Ports) -> None:
    entry = {**ENTRY, "channel": "sms", "address": "0888 123 456", "reason": "unsubscribed", "topic": "offers"}
    assert post(http, entry)["refused"][0]["code"] == "no_address"
    rulebook = replace(ports.rulebook(), brand=ports.rulebook().brand.model_copy(update={"country": "BG"}))
    bootstrap.use(replace(ports, rulebook=lambda: rulebook))
    assert post(http, entry)["stored"] == 1
    assert [entry.reason for entry in ports.suppressions.find("sms", "+359888123456", "offers")] == ["unsubscribed"]
    assert ports.suppressions.find("sms", "+359888123456", "news") == []


@pytest.mark.parametrize(("change", "code", "mend"), [
    ({"channel": "pigeon"}, "no_channel", "one of email, sms"), ({"channel": None}, "no_channel", "one of email, sms"),
    ({"address": "anna"}, "no_address", "write it as it is written to"), ({"address": None}, "no_address", "written to"),
    ({"channel": "sms", "address": "12"}, "no_address", "its country's prefix"),
    ({"reason": "soft bounce"}, "no_reason", "bounce, complaint or unsubscribed"), ({"reason": 7}, "no_reason", "complaint"),
    ({"at": None}, "no_time", "2026-03-01T09:00:00Z"), ({"at": "2026-03-01T09:06:00Z"}, "no_time", "of the past"),
    ({"topic": "t" * 61}, "no_topic", "60 characters"), ({"topic": ["offers"]}, "no_topic", "60 characters"),
])
def test_bad_entries_are_named_with_the_mend_and_the_others_are_kept(http: Caller, ports: Ports, change: dict[str, Any], code: str,
                                                                    mend: str) -> None:
    body = post(http, ENTRY, {**ENTRY, **change}, "anna@example.com", {**ENTRY, "address": "boris@example.com"})
    assert (body["stored"], body["duplicates"]) == (2, 0)
    assert [(refused["index"], refused["code"]) for refused in body["refused"]] == [(1, code), (2, "not_an_object")]
    assert mend in body["refused"][0]["message"]
    assert all(" - " in refused["message"] for refused in body["refused"])


@pytest.mark.parametrize(("word", "reason"), [
    ("bounce", "suppressed_bounce"), ("BOUNCE", "suppressed_bounce"), ("Email Bounced", "suppressed_bounce"),
    ("hard_bounce", "suppressed_bounce"), ("COMPLAINT", "suppressed_complaint"),
    ("Email Marked as Spam", "suppressed_complaint"), ("Unsubscribed", "unsubscribed"),
    ("USER_SUPPRESSED", "unsubscribed"), ("soft_bounce", None), ("", None), (None, None), (["bounce"], None),
])
def test_what_others_call_it(word: object, reason: str | None) -> None:
    assert suppression_reason(word) == reason


@pytest.mark.parametrize(("body", "code"), [
    ({}, "invalid_suppressions"), ({"suppressions": {}}, "invalid_suppressions"), ([], "invalid_json"), (b"{", "invalid_json"),
    ({"suppressions": [ENTRY] * 1_001}, "too_large"),
])
def test_a_body_that_is_none_is_refused_whole(http: Caller, ports: Ports, body: object, code: str) -> None:
    answer = http.post("/v1/suppressions", body, key="server-key")
    assert (answer.status, answer.body["code"]) == (400, code)
    assert ports.suppressions.find("email", "anna@example.com", "*") == []


@pytest.mark.parametrize(("headers", "status"), [({}, 401), (basic("wrong"), 401), (basic("web-key"), 403), (basic("app-key"), 403)])
def test_only_a_servers_key_opens_it_and_no_browser_is_answered(http: Caller, headers: dict[str, str], status: int) -> None:
    answer = http.post("/v1/suppressions?writeKey=server-key", {"suppressions": [ENTRY]}, headers=headers)
    assert answer.status == status
    assert "access-control-allow-origin" not in answer.headers


def test_a_clock_a_little_ahead_is_taken(ports: Ports) -> None:
    assert ports.clock() == NOW
    assert suppress(ports, [{**ENTRY, "at": "2026-03-01T09:04:00Z"}]).stored == 1
