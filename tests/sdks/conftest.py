"""conftest: a whole Beckon behind a real socket, reached straight and through a connection that loses things."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from local.server import LocalServer
from local.world import ROOT, World
from simulators.lossy_proxy import LossyProxy
from simulators.serving import serving
from simulators.shop_client import ShopClient

SEED = 20_261_123


@dataclass(slots=True)
class Endpoint:
    """Where an SDK sends, and what arrives there."""

    url: str
    shop: ShopClient
    proxy: LossyProxy | None

    def stored(self) -> list[dict[str, Any]]:
        """Every event as stored."""
        found: list[dict[str, Any]] = self.shop.get("events.json")
        return found

    def check(self, produced: list[str]) -> None:
        """Every message that was produced is stored exactly once, and nothing had to be set aside."""
        ids = [event["messageId"] for event in self.stored()]
        assert sorted(ids) == sorted(produced), f"missing {set(produced) - set(ids)}, too many {set(ids) - set(produced)}"
        assert self.shop.get("quarantine.json") == []
        if self.proxy is not None:
            assert {"answer lost", "dropped", "503", "doubled"} & set(self.proxy.happened), "nothing befell it"


@pytest.fixture(scope="module")
def running() -> Iterator[World]:
    world = World(ROOT / "rules", "http://localhost:8080").start()
    yield world
    world.stop()


@pytest.fixture(params=["straight", "lossy"])
def endpoint(running: World, request: pytest.FixtureRequest) -> Iterator[Endpoint]:
    """An empty Beckon, and the way to it."""
    shop = ShopClient(running)
    shop.do("reset", {})
    with ExitStack() as stack:
        server = stack.enter_context(serving(LocalServer(running, 0, lambda: None)))
        port = server.server_address[1]
        proxy = stack.enter_context(LossyProxy(port, SEED)) if request.param == "lossy" else None
        yield Endpoint(proxy.url if proxy else f"http://127.0.0.1:{port}", shop, proxy)
