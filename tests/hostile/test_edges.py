"""Sizes at every edge and one beyond, and bombs."""

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.entrypoints.body import MOST_BYTES, MOST_CALLS
from chalicelib.model.call import MOST_CALL_BYTES, MOST_MESSAGE_ID, MOST_NAME
from chalicelib.ports import Ports

from ..entrypoints.conftest import Caller

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


@pytest.mark.parametrize("pack", [lambda: bomb(400), lambda: gzip.compress(bomb(400)),
                                  lambda: gzip.compress(gzip.compress(b'{"batch":[]}'))],
                         ids=["400 MiB", "400 MiB twice", "twice"])
def test_a_bomb_is_not_inflated(http: Caller, pack: Callable[[], bytes]) -> None:
    packed = pack()
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
