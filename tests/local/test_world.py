"""The whole engine on one machine: what a shop posts comes out as messages and reasons, under /local."""

from local.controls import PAGE
from tests.local.conftest import add, identify


def test_a_cart_left_behind_becomes_one_message_with_its_reason(shop):
    assert shop.post(identify("anna"), add("anna")) == {"success": True, "stored": 2, "duplicates": 0, "quarantined": 0}
    assert shop.do("idle", {}) == {"now": "2026-03-02T10:00:00.000Z", "events": 2, "decisions": 0, "messages": 0}
    shop.do("clock", {"advance": "5h"})
    (message,) = shop.get("inbox.json")
    assert list(message) == ["at", "channel", "address", "customer", "rule", "step", "key", "subject", "text", "html", "links", "headers"]
    assert message["at"] == "2026-03-02T11:00:00.000Z", "the timer rang at its own moment, not when the clock arrived"
    assert (message["address"], message["customer"]) == ("anna@readers.example", "anna")
    assert (message["rule"], message["step"]) == ("abandoned-cart", 1)
    assert "The Quiet Sea" in message["html"]
    assert "The Quiet Sea" in message["text"]
    assert [link.split("/")[3] for link in message["links"]] == ["c", "u"], "over Beckon, and out"
    assert message["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    (decision,) = shop.get("decisions.json")
    assert (decision["verdict"], decision["key"], decision["at"]) == ("send", message["key"], message["at"])
    assert "consent" in [check["check"] for check in decision["trace"]]
    assert shop.get("unknown.json") == []


def test_who_did_not_agree_gets_nothing_and_the_reason_is_shown(shop):
    shop.post(identify("grigor", agreed=False), add("grigor"))
    shop.do("clock", {"advance": "2h"})
    assert shop.get("inbox.json") == []
    (decision,) = shop.get("decisions.json")
    assert (decision["verdict"], decision["reason"]) == ("deny", "not_consented")


def test_events_are_listed_as_stored_without_the_engines_own(shop):
    shop.post(identify("anna"), add("anna"))
    shop.post(add("anna"))
    shop.do("clock", {"advance": "2h"})
    events = shop.get("events.json")
    assert [(event["messageId"], event["customer"], event["type"], event["event"]) for event in events] == [
        ("a-anna-1", "anna", "track", "Product Added"), ("i-anna", "anna", "identify", None)]
    assert "Timer Due" in [event["event"] for event in shop.get("events.json?engine=true")]


def test_reset_gives_an_empty_world_that_works(shop):
    shop.post(identify("anna"), add("anna"))
    shop.do("clock", {"advance": "2h"})
    shop.do("reset", {})
    assert shop.get("inbox.json") == shop.get("decisions.json") == shop.get("events.json") == []
    assert shop.get("usage.json")["dynamodb"]["requests"] == 0
    assert shop.get("clock")["ticking"]
    shop.do("clock", {"to": "2019-10-01T09:00:00Z"})
    shop.post(identify("anna"), add("anna"))
    shop.do("clock", {"advance": "1h"})
    assert [message["at"] for message in shop.get("inbox.json")] == ["2019-10-01T10:00:00.000Z"]


def test_a_world_that_has_begun_does_not_go_backwards(shop):
    shop.post(identify("anna"))
    refusal = shop.do("clock", {"to": "2026-03-02T09:59:59Z"}, status=400)
    assert refusal["code"] == "bad_request"
    assert "does not go backwards" in refusal["message"]


def test_requests_to_the_clock_that_cannot_be_understood_say_what_would_be(shop):
    assert "1h" in shop.do("clock", {}, status=400)["message"]
    assert shop.do("clock", {"advance": "soon"}, status=400)["message"].startswith("advance:")
    assert shop.do("clock", {"to": "tomorrow"}, status=400)["message"].startswith("to:")
    assert shop.controls.handle("POST", "/local/clock", b"{").status == 400
    assert shop.controls.handle("POST", "/local/inbox.json", b"").status == 405
    assert shop.controls.handle("GET", "/local/nothing", b"").status == 404


def test_the_page_is_one_of_ours_and_asks_no_other_host(shop):
    scripts = [f"/local/{path.name}" for path in PAGE.iterdir() if path.suffix in (".js", ".css")]
    assert len(scripts) > 5
    for path in ("/local", "/local/customer", *scripts):
        answer = shop.controls.handle("GET", path, b"")
        assert answer.status == 200
        assert b"//cdn" not in answer.body
        assert b'src="http' not in answer.body
        assert b"innerHTML" not in answer.body and b"insertAdjacentHTML" not in answer.body
        assert "html" not in answer.content_type or "default-src 'none'; script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_the_same_story_told_twice_ends_the_same(shop):
    ends = []
    for _ in range(2):
        shop.begin("2026-03-02T10:00:00Z")
        shop.post(identify("anna"), add("anna"), identify("vera"), add("vera", 2))
        shop.do("clock", {"advance": "3h"})
        messages = shop.get("inbox.json")
        for message in messages:
            del message["headers"]["Content-Type"]  # MIME boundaries are by chance
        ends.append((shop.get("decisions.json"), messages, shop.get("usage.json")["dynamodb"]["tables"]))
    assert ends[0] == ends[1]
