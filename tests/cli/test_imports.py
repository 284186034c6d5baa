"""Events in bulk: a till's file goes in once however often it is sent, bad lines are told with their place, and the past starts nothing."""

import gzip
import json
from pathlib import Path

import pytest

from .conftest import engine

TILL = """event;userId;timestamp;properties.order_id;properties.products.0.product_id;properties.products.0.price;context.locale
Order Completed;anna;2026-03-01T10:00:00Z;o-1;b-1;18.5;bg
Order Completed;борис;2026-03-01T10:05:00Z;o-2;b-2;9;bg

Order Completed;anna;2026-03-01T10:00:00Z;o-1;b-1;18.5;bg
"""


@pytest.fixture
def beckon(bring):
    """Run the command; its exit code and what it printed."""
    return lambda *arguments: bring("events", *arguments)


def test_a_tills_file_is_in_once_however_often_it_is_sent(beckon, shop, tmp_path):
    client, url = shop
    file = tmp_path / "till.csv"
    file.write_text("\ufeff" + TILL, encoding="utf-8")

    assert beckon(file, "--endpoint", url) == (0, "3 events: 3 stored, 0 known already, 0 set aside, 0 refused\n", "")
    assert beckon(file, "--endpoint", url) == (0, "3 events: 0 stored, 3 known already, 0 set aside, 0 refused\n", "")

    client.do("idle", {})
    stored = client.get("events.json")
    assert [event["customer"] for event in stored].count("anna") == 2, "two equal sales are two"
    assert {event["timestamp"] for event in stored} == {"2026-03-01T10:00:00.000Z", "2026-03-01T10:05:00.000Z"}


def test_bad_lines_are_told_with_their_place_and_the_others_go_on(beckon, shop, tmp_path):
    client, url = shop
    file = tmp_path / "calls.ndjson"
    good = {"type": "track", "event": "Store Visited", "userId": "anna", "timestamp": "2026-02-01T10:00:00Z"}
    file.write_text("\n".join([json.dumps(good), "{", "7", json.dumps({**good, "userId": None}), json.dumps({**good, "timestamp": None}),
                               "", json.dumps({**good, "event": "Call Received"})]))

    code, out, err = beckon(file, "--endpoint", url)

    assert (code, out) == (1, "6 events: 2 stored, 0 known already, 0 set aside, 4 refused\n")
    told = [line.removeprefix(f"{file}:") for line in err.splitlines()]
    assert [line.partition(":")[0] for line in told] == ["2", "3", "4", "5"]
    assert "one object per line" in told[0] and "no_identity" in told[2] and "no_time" in told[3]
    assert len(client.get("events.json")) == 2


@pytest.mark.parametrize("column", ["price", "properties", "userid", "properties."])
def test_a_column_nobody_knows_is_named(beckon, tmp_path, column):
    file = tmp_path / "calls.csv"
    file.write_text(f"event,{column}\nStore Visited,2\n")
    code, out, err = beckon(file)
    assert (code, out) == (2, "")
    assert f"{file}:1: there is no field {column!r}" in err


def test_the_past_ends_what_it_ends_and_starts_nothing_until_it_is_live(beckon, shop, tmp_path):
    client, url = shop
    file = tmp_path / "calls.ndjson"
    agreed = {"email": "anna@example.com", "timezone": "Europe/Sofia", "consents": {"email": ["offers"]}}
    added = {"type": "track", "userId": "anna", "event": "Product Added", "timestamp": "2026-03-02T09:59:00Z",
             "properties": {"product_id": "b-1", "name": "The Quiet Sea", "price": 28.5, "currency": "EUR"}}
    file.write_text(json.dumps({"type": "identify", "userId": "anna", "timestamp": "2026-03-02T09:58:00Z", "traits": agreed}) + "\n"
                    + json.dumps(added) + "\n")

    assert beckon(file, "--endpoint", url)[0] == 0
    client.do("idle", {})
    client.do("clock", {"advance": "3h"})
    assert client.get("inbox.json") == []

    file.write_text(json.dumps({**added, "timestamp": "2026-03-02T13:00:00Z"}) + "\n")
    assert beckon(file, "--endpoint", url, "--live")[0] == 0
    client.do("idle", {})
    client.do("clock", {"advance": "3h"})
    assert [message["customer"] for message in client.get("inbox.json")] == ["anna"]


def many(path: Path, count: int) -> Path:
    """A file of so many visits."""
    with path.open("w") as file:
        for number in range(count):
            visit = {"type": "track", "event": "Store Visited", "userId": f"u{number}", "timestamp": "2026-02-01T10:00:00Z"}
            file.write(json.dumps(visit) + "\n")
    return path


def test_an_engine_that_is_busy_is_asked_again_when_it_says(beckon, pauses, tmp_path):
    busy = {"code": "unavailable", "message": "try again later"}
    with engine([(503, busy), (429, busy), (200, {})]) as (url, posted):
        code, out, _ = beckon(many(tmp_path / "visits.ndjson", 10), "--endpoint", url)
    assert (code, out) == (0, "10 events: 10 stored, 0 known already, 0 set aside, 0 refused\n")
    assert pauses == [3.0, 3.0]
    assert posted[0] == posted[1] == posted[2]
    assert posted[0]["past"] is True


def test_what_was_interrupted_goes_on_where_it_stopped(beckon, pauses, tmp_path):
    file = many(tmp_path / "visits.ndjson", 1_200)
    with engine([(200, {}), (503, {"code": "unavailable", "message": "down"})]) as (url, posted):
        code, _, err = beckon(file, "--endpoint", url)
    assert code == 2
    assert f"{file}:500: up to here all is in; go on with --from-line 501" in err
    assert "tried 8 times" in err
    with engine([(200, {})]) as (url, rest):
        code, out, _ = beckon(file, "--endpoint", url, "--from-line", "501")
    assert (code, out) == (0, "700 events: 700 stored, 0 known already, 0 set aside, 0 refused\n")
    ids = [call["messageId"] for request in [posted[0], *rest] for call in request["batch"]]
    assert len(set(ids)) == len(ids) == 1_200


@pytest.mark.parametrize(("arguments", "mend"), [
    (["--endpoint", "http://events.shop.example"], "write https://"), (["--endpoint", "events"], "is no address"),
])
def test_an_address_a_key_must_not_go_to_is_refused(beckon, tmp_path, arguments, mend):
    code, _, err = beckon(many(tmp_path / "visits.ndjson", 1), *arguments)
    assert code == 2
    assert mend in err


def test_a_key_that_is_none_is_told_in_the_engines_words_and_never_shown(beckon, shop, tmp_path):
    _, url = shop
    refusals = {"wrong-key-of-mine": "401: the write key is missing or unknown", "web-local": "400: `past` takes the key of a server"}
    for key, words in refusals.items():
        code, _, err = beckon(many(tmp_path / "visits.ndjson", 1), "--endpoint", url, "--key", key)
        assert code == 2
        assert words in err
        assert key not in err


@pytest.mark.parametrize(("answer", "told"), [
    ((302, {}), "302: it leads elsewhere; give --endpoint the address itself"),
    ((200, {"not": "Beckon"}), "what answers there is not Beckon; check --endpoint"),
])
def test_a_place_that_is_not_the_engine_gets_no_more_than_one_call(beckon, pauses, tmp_path, answer, told):
    with engine([answer]) as (url, posted):
        code, out, err = beckon(many(tmp_path / "visits.ndjson", 1), "--endpoint", url)
    assert (code, out, pauses) == (2, "", [])
    assert told in err
    assert len(posted) == 1, "the key follows nowhere"


def test_no_proxy_sees_what_stays_on_this_machine(beckon, monkeypatch, tmp_path):
    with engine([(200, {})]) as (url, posted), engine([(200, {})]) as (proxy, seen):
        monkeypatch.setenv("http_proxy", proxy)
        code, _, _ = beckon(many(tmp_path / "visits.ndjson", 1), "--endpoint", url)
    assert (code, len(posted), seen) == (0, 1, [])


def test_a_request_in_cyrillic_is_not_too_large_either(beckon, shop, tmp_path):
    _, url = shop
    file = tmp_path / "notes.ndjson"
    note = json.dumps({"type": "track", "event": "Call Received", "userId": "anna", "timestamp": "2026-02-01T10:00:00Z",
                       "properties": {"text": "Щ" * 5_000}}, ensure_ascii=False)
    file.write_text(f"{note}\n" * 60, encoding="utf-8")
    assert beckon(file, "--endpoint", url) == (0, "60 events: 60 stored, 0 known already, 0 set aside, 0 refused\n", "")


@pytest.mark.parametrize(("line", "told"), [
    ("A,anna,2026-02-01T10:00:00Z,Поръчка".encode("cp1251"), "is not UTF-8"),
    (b'A,anna,2026-02-01T10:00:00Z,"x"y', "',' expected after '\"'"),
    (b"A,anna,2026-02-01T10:00:00Z,x,y", "has 5 cells, the header 4"),
    (b'A,anna,2026-02-01T10:00:00Z,"[NaN]"', "not_storable"),
    (b"A,anna,gestern,x", "no_time"),
    (b'A,,2026-02-01T10:00:00Z,"over\ntwo lines"', "no_identity"),
])
def test_a_bad_row_is_told_by_its_first_line_and_those_behind_it_are_sent(beckon, tmp_path, line, told):
    file = tmp_path / "calls.csv"
    row = b"A,anna,2026-02-01T10:00:00Z,"
    file.write_bytes(b"event,userId,timestamp,properties.note\n" + row + b'"one\ntwo"\n' + line + b"\n" + row + b"three\n")
    with engine([(200, {})]) as (url, posted):
        code, out, err = beckon(file, "--endpoint", url)
    assert (code, out) == (1, "3 events: 2 stored, 0 known already, 0 set aside, 1 refused\n")
    assert err.startswith(f"{file}:4: ") and told in err
    assert [call["properties"]["note"] for call in posted[0]["batch"]] == ["one\ntwo", "three"]


def test_a_column_that_is_there_twice_is_named(beckon, tmp_path):
    file = tmp_path / "calls.csv"
    file.write_text("event,userId,event\nA,anna,B\n")
    code, _, err = beckon(file)
    assert (code, "the column 'event' is there twice" in err) == (2, True)


def test_equal_lines_before_an_interruption_still_count_after_it(beckon, tmp_path):
    file = many(tmp_path / "visits.ndjson", 1)
    file.write_text(file.read_text() * 3)
    ids = []
    for arguments in ([], ["--from-line", "3"]):
        with engine([(200, {})]) as (url, posted):
            assert beckon(file, "--endpoint", url, *arguments)[0] == 0
        ids.append([call["messageId"] for call in posted[0]["batch"]])
    assert len(set(ids[0])) == 3
    assert ids[1] == ids[0][2:]


def test_what_breaks_off_in_the_middle_says_how_far_it_came(beckon, tmp_path):
    file = tmp_path / "visits.ndjson.gz"
    plain = many(tmp_path / "visits.ndjson", 2_000).read_bytes()
    file.write_bytes(gzip.compress(plain)[:-20])
    with engine([(200, {})]) as (url, posted):
        code, _, err = beckon(file, "--endpoint", url)
    assert code == 2
    assert "cannot be read" in err
    sent = sum(len(request["batch"]) for request in posted)
    assert sent and f"{file}:{sent}: up to here all is in; go on with --from-line {sent + 1}" in err
