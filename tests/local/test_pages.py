"""What the pages of this machine rest on: a customer's timeline, letters in frames, a clock that knows what is due, words for every no."""

import re

import pytest

from chalicelib.model.reason import Reason
from local.controls import PAGE
from tests.local.conftest import add, identify

WORDS = (PAGE / "words.js").read_text("utf-8")


@pytest.mark.parametrize("reason", Reason)
def test_every_no_has_a_sentence(reason):
    sentences = WORDS.partition("REASONS = {")[2].partition("};")[0]
    assert re.search(rf"\b{reason}: \"[a-z]", sentences), f"say in REASONS of local/page/words.js what {reason} means"


def test_a_timeline_tells_it_all_in_order_across_joined_records(shop):
    shop.post({"type": "page", "messageId": "v", "anonymousId": "annas-phone", "name": "Home"}, identify("boris"), add("boris"))
    shop.do("clock", {"advance": "5m"})
    shop.post(identify("anna"), {"type": "identify", "messageId": "j", "userId": "anna", "anonymousId": "annas-phone"}, add("anna"))
    shop.do("clock", {"advance": "2h"})
    told = shop.get("timeline.json?who=anna%40readers.example")
    assert told["customer"] == "anna"
    steps = [entry.get("event") or entry.get("type") or entry.get("verdict") or entry["channel"] for entry in told["entries"]
             if not entry.get("own")]
    assert (steps[0], sorted(steps[1:4]), steps[4:]) == ("Home", ["Product Added", "identify", "identify"], ["send", "email"])
    assert [entry["kind"] for entry in told["entries"]][-2:] == ["decision", "message"]
    own = [entry["event"] for entry in told["entries"] if entry.get("own")]
    assert "Customer Absorbed" in own and "Timer Due" in own
    decided = next(entry for entry in told["entries"] if entry["kind"] == "decision")
    assert decided["at"] == decided["decidedAt"] and decided["trace"], "it stands where it was decided, with every check"


def test_a_silence_is_part_of_the_timeline(shop):
    shop.post(identify("boris", agreed=False), add("boris"))
    shop.do("clock", {"advance": "2h"})
    assert [entry["reason"] for entry in shop.get("timeline.json?who=boris")["entries"] if entry["kind"] == "decision"] == ["not_consented"]


@pytest.mark.parametrize("path", ["timeline.json?who=nobody", "timeline.json", "letter?key=none"])
def test_who_or_what_is_not_there_is_said(shop, path):
    answer = shop.controls.handle("GET", f"/local/{path}", b"")
    assert answer.status == 404 and b"not_found" in answer.body


def test_a_letter_may_run_nothing_and_fetch_nothing(shop):
    shop.post(identify("anna"), add("anna"))
    shop.do("clock", {"advance": "2h"})
    (letter,) = shop.get("inbox.json")
    answer = shop.controls.handle("GET", f"/local/letter?key={letter['key']}", b"")
    assert (answer.status, answer.content_type) == (200, "text/html; charset=utf-8")
    assert letter["html"] in answer.body.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "img-src data:;" in policy and "script" not in policy and "sandbox" in policy
    assert shop.controls.handle("POST", "/local/letter", b"").status == 405


def test_the_clock_goes_to_what_is_due_next(shop):
    shop.post(identify("anna"), add("anna"), identify("vera"), add("vera", 2))
    shop.do("idle", {})
    shop.do("clock", {"advance": "30m"})
    shop.post(add("vera", 3))  # her hour begins anew, so her ring at eleven finds nothing to do
    shop.do("idle", {})
    assert shop.get("clock")["next"] == "2026-03-02T11:00:00.000Z"
    assert shop.do("clock", {"to": "next"}) == {**shop.get("clock"), "now": "2026-03-02T11:00:00.000Z", "messages": 1}
    assert shop.do("clock", {"to": "next"})["now"] == "2026-03-02T11:30:00.000Z"
    assert [message["customer"] for message in shop.get("inbox.json")] == ["anna", "vera"]


def test_a_clock_with_nothing_due_says_so(shop):
    assert "no timer is set" in shop.do("clock", {"to": "next"}, status=400)["message"]


def test_the_morning_is_the_shops(shop):
    assert shop.do("clock", {"to": "morning"})["now"] == "2026-03-03T07:30:00.000Z", "half past nine in Sofia"
    assert shop.do("clock", {"to": "morning"})["now"] == "2026-03-04T07:30:00.000Z"


def test_the_page_says_whose_it_is(shop):
    assert shop.get("brand.json") == {"name": "Nutshell Books", "timezone": "Europe/Sofia"}
