"""Audiences on the command line: counted, and exported as advertising platforms take them, from an engine that runs."""

import csv
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.server import LocalServer
from local.world import ROOT, World
from simulators.serving import serving
from simulators.shop_client import ShopClient


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Beckon with an audience and three people."""
    rules = tmp_path_factory.mktemp("shop") / "rules"
    shutil.copytree(ROOT / "rules", rules)
    (rules / "audiences" / "lookers.json").write_text('{"id": "lookers", "condition": "happened(\'Product Viewed\', \'7d\') >= `2`"}')
    world = World(rules, "http://localhost:8080").start()
    client = ShopClient(world)
    client.begin("2026-03-02T10:00:00Z")
    for name, times in (("anna", 2), ("boris", 3), ("vera", 1)):
        consents = {"ads": name != "boris"}
        client.post({"type": "identify", "userId": name, "messageId": name,
                     "traits": {"email": f"{name}@example.com", "consents": consents}})
        client.post(*({"type": "track", "userId": name, "messageId": f"{name}-{number}", "event": "Product Viewed",
                       "properties": {"product_id": f"b-{number}"}} for number in range(times)))
    client.do("idle", {})
    with serving(LocalServer(world, 0, lambda: None)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    world.stop()


@pytest.fixture
def beckon(beckon: Any, url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the command at this engine; its exit code and what it printed."""
    monkeypatch.setenv("BECKON_ENDPOINT", url)
    return beckon


def test_the_audiences_are_counted(beckon: Any) -> None:
    code, out, _ = beckon("audience")
    assert code == 0
    assert out.splitlines()[0] == "lookers: 2 customers - happened('Product Viewed', '7d') >= `2`"
    assert out.splitlines()[1].startswith("regulars: 0 customers - Bought three times or more")


def test_an_audience_is_exported(beckon: Any, tmp_path: Path) -> None:
    file = tmp_path / "lookers.csv"
    assert beckon("audience", "export", "lookers", "--output", file) == (
        0, "", "1 customers written, 1 left out who did not agree to ads\n")
    anna = hashlib.sha256(b"anna@example.com").hexdigest()
    assert list(csv.reader(file.read_text("utf-8").splitlines())) == [["Email", "Phone"], [anna, ""]]


def test_an_audience_nobody_wrote_leaves_no_file(beckon: Any, tmp_path: Path) -> None:
    file = tmp_path / "none.csv"
    code, out, err = beckon("audience", "export", "looker", "--output", file)
    assert (code, out, file.exists()) == (2, "", False)
    assert "there is no audience of this name; there are: lookers, regulars" in err
