"""Sizes at every edge and one beyond, bombs, and tricks with HTTP itself over a real socket."""

import base64
import gzip
import http.client
import json
import socket
import threading
import tracemalloc
import zlib
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.entrypoints.body import MOST_BYTES, MOST_CALLS
from chalicelib.entrypoints.ingest import BATCHES, SINGLES
from chalicelib.model.call import MOST_CALL_BYTES, MOST_MESSAGE_ID, MOST_NAME
from chalicelib.ports import Ports
from local.server import LocalServer
from local.world import ROOT, World
from simulators.shop_client import ShopClient

from ..entrypoints.conftest import Caller

KEY = {"Authorization": "Basic " + base64.b64encode(b"web-local:").decode()}
CANARY = {"event": "Canary Sang", "anonymousId": "canary"}


def call(**more: Any) -> dict[str, Any]:
    return {"type": "track", "event": "Book Read", "anonymousId": "reader", "messageId": "m", **more}


def of_size(size: int) -> dict[str, Any]:
    """A call of exactly so many bytes."""
    found = call(properties={"text": ""})
    found["properties"]["text"] = "x" * (size - len(json.dumps(found, separators=(",", ":"))))
    return found


@pytest.mark.parametrize(("sent", "taken"), [
    (of_size(MOST_CALL_BYTES), True), (of_size(MOST_CALL_BYTES + 1), False),
    (call(messageId="m" * MOST_MESSAGE_ID), True), (call(messageId="m" * (MOST_MESSAGE_ID + 1)), False),
    (call(event="e" * MOST_NAME), True), (call(event="e" * (MOST_NAME + 1)), False),
    (call(anonymousId="a" * 256), True), (call(anonymousId="a" * 257), False),
    (call(anonymousId=2**64 - 1), True), (call(anonymousId=2**64), False), (call(messageId=-2**63), True), (call(messageId=2**70), False),
    (call(properties={"a": "\ud800"}), True), (call(properties=[]), True), (call(properties=[1]), False), (call(context="x"), False),
], ids=lambda value: str(value)[:30])
def test_at_the_edge_it_is_taken_and_beyond_it_only_that_call_is_not(http: Caller, sent: dict[str, Any], taken: bool) -> None:
    answer = http.post("/v1/batch", {"batch": [sent, {"type": "track", **CANARY, "messageId": "c"}]}, key="web-key")

    assert answer.status == 200
    assert (answer.body["stored"], answer.body["quarantined"]) == ((2, 0) if taken else (1, 1))


def deep(levels: int) -> str:
    """A call nested so deeply in all: itself, its properties, lists."""
    return json.dumps(call(properties={"a": "@"})).replace('"@"', "[" * (levels - 2) + "]" * (levels - 2))


@pytest.mark.parametrize(("levels", "quarantined"), [(40, 0), (41, 1), (300, 1), (1_000, 1)])
def test_a_call_is_at_most_forty_deep(http: Caller, levels: int, quarantined: int) -> None:
    answer = http.post("/v1/batch", f'{{"batch":[{deep(levels)}]}}'.encode(), key="web-key")

    assert (answer.status, answer.body["quarantined"]) == (200, quarantined)


@pytest.mark.parametrize("levels", [5_000, 100_000])
def test_what_no_reader_follows_is_refused(http: Caller, levels: int) -> None:
    answer = http.post("/v1/batch", f'{{"batch":[{deep(levels)}]}}'.encode(), key="web-key")

    assert (answer.status, answer.body["code"]) == (400, "invalid_json")


def bomb(mebibytes: int) -> bytes:
    """Gzip of so many mebibytes of nothing, made without holding them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    nothing = b"\0" * 1_048_576
    return b"".join(packer.compress(nothing) for _ in range(mebibytes)) + packer.flush()


@pytest.mark.parametrize("packed", [bomb(400), gzip.compress(bomb(400)), gzip.compress(gzip.compress(b'{"batch":[]}'))],
                         ids=["400 MiB", "400 MiB twice", "twice"])
def test_a_bomb_is_not_inflated(http: Caller, packed: bytes) -> None:
    tracemalloc.start()
    answer = http.post("/v1/batch", packed, key="web-key")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert answer.status == 400
    assert answer.body["code"] in ("too_large", "invalid_json")
    assert peak < 8 * MOST_BYTES


def test_a_full_batch_of_what_cannot_be_used_is_set_aside_call_by_call(http: Caller, ports: Ports) -> None:
    answer = http.post("/v1/batch", {"batch": list(range(MOST_CALLS))}, key="web-key")

    assert (answer.status, answer.body["quarantined"]) == (200, MOST_CALLS)
    assert len(ports.parking.parked("ingest", 10_000)) == MOST_CALLS


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int, ShopClient]]:
    """A whole Beckon behind a socket."""
    world = World(ROOT / "rules", "").start()
    with LocalServer(world, 0, lambda: None) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield "127.0.0.1", server.server_address[1], ShopClient(world)
        server.shutdown()
        thread.join()
    world.stop()


RAW = {
    "a chunk size that is none": b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
    "a negative chunk": b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
    "a chunk beyond all measure": b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
    "a length that is none": b"Content-Length: ten\r\n\r\n{}",
    "a negative length": b"Content-Length: -1\r\n\r\n{}",
    "a length beyond all measure": b"Content-Length: 99999999999\r\n\r\n{}",
    "a length in other digits": "Content-Length: ٣\r\n\r\n{}".encode(),
    "no body at all": b"\r\n",
    "a header of sixty thousand letters": b"X-Long: " + b"a" * 60_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
    "three hundred headers": b"".join(b"X-%d: 1\r\n" % number for number in range(300)) + b"Content-Length: 2\r\n\r\n{}",
    "a header without a name": b": x\r\nContent-Length: 2\r\n\r\n{}",
    "a key twice": b"Authorization: Basic d2ViLWxvY2FsOg==\r\nAuthorization: Basic Z3Vlc3M6\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("tail", RAW.values(), ids=RAW.keys())
def test_tricks_with_http_get_an_answer_and_nobody_else_notices(address: tuple[str, int, ShopClient], tail: bytes) -> None:
    host, port, shop = address
    before = len(shop.get("events.json"))
    with socket.create_connection((host, port), timeout=20) as connection:
        connection.sendall(b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + tail)
        head = connection.recv(65_536).split(b"\r\n")[0]
    status = int(head.split()[1])
    assert status in (400, 401, 431), head

    friendly = http.client.HTTPConnection(host, port, timeout=20)
    friendly.request("POST", "/v1/track", json.dumps({**CANARY, "messageId": f"c-{before}"}), KEY)
    assert json.loads(friendly.getresponse().read())["stored"] == 1
    friendly.close()
    assert len(shop.get("events.json")) == before + 1


@pytest.mark.parametrize("path", [*SINGLES, *BATCHES, "/v1/m", "/sourceConfig", "/sourceConfig/", "/v1/projects/web-local/settings"])
def test_browsers_may_ask_everywhere_before_they_send(address: tuple[str, int, ShopClient], path: str) -> None:
    connection = http.client.HTTPConnection(*address[:2], timeout=20)
    connection.request("OPTIONS", path, headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST",
                                                 "Access-Control-Request-Headers": "authorization,content-type,sentat,anonymousid"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    allowed = {name.lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type", "sentat", "anonymousid", "x-retry-count", "rsa-retry-attempt"} <= allowed
    assert "Access-Control-Allow-Credentials" not in answer.headers
