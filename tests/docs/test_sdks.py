"""docs/sdks.md: every block is there, names the right places, and those that can run here do."""

import json
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.cli.calls_file import read_lines
from chalicelib.engine.accept import accept
from chalicelib.engine.signature import signature_of
from chalicelib.flows.ingest import CUSTOMER_EVENTS_A_MINUTE
from chalicelib.model.source import EVENTS_A_MINUTE
from local.server import LocalServer
from local.world import ROOT, World
from simulators.serving import serving
from simulators.shop_client import ShopClient

from .page import Page

PAGE = Page(Path(__file__).resolve().parents[2] / "docs" / "sdks.md")
HOST = "https://events.shop.example"
BLOCKS = [("js", "javascript"), ("html", "snippet"), ("jsx", "react"), ("js", "node"), ("python", "python"), ("kotlin", "kotlin"),
          ("swift", "swift"), ("console", "curl"), ("js", "rudderstack-page"), ("js", "rudderstack-node"), ("python", "rudderstack-python")]


@pytest.fixture
def shop() -> Iterator[tuple[ShopClient, str]]:
    world = World(ROOT / "rules", "http://localhost:8080").start()
    with serving(LocalServer(world, 0, lambda: None)) as server:
        yield ShopClient(world), f"http://127.0.0.1:{server.server_address[1]}"
    world.stop()


def here(text: str, url: str) -> str:
    """A block with the places of this machine in it."""
    return text.replace(HOST, url).replace("server-key", "server-local").replace("web-key", "web-local")


@pytest.mark.parametrize(("language", "name"), BLOCKS)
def test_every_sdk_has_a_block_that_sends_here_with_a_key(language: str, name: str) -> None:
    [block] = PAGE.blocks(language, name)
    assert HOST.removeprefix("https://") in block.text
    assert ("server-key" in block.text) != ("web-key" in block.text)
    assert "segment.io/" not in block.text and "segment.com" not in block.text


@pytest.mark.parametrize(("name", "stored"), [("python", 2), ("rudderstack-python", 1)])
def test_the_python_blocks_run_as_they_stand(shop: tuple[ShopClient, str], name: str, stored: int) -> None:
    client, url = shop
    [block] = PAGE.blocks("python", name)
    done = subprocess.run([sys.executable, "-c", here(block.text, url)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert len(client.get("events.json")) == stored
    assert client.get("quarantine.json") == []


def test_the_curl_line_runs_as_it_stands(shop: tuple[ShopClient, str]) -> None:
    client, url = shop
    [block] = PAGE.blocks("console", "curl")
    words = shlex.split(here(block.text, url).removeprefix("$ "))
    done = subprocess.run([*words, "--silent"], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == {"success": True, "stored": 1, "duplicates": 0, "quarantined": 0}
    assert [event["event"] for event in client.get("events.json")] == ["Order Completed"]


def test_the_signing_block_makes_the_signature_that_is_asked_for() -> None:
    [block] = PAGE.blocks("python", "signing")
    made: dict[str, object] = {}
    exec(block.text, made)
    assert made["user_signature"]("анна", "a secret") == signature_of("анна", "a secret")  # type: ignore[operator]


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not here")
def test_the_signing_block_for_node_makes_the_same(tmp_path: Path) -> None:
    [block] = PAGE.blocks("js", "signing")
    script = tmp_path / "signing.mjs"
    script.write_text(block.text + 'console.log(userSignature("анна", "a secret"));\n', encoding="utf-8")
    done = subprocess.run(["node", str(script)], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == signature_of("анна", "a secret")


def test_the_tills_file_is_taken(tmp_path: Path) -> None:
    [block] = PAGE.blocks("csv", "till")
    file = tmp_path / "till.csv"
    file.write_text(block.text, encoding="utf-8")
    calls = [line.document for line in read_lines(file)]
    assert [accept(call, "server/import", 1_800_000_000_000, past=True).name for call in calls] == ["Order Completed", "Store Visited"]


def test_the_figures_are_those_of_the_code() -> None:
    assert f"{EVENTS_A_MINUTE:,} events a minute" in PAGE.text
    assert f"a device {CUSTOMER_EVENTS_A_MINUTE:,}" in PAGE.text
