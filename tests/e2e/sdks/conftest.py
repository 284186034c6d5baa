"""conftest: the SDKs installed once into a folder of their own, and a whole Beckon behind a socket, straight or through what loses."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local.server import LocalServer
from local.world import ROOT, World
from simulators.lossy_proxy import LossyProxy
from simulators.serving import serving
from simulators.shop_client import ShopClient

HERE = Path(__file__).parent
SEED = 20_261_123


@dataclass(frozen=True, slots=True)
class Sdks:
    """The folder in which the SDKs are installed."""

    folder: Path

    def run(self, script: str, **arguments: Any) -> dict[str, Any]:
        """Run a client to its end; what it printed last."""
        command = ["node", script, json.dumps(arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr[-3_000:]
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return told


@pytest.fixture(scope="session")
def sdks(tmp_path_factory: pytest.TempPathFactory) -> Sdks:
    """The SDKs of package.json, from the registry."""
    if shutil.which("npm") is None:
        pytest.fail("npm is not there: install Node 20 or newer")
    if shutil.which("chromium") is None:
        pytest.fail("chromium is not there: apt-get install chromium")
    folder = tmp_path_factory.mktemp("sdks")
    for file in (HERE / "package.json", *HERE.glob("*.mjs")):
        shutil.copy(file, folder)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True, timeout=600)
    return Sdks(folder)


@dataclass(slots=True)
class Way:
    """Where a client sends (`endpoint`), where arrivals can be counted (`watch`), and what befell its posts."""

    name: str
    endpoint: str
    watch: str
    shop: ShopClient
    proxy: LossyProxy | None

    def told(self) -> Counter[str]:
        """How often each thing that was said is stored: tracks by their names, the rest by their types."""
        return Counter(event["event"] if event["type"] == "track" else event["type"] for event in self.shop.get("events.json"))

    def repeats(self) -> int:
        """How many arrivals were recognised as repetitions."""
        counters = self.shop.get("counters.json")
        return sum(entry["count"] for entry in counters if entry["name"] == "events" and entry.get("outcome") == "duplicate")


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    world = World(ROOT / "rules", "").start()
    yield world
    world.stop()


@pytest.fixture(params=["straight", "lossy"])
def way(world: World, request: pytest.FixtureRequest) -> Iterator[Way]:
    """An empty Beckon, and a way to it."""
    shop = ShopClient(world)
    shop.do("reset", {})
    with ExitStack() as stack:
        server = stack.enter_context(serving(LocalServer(world, 0, lambda: None)))
        port = server.server_address[1]
        proxy = stack.enter_context(LossyProxy(port, SEED)) if request.param == "lossy" else None
        straight = f"http://127.0.0.1:{port}"
        yield Way(request.param, proxy.url if proxy else straight, straight, shop, proxy)


@dataclass(slots=True)
class Table:
    """What each client came to, for people."""

    rows: list[str] = field(default_factory=list)

    def add(self, client: str, mode: str, way: Way, said: int, missing: int, doubled: int) -> None:
        """One client in one mode on one way."""
        lost = " ".join(f"{what} {count}" for what, count in sorted(way.proxy.happened.items())) if way.proxy else ""
        self.rows.append(f"| {client} | {mode} | {way.name} | {said} | {missing} | {doubled} | {way.repeats()} | {lost} |")


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> Iterator[Table]:
    """The table of clients and modes, printed at the end."""
    made = Table()
    yield made
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with capture.global_and_fixture_disabled():
        heading = "| client | mode | way | said | missing | doubled | repeats recognised | what befell the posts |"
        print("\n".join(["", heading, "|---" * 8 + "|", *made.rows]))  # noqa: T201
