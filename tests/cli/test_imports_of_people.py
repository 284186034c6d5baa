"""Customers, consents and suppressions in bulk: who was exported elsewhere is known here, and nobody is written to who must not be."""

import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli import imports
from chalicelib.cli.main import main
from local.server import LocalServer
from local.world import ROOT, World
from simulators.shop_client import ShopClient

from .test_imports import engine

ADDED = {"type": "track", "event": "Product Added", "properties": {"product_id": "b-1", "name": "The Quiet Sea", "price": 28.5,
                                                                   "currency": "EUR"}}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    world = World(ROOT / "rules", "http://localhost:8080").start()
    yield world
    world.stop()


@pytest.fixture
def shop(world: World) -> Iterator[tuple[ShopClient, str]]:
    """An empty Beckon, and its address."""
    client = ShopClient(world)
    client.begin("2026-03-02T10:00:00Z")
    with LocalServer(world, 0, lambda: None) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield client, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def beckon(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run the command; its exit code and what it printed."""
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["beckon", "import", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        printed = capsys.readouterr()
        return int(end.value.code or 0), printed.out, printed.err
    return run


def written(path: Path, *lines: str) -> Path:
    """A file of these lines."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_shop_that_moves_in_brings_its_customers_their_consents_and_whom_not_to_write_to(beckon: Any, shop: Any, tmp_path: Path) -> None:
    client, url = shop
    customers = written(tmp_path / "customers.csv", "customer_id,Email Address,First Name,Phone,Timezone",
                        "anna,anna@example.com,Anna,+359888123456,Europe/Sofia", "boris,boris@example.com,Boris,,Europe/Sofia",
                        "vera,vera@example.com,Vera,,Europe/Sofia")
    consents = written(tmp_path / "consents.csv", "email,topic,status,at,text", "anna@example.com,offers,yes,2025-05-01,v1",
                       "boris@example.com,offers,yes,2025-05-01,v1", "vera@example.com,offers,no,2025-05-01,v1")
    suppressed = written(tmp_path / "suppressed.csv", "EmailAddress,Reason,LastUpdateTime", "boris@example.com,BOUNCE,2025-12-24T18:00:00Z")
    assert beckon("customers", customers, "--endpoint", url, "--as-of", "2026-03-01") == (
        0, "3 customers: 3 stored, 0 known already, 0 set aside, 0 refused\n", "")
    assert beckon("customers", customers, "--endpoint", url, "--as-of", "2026-03-01") == (
        0, "3 customers: 0 stored, 3 known already, 0 set aside, 0 refused\n", "")
    assert beckon("consents", consents, "--endpoint", url)[:2] == (0, "3 consents: 3 stored, 0 known already, 0 set aside, 0 refused\n")
    assert beckon("suppressions", suppressed, "--endpoint", url)[:2] == (
        0, "1 suppressions: 1 stored, 0 known already, 0 set aside, 0 refused\n")
    client.do("idle", {})
    assert client.get("inbox.json") == []

    client.post(*({**ADDED, "userId": name, "messageId": name} for name in ("anna", "boris", "vera")))
    client.do("clock", {"advance": "2h"})
    assert [message["customer"] for message in client.get("inbox.json")] == ["anna"]
    reasons = {entry["customer"]: entry["reason"] for entry in client.get("decisions.json") if entry["verdict"] == "deny"}
    assert reasons == {"boris": "suppressed_bounce", "vera": "unsubscribed"}


def test_an_address_nobody_has_yet_is_not_written_to_when_somebody_comes_with_it(beckon: Any, shop: Any, tmp_path: Path) -> None:
    client, url = shop
    file = written(tmp_path / "complaints.ndjson", json.dumps({"address": " Petra@Example.com", "reason": "COMPLAINT"}))
    assert beckon("suppressions", file, "--endpoint", url)[0] == 0
    client.post({"type": "identify", "userId": "petra", "messageId": "i", "traits": {
        "email": "petra@example.com", "timezone": "Europe/Sofia", "consents": {"email": True}}},
        {**ADDED, "userId": "petra", "messageId": "t"})
    client.do("clock", {"advance": "2h"})
    assert client.get("inbox.json") == []
    assert {entry["reason"] for entry in client.get("decisions.json") if entry["verdict"] == "deny"} == {"suppressed_complaint"}


def test_what_the_engine_cannot_use_is_told_by_its_line(beckon: Any, shop: Any, tmp_path: Path) -> None:
    _, url = shop
    file = written(tmp_path / "suppressed.csv", "address,reason,channel", "gone@example.com,bounce,", "not an address,bounce,",
                   "x@y.example,dislike,", "y@y.example,bounce,pigeon", ",bounce,")
    code, out, err = beckon("suppressions", file, "--endpoint", url)
    assert (code, out) == (1, "5 suppressions: 1 stored, 0 known already, 0 set aside, 4 refused\n")
    told = sorted(line.removeprefix(f"{file}:") for line in err.splitlines())
    assert [line.partition(":")[0] for line in told] == ["3", "4", "5", "6"]
    assert "is no email" in told[0] and "write bounce, complaint or unsubscribed" in told[1] and "it is one of email, sms" in told[2]


def test_a_hundred_thousand_rows_go_in_a_few_requests_and_an_interruption_is_no_loss(
        beckon: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports.time, "sleep", lambda _: None)
    file = tmp_path / "customers.csv"
    with file.open("w") as out:
        out.write("customer_id,email,First Name\n")
        out.writelines(f"c-{number},c-{number}@example.com,Name {number}\n" for number in range(100_000))
    with engine([(200, {})] * 30 + [(503, {"message": "down"})]) as (url, first):
        code, _, err = beckon("customers", file, "--endpoint", url)
    assert code == 2 and "up to here all is in; go on with --from-line 15002" in err
    with engine([(200, {})]) as (url, rest):
        code, out, _ = beckon("customers", file, "--endpoint", url, "--from-line", "15002")
    assert (code, out) == (0, "85000 customers: 85000 stored, 0 known already, 0 set aside, 0 refused\n")
    sent = [call["userId"] for request in [*first[:30], *rest] for call in request["batch"]]
    assert len(set(sent)) == len(sent) == 100_000
    assert len(rest) == 170
