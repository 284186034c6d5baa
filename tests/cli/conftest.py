"""conftest: `beckon import` at an engine: the whole one of this machine, or one that answers as it is told."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from chalicelib.cli import bulk
from chalicelib.cli.main import main
from local.server import LocalServer
from local.world import ROOT, World
from simulators.serving import serving
from simulators.shop_client import ShopClient


@pytest.fixture
def beckon(monkeypatch, capsys):
    """Run the command; its exit code and what it printed."""
    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["beckon", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
            raise SystemExit(0)
        printed = capsys.readouterr()
        return end.value.code or 0, printed.out, printed.err
    return run


@pytest.fixture
def bring(beckon):
    """Run `beckon import`; its exit code and what it printed."""
    return partial(beckon, "import")


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
    with serving(LocalServer(world, 0, lambda: None)) as server:
        yield client, f"http://127.0.0.1:{server.server_address[1]}"


@contextmanager
def engine(answers: list[tuple[int, dict[str, Any]]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An engine that answers so, in turn, the last for ever; and what was posted to it."""
    posted: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, body = answers.pop(0) if len(answers) > 1 else answers[0]
            size = len(next(value for value in posted[-1].values() if isinstance(value, list)))
            ours = {"success": True, "stored": size, "duplicates": 0, "quarantined": 0}
            text = json.dumps(body if body.get("not") == "Beckon" else {**ours, **body}).encode()
            self.send_response(status)
            self.send_header("Retry-After", "3")
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self) -> None:
            posted.append({"path": self.path, "key": self.headers["Authorization"]})

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}", posted


@pytest.fixture
def pauses(monkeypatch) -> list[float]:
    """How long the command waited, without waiting."""
    waited: list[float] = []
    monkeypatch.setattr(bulk.time, "sleep", waited.append)
    return waited
