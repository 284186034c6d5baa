"""The SDKs of Segment and RudderStack for Node and for browsers: all that was said is stored once, and goes nowhere else."""

import gzip
import json
from collections import Counter

import pytest

from local.world import ROOT

from ...docs.page import Page
from .conftest import Sdks, Table, Way

pytestmark = pytest.mark.e2e

STEPS = 30


def expected(*kinds: str) -> Counter[str]:
    return Counter([*kinds, *(f"Step {step}" for step in range(1, STEPS + 1))])


def compare(said: Counter[str], way: Way, table: Table, client: str, mode: str, *, may_miss: int = 0) -> None:
    """Everything that was said is there exactly once; only what the client itself cannot notice as lost may be missing.

    Whatever got through to us is there in any case.
    """
    told = way.told()
    missing, doubled = (said - told).total(), (told - said).total()
    table.add(client, mode, way, said.total(), missing, doubled)
    assert doubled == 0, told - said
    assert missing <= may_miss, said - told
    assert way.shop.get("quarantine.json") == []
    if way.proxy is not None:
        got_through = {message for body in way.proxy.forwarded for message in messages(body)}
        assert got_through == {event["messageId"] for event in way.shop.get("events.json")}


def messages(body: bytes) -> list[str]:
    """The ids of the calls in a request's body."""
    document = json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    return [call["messageId"] for call in document.get("batch", [document])]


@pytest.mark.parametrize(("client", "mode"), [("segment", "default"), ("rudderstack", "gzip"), ("rudderstack-plain", "plain")])
def test_node(sdks: Sdks, way: Way, table: Table, client: str, mode: str) -> None:
    said = expected("identify", "page", "screen", "group", "alias")

    told = sdks.run("server_client.mjs", sdk=client, endpoint=way.endpoint, path="/v1/batch", key="server-local", count=STEPS,
                    watch=way.watch, expected=said.total())

    assert told["failures"] == []
    compare(said, way, table, f"{client.partition('-')[0]} node", mode)


@pytest.mark.parametrize("leave", [False, True], ids=["stays", "leaves and comes back"])
@pytest.mark.parametrize(("client", "mode"), [
    ("segment", "default"), ("segment", "batching"), ("rudder", "default"), ("rudder", "batch"), ("rudder", "beacon")])
def test_browser(sdks: Sdks, way: Way, table: Table, client: str, mode: str, leave: bool) -> None:
    kinds = ("identify", "page", "group", "alias", *(("screen",) if client == "segment" else ()))
    said = expected(*kinds)
    # A beacon tells nobody whether it arrived, nor does what a page sends while it is being left: no SDK can send that again.
    unnoticed = way.proxy is not None and (mode == "beacon" or (leave and mode == "batching"))

    told = sdks.run("browser_client.mjs", sdk=client, mode=mode, endpoint=way.endpoint, watch=way.watch, count=STEPS,
                    expected=said.total(), leave=leave, seconds=15 if unnoticed else 90)

    assert told["errors"] == []
    assert set(told["hosts"]) <= {"127.0.0.1", "localhost"}, "nothing goes anywhere else"
    compare(said, way, table, f"{client} browser", f"{mode}{', left and resumed' if leave else ''}",
            may_miss=said.total() if unnoticed else 0)


def test_the_snippet_of_the_page_for_sdks(sdks: Sdks, way: Way, table: Table) -> None:
    [block] = Page(ROOT / "docs" / "sdks.md").blocks("html", "snippet")
    host = way.endpoint.removeprefix("http://")
    head = block.text.replace("https://events.shop.example", way.endpoint).replace("events.shop.example", host)
    head = head.replace('"https"', '"http"').replace("web-key", "web-local")

    told = sdks.run("browser_client.mjs", sdk="snippet", mode="default", endpoint=way.endpoint, watch=way.watch, count=0, expected=1,
                    leave=False, seconds=60, head=head)

    assert told["errors"] == []
    assert set(told["hosts"]) <= {"127.0.0.1", "localhost"}
    compare(Counter({"page": 1}), way, table, "segment browser", "snippet")
