"""Customers, consents and suppressions in bulk: a shop moves in with the files of the systems it had before."""

import gzip
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chalicelib.cli import bulk
from chalicelib.flows.profile import look_up
from local.world import ROOT, World
from simulators.serving import serving

from .conftest import engine

BECKON = Path(sys.executable).with_name("beckon")
MANY = 100_000
MAILCHIMP = """Email Address,First Name,Phone Number,TIMEZONE,LAST_CHANGED
Anna@Example.com,Anna,0888 123 456,Europe/Sofia,2025-01-02 08:30:00
boris@example.com,Boris,,Europe/Sofia,2025-01-03 08:30:00
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    """A shop of Bulgaria."""
    rules = tmp_path_factory.mktemp("shop") / "rules"
    shutil.copytree(ROOT / "rules", rules)
    brand = json.loads((rules / "brand.json").read_text("utf-8"))
    (rules / "brand.json").write_text(json.dumps({**brand, "country": "BG"}), encoding="utf-8")
    world = World(rules, "http://localhost:8080").start()
    yield world
    world.stop()


@pytest.fixture
def file(tmp_path):
    """Write a file; its path."""
    def write(name: str, text: str) -> Path:
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
        return path
    return write


def buys(who: dict) -> dict:
    return {"type": "track", "event": "Product Added", **who,
            "properties": {"product_id": "b-1", "name": "The Quiet Sea", "price": 28.5, "currency": "EUR"}}


def by_email(address: str) -> dict:
    return {"context": {"externalIds": [{"id": address, "type": "email", "collection": "users", "encoding": "none"}]}}


def test_customers_come_in_once_are_found_by_all_they_have_and_nothing_is_set_off(bring, shop, file, world):
    client, url = shop
    path = file("subscribed.csv.gz", MAILCHIMP)
    assert bring("customers", path, "--endpoint", url) == (0, "2 customers: 2 stored, 0 known already, 0 set aside, 0 refused\n", "")
    assert bring("customers", path, "--endpoint", url) == (0, "2 customers: 0 stored, 2 known already, 0 set aside, 0 refused\n", "")
    client.do("idle", {})

    anna = look_up(world.ports, "anna@example.com")
    assert anna is not None
    assert look_up(world.ports, "0888 123 456") == anna, "the number is of the shop's country"
    assert (anna["traits"]["firstName"], anna["firstSeen"]) == ("Anna", "2025-01-02T08:30:00.000Z")
    assert anna["consents"] == {}, "to be a customer is no consent"
    client.do("clock", {"advance": "3d"})
    assert client.get("inbox.json") == []


def test_rows_that_only_the_engine_can_judge_are_told_with_their_place_too(bring, shop, file):
    _, url = shop
    path = file("people.csv", "first_name,phone,student_card,email,at\n"
                              "Nobody,,,,2026-03-01\n"
                              'Anna,,,anna@example.com,2026-03-01\n"Two\nlines",99999999999999999,,,2026-03-01\n'
                              "Bad,,,anna@,2026-03-01\n")
    code, out, err = bring("customers", path, "--endpoint", url)
    assert (code, out) == (1, "4 customers: 1 stored, 0 known already, 2 set aside, 1 refused\n")
    told = [line.removeprefix(f"{path}:") for line in err.splitlines()]
    assert [line.partition(":")[0] for line in told] == ["6", "2", "4"]
    assert all(" - " in line for line in told)
    assert "no_identity" in told[1]


def test_consents_hold_from_their_own_time_and_letters_go_out_on_them(bring, shop, file, world):
    client, url = shop
    consents = file("consents.ndjson", "\n".join(json.dumps(row) for row in (
        {"email": "anna@example.com", "channel": "email", "status": "given", "at": "2026-02-01T10:00:00Z", "source": "checkout",
         "text_version": "2025-11"},
        {"email": "boris@example.com", "channel": "email", "status": "given", "at": "2026-01-01T10:00:00Z"},
        {"email": "boris@example.com", "channel": "email", "status": "withdrawn", "topic": "offers", "at": "2026-02-01T10:00:00Z"},
        {"email": "carla@example.com", "channel": "email", "status": "pending", "at": "2026-02-01T10:00:00Z"})))
    told = "4 consents: {} stored, {} known already, 0 set aside, 0 refused, 1 without a word\n"
    assert bring("consents", consents, "--endpoint", url) == (0, told.format(3, 0), "")
    assert bring("customers", file("people.csv", MAILCHIMP), "--endpoint", url)[0] == 0
    client.do("idle", {})
    assert bring("consents", consents, "--endpoint", url) == (0, told.format(0, 3), "")

    sent = [event for event in client.get("events.json") if event["event"] == "Subscribed"]
    assert {event["timestamp"] for event in sent} == {"2026-01-01T10:00:00.000Z", "2026-02-01T10:00:00.000Z"}
    anna = look_up(world.ports, "anna@example.com")
    assert anna is not None
    assert {key: (word["status"], word["at"]) for key, word in anna["consents"].items()} == {
        "email/*": ("given", "2026-02-01T10:00:00.000Z")}
    [event] = [event for event in anna["events"] if event.get("event") == "Subscribed"]
    assert event["properties"] == {"channel": "email", "topic": "*", "source": "checkout", "text_version": "2025-11"}

    client.post(buys(by_email("anna@example.com")), buys(by_email("boris@example.com")))
    client.do("clock", {"advance": "3h"})
    assert [message["address"] for message in client.get("inbox.json")] == ["anna@example.com"]


def test_suppressed_addresses_get_nothing_whoever_has_them_later(bring, shop, file):
    client, url = shop
    path = file("ses.ndjson", '{"EmailAddress":"Dead@example.com","Reason":"BOUNCE","LastUpdateTime":"2025-04-10T21:03:05+00:00"}\n'
                              '{"EmailAddress":"no address","Reason":"COMPLAINT","LastUpdateTime":"2025-04-10T21:03:05+00:00"}\n')
    code, out, err = bring("suppressions", path, "--endpoint", url)
    assert (code, out) == (1, "2 suppressions: 1 stored, 0 known already, 0 set aside, 1 refused\n")
    assert err.startswith(f"{path}:2: no_address: 'no address' is no email - ")
    assert bring("suppressions", path, "--endpoint", url)[1] == "2 suppressions: 0 stored, 1 known already, 0 set aside, 1 refused\n"

    for name in ("dead", "alive"):
        client.post({"type": "identify", "userId": name, "traits": {
            "email": f"{name}@example.com", "timezone": "Europe/Sofia", "consents": {"email": ["offers"]}}}, buys({"userId": name}))
    client.do("clock", {"advance": "3h"})
    assert [message["customer"] for message in client.get("inbox.json")] == ["alive"]
    denied = [decision for decision in client.get("decisions.json") if decision["verdict"] == "deny"]
    assert [(decision["customer"], decision["reason"]) for decision in denied] == [("dead", "suppressed_bounce")]


@pytest.mark.parametrize(("arguments", "told"), [
    (["customers", "--with", "email=a@b.example"], "where FIELD is one of at"),
    (["consents", "--with", "status=perhaps"], "write given or withdrawn"), (["consents", "--with", "channel"], "write FIELD=VALUE"),
    (["suppressions", "--with", "at=yesterday"], "write it as 2026-03-01T09:00:00Z"),
    (["suppressions", "--with", "reason=soft bounce"], "write bounce, complaint or unsubscribed"),
    (["customers"], "no column says when that was"),
])
def test_misuse_is_told_before_anything_is_sent(bring, file, arguments, told):
    with engine([(200, {})]) as (url, posted):
        code, out, err = bring(arguments[0], file("people.csv", "email\na@b.example\n"), *arguments[1:], "--endpoint", url)
    assert (code, out, posted) == (2, "", [])
    assert told in err


def test_columns_that_say_nothing_of_consent_are_named(bring, file):
    path = file("people.csv", "email,chanel,status,at\na@b.example,sms,given,2026-03-01\n")
    with engine([(200, {})]) as (url, _):
        code, _, err = bring("consents", path, "--with", "channel=email", "--endpoint", url)
    assert (code, err) == (0, f"{path}: not used: chanel\n")


def many(path: Path, count: int) -> Path:
    """A file of so many customers."""
    with path.open("w") as rows:
        rows.write("email,first_name,phone,city,total_spent,at\n")
        rows.writelines(f"reader{n}@example.com,Reader{n},+35988{n:07},Sofia,{n}.5,2026-01-01T10:00:00Z\n" for n in range(count))
    return path


@pytest.mark.parametrize("lost", ["the connection", "patience"])
def test_what_breaks_off_says_where_to_go_on_and_with_which_files(bring, pauses, monkeypatch, tmp_path, lost):
    if lost == "patience":
        def interrupt(_: float) -> None:
            raise KeyboardInterrupt
        monkeypatch.setattr(bulk.time, "sleep", interrupt)
    first, second, third = (many(tmp_path / f"{name}.csv", 600) for name in "abc")
    down = (503, {"code": "unavailable", "message": "down"})
    with engine([(200, {}), (200, {}), (200, {}), down]) as (url, before):
        code, _, err = bring("customers", first, second, third, "--endpoint", url)
    assert code == (2 if lost == "the connection" else 130)
    assert f"{second}:501: up to here all is in; go on with --from-line 502 {second} {third}" in err
    with engine([(200, {})]) as (url, after):
        code, out, _ = bring("customers", "--from-line", "502", second, third, "--endpoint", url)
    assert (code, out) == (0, "700 customers: 700 stored, 0 known already, 0 set aside, 0 refused\n")
    sent = [len(request["batch"]) for request in [*before[:3], *after]]
    assert sum(sent) == 1_800

    with engine([(200, {}), (200, {}), down]) as (url, _):
        code, _, err = bring("customers", first, second, "--endpoint", url)
    assert f"{second}: nothing of it is in; go on with {second}" in err


@contextmanager
def counting() -> Iterator[tuple[str, list[int]]]:
    """An engine that takes everything and remembers only how much each request brought."""
    sizes: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sizes.append(len(body))
            taken = len(next(iter(json.loads(body).values())))
            text = json.dumps({"success": True, "stored": taken, "duplicates": 0, "quarantined": 0}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}", sizes


MEASURED = """
import resource, sys
from chalicelib.cli.main import main
from simulators.serving import serving
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""


def test_a_hundred_thousand_rows_take_few_requests_and_no_more_memory_than_a_thousand(tmp_path):
    used = {}
    for count in (1_000, MANY):
        path = many(tmp_path / f"{count}.csv", count)
        with counting() as (url, sizes):
            ran = subprocess.run([sys.executable, "-c", MEASURED, "import", "customers", path, "--endpoint", url], capture_output=True,
                                 text=True, check=False)
        assert (ran.returncode, ran.stdout) == (0, f"{count} customers: {count} stored, 0 known already, 0 set aside, 0 refused\n")
        used[count] = int(ran.stderr)  # nothing else is printed where nobody looks on
    assert len(sizes) == MANY // 500
    assert max(sizes) < 500 * 1024
    assert used[MANY] - used[1_000] < 16, f"{used} MB"


def test_on_a_terminal_it_shows_how_far_it_is(tmp_path):
    path = many(tmp_path / "people.csv", 2_000)
    ours, theirs = pty.openpty()
    with counting() as (url, _):
        subprocess.run([BECKON, "import", "customers", path, "--endpoint", url], stdout=subprocess.DEVNULL, stderr=theirs, check=True,
                       env={**os.environ, "TERM": "xterm", "COLUMNS": "100"})
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    assert "people.csv" in shown
    assert "%" in shown
