"""The page of one customer in a real browser: what it shows is what was said, and what people typed stays text."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.server import LocalServer
from local.world import ROOT, World
from simulators.serving import serving
from simulators.shop_client import ShopClient

pytestmark = pytest.mark.e2e

CHROMIUM = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=5000"]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A Beckon with one customer, who has tried to be clever."""
    world = World(ROOT / "rules", "http://localhost:8080").start()
    shop = ShopClient(world)
    shop.begin("2026-03-02T10:00:00Z")
    shop.post({"type": "identify", "messageId": "i", "userId": "anna", "traits": {
                  "firstName": "Anna<script>document.title='stolen'</script>", "email": "anna@example.com", "loyaltyCard": "77 0042",
                  "consents": {"email": ["offers"]}}},
              {"type": "track", "messageId": "c", "userId": "anna", "event": "Call Received",
               "properties": {"note": "<img src=x onerror=alert(1)>"}},
              {"type": "track", "messageId": "p", "userId": "anna", "event": "Product Added",
               "properties": {"product_id": "b-1", "name": "The Quiet Sea", "price": 18.5, "currency": "EUR"}})
    shop.do("idle", {})
    with serving(LocalServer(world, 0, lambda: None)) as server:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    world.stop()


def page(url: str, who: str, folder: Path) -> str:
    """The document after its scripts have run."""
    return subprocess.run([*CHROMIUM, f"--user-data-dir={folder}", "--dump-dom", f"{url}/local/customer?who={who}"],
                          check=True, capture_output=True, text=True, timeout=60).stdout


def test_the_card_brings_up_the_customer(url: str, tmp_path: Path) -> None:
    shown = page(url, "77%200042", tmp_path)
    for told in ("Last contacts", "rang", "The Quiet Sea", "18.50 EUR", "anna@example.com", "770042", "E-mail, offers", "Offers may go to"):
        assert told in shown
    assert "<title>stolen</title>" not in shown
    assert "&lt;img src=x onerror=alert(1)&gt;" in shown and "<img src" not in shown


def test_nobody_is_said_plainly(url: str, tmp_path: Path) -> None:
    assert "Nobody is known by that" in page(url, "boris", tmp_path)
