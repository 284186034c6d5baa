"""conftest: a whole Beckon on moto, with a rulebook of one rule, and a way to post to it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.world import ROOT, World
from simulators.shop_client import ShopClient


@pytest.fixture(scope="module")
def rules() -> Path:
    """The rules of the shop; a file of tests that needs others has its own."""
    return Path(ROOT) / "rules"


@pytest.fixture(scope="module")
def running(rules: Path) -> Iterator[World]:
    world = World(rules, "http://localhost:8080").start()
    yield world
    world.stop()


@pytest.fixture
def shop(running: World) -> ShopClient:
    made = ShopClient(running)
    made.begin("2026-03-02T10:00:00Z")
    return made


def identify(user: str, *, agreed: bool = True, **more: Any) -> dict[str, Any]:
    """A customer who can be written to."""
    traits = {"email": f"{user}@readers.example", "firstName": user.title(), "timezone": "Europe/Sofia"}
    return {"type": "identify", "messageId": f"i-{user}", "userId": user,
            "traits": {**traits, "consents": {"email": ["offers"]}} if agreed else traits, **more}


def add(user: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """A book goes into the cart."""
    book = {"product_id": f"b-{number}", "name": "The Quiet Sea", "price": 18.5, "currency": "EUR", "quantity": 1,
            "url": "https://nutshell.example/books/1"}
    return {"type": "track", "event": "Product Added", "messageId": f"a-{user}-{number}", "userId": user, "properties": book, **more}
