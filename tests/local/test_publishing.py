"""Rules published to the engine of this machine: it does them at once, goes back, falls silent, and tells all of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from simulators.shop_client import ShopClient

from ..entrypoints.test_rules import FILES, HELLO


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that greets."""
    folder = tmp_path_factory.mktemp("rules")
    for path, text in FILES.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def test_what_is_published_is_what_the_engine_does_at_once(shop: ShopClient) -> None:
    asked: dict[str, Any] = {}

    def decided(who: str, event: str = "Said Hello") -> list[tuple[str, str | None, int, bool]]:
        """Somebody says hello; what is decided, and whether it names the rulebook in force."""
        shop.post({"type": "identify", "userId": who, "messageId": f"{who}-1",
                   "traits": {"email": f"{who}@example.com", "consents": {"email": ["offers"]}}},
                  {"type": "track", "userId": who, "messageId": f"{who}-2", "event": event})
        shop.do("idle", {})
        asked["rulebook"] = shop.fetch("/health")
        return [(line["verdict"], line["reason"], line["version"], line["rulebook"] == asked["rulebook"]["rulebook"])
                for line in shop.get("decisions.json") if line["customer"] == who]

    assert decided("vera") == [("send", None, 1, True)]
    published = shop.post_to("/v1/rulebook", {"base": None, "by": "anna", "files": {
        **FILES, "hello.json": json.dumps({**HELLO, "trigger": {"kind": "event", "event": "Said Hi"}, "examples": []})}})
    assert (published["published"], published["number"]) == (True, 1)
    assert (decided("petra"), decided("maria", "Said Hi")) == ([], [("send", None, 2, True)])
    assert (asked["rulebook"]["number"], asked["rulebook"]["paused"]) == (1, False)
    shop.post_to("/v1/rulebook/rollback", {"number": 1})
    assert decided("ivan") == [("send", None, 1, True)]
    shop.post_to("/v1/rulebook/pause", {"paused": True})
    assert decided("georgi") == [("deny", "rulebook_paused", 1, True)]
    assert (asked["rulebook"]["number"], asked["rulebook"]["paused"]) == (3, True)
    shop.post_to("/v1/rulebook/pause", {"paused": False})
    assert decided("elena") == [("send", None, 1, True)]
    assert len(shop.get("inbox.json")) == 4
    shop.do("reset", {})
    assert shop.fetch("/health")["number"] == 0
