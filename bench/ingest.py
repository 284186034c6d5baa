"""ingest: what taking in an event costs, from the bytes of a request to an item for DynamoDB, beside peers that only read or check it.

    python -m bench.ingest

CPU microseconds an event in batches of 100, medians of rounds in which every row takes its turn; what is loaded is frozen for the
garbage collector, as in Lambda. Machines are noisy: believe the ratios.
"""

import gc
import json
import random
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

import boto3
import msgspec
import orjson
import pydantic
from boto3.dynamodb.types import TypeSerializer
from botocore.awsrequest import AWSResponse
from rich.console import Console
from rich.table import Table

from chalicelib.adapters.dynamodb.codec import decode
from chalicelib.adapters.dynamodb.events import _item
from chalicelib.adapters.dynamodb.keys import BODY
from chalicelib.adapters.dynamodb.table import CLIENT_CONFIG
from chalicelib.adapters.dynamodb.wire import Item
from chalicelib.engine.accept import accept
from chalicelib.entrypoints.body import read_batch, read_object
from chalicelib.model.event import Event
from chalicelib.model.instant import from_datetime
from local.world import ROOT

CALLS, ROUNDS, GOAL = 100, 60, 20.0
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
RECORDED = ROOT.parent / "shared" / "data" / "sdk"
RECORDINGS = {"web": ["segment_next_default", "rudder_js_default"], "mobile": ["kotlin_like", "swift_like"]}
PARTS = ("  parse", "  check and normalise", "  encode")
ORJSON, BECKON = "orjson.loads alone", "Beckon: parse, check, normalise, encode"


def main() -> None:
    """Print a table for each size of calls."""
    console = Console(width=130)
    for name, make in (("web", web_call), ("mobile", mobile_call)):
        chance = random.Random(1)
        calls = [make(chance, number) for number in range(CALLS)]
        body = orjson.dumps({"batch": calls, "sentAt": instant(NOW), "writeKey": "web-local"})
        agree(body, calls)
        console.print(table(name, body, measure(body)))
        console.print(sizes(name, calls), highlight=False)


def table(name: str, body: bytes, found: dict[str, float]) -> Table:
    """The figures of one size of calls."""
    shown = Table("", "µs an event", "orjson alone = 1", "share", title=f"{CALLS} {name} calls, {len(body):,} bytes")
    for row, cost in found.items():
        share = f"{cost / found[BECKON]:.0%}" if row in PARTS else ""
        shown.add_row(row, f"{cost:.1f}", f"{cost / found[ORJSON]:.1f}", share)
    shown.caption = f"goal: Beckon within {GOAL:.0f} µs without the call to AWS: {'met' if found[BECKON] <= GOAL else 'not met'} in this run"
    return shown


def sizes(name: str, calls: list[dict[str, Any]]) -> str:
    """How big the calls are, and those that real SDKs sent if these lie beside the repository."""
    told = f"{name} calls have {statistics.median(len(orjson.dumps(call)) for call in calls):,.0f} bytes (median)"
    for recording in RECORDINGS[name]:
        path = RECORDED / f"{recording}.json"
        if path.is_file():
            bodies = [request["json"] for request in json.loads(path.read_text("utf-8")) if isinstance(request["json"], dict)]
            recorded = [len(orjson.dumps(call)) for body in bodies for call in body.get("batch", [body]) if "messageId" in call]
            told += f"; recorded {recording}: {statistics.median(recorded):,.0f}"
    return told + "\n"


# What is measured


def measure(body: bytes) -> dict[str, float]:
    """Medians, in microseconds an event."""
    serializer, client = TypeSerializer(), stubbed_client()
    messages, models = msgspec.json.Decoder(MsgspecBatch), pydantic.TypeAdapter(PydanticBatch)
    items = encoded(events_of(body))
    rows: dict[str, Callable[[], object]] = {
        ORJSON: lambda: orjson.loads(body),
        "json.loads alone (standard library)": lambda: json.loads(body),
        "msgspec, parse and check with Structs": lambda: messages.decode(body),
        "pydantic, parse and check with models": lambda: models.validate_json(body),
        "Beckon, with boto3's TypeSerializer to encode": lambda: typed(events_of(body), serializer),
        "besides: boto3's put_item, its HTTP stubbed": lambda: [client.put_item(TableName="events", Item=item) for item in items],
    }
    taken: dict[str, list[float]] = {row: [] for row in (*list(rows)[:4], BECKON, *PARTS, *list(rows)[4:])}
    for _, cost in (*stages(body), *((row, timed(work)) for row, work in rows.items())):
        assert cost > 0  # once before it counts: caches are filled, code is warm
    gc.collect()
    gc.freeze()
    try:
        for _ in range(ROUNDS):
            parts = list(stages(body))
            for part, cost in parts:
                taken[part].append(cost)
            taken[BECKON].append(sum(cost for _, cost in parts))
            for row, work in rows.items():
                taken[row].append(timed(work))
    finally:
        gc.unfreeze()
    return {row: statistics.median(costs) * 1e6 / CALLS for row, costs in taken.items()}


def timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    began = time.process_time()
    work()
    return time.process_time() - began


def stages(body: bytes) -> Iterator[tuple[str, float]]:
    """CPU seconds of each part of what Beckon does with a request, one after the other."""
    began = time.process_time()
    calls = read_batch(envelope := read_object(body))
    parsed = time.process_time()
    events = [accept(call, "browser/web", from_datetime(NOW), envelope["sentAt"]) for call in calls]
    accepted = time.process_time()
    encoded(events)
    ended = time.process_time()
    yield from zip(PARTS, (parsed - began, accepted - parsed, ended - accepted), strict=True)


def events_of(body: bytes) -> list[Event]:
    """From bytes to events, as ingest does it."""
    envelope = read_object(body)
    return [accept(call, "browser/web", from_datetime(NOW), envelope["sentAt"]) for call in read_batch(envelope)]


def encoded(events: list[Event]) -> list[Item]:
    """Items as Beckon writes them."""
    return [_item(event.user_id or event.anonymous_id or "", event) for event in events]


def typed(events: list[Event], serializer: TypeSerializer) -> list[Any]:
    """Items in DynamoDB's own types, as boto3's guide has it: every number a Decimal."""
    return [serializer.serialize(decimals(event.document())) for event in events]


def decimals(value: Any) -> Any:
    """boto3 takes no floats."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {name: decimals(inner) for name, inner in value.items()}
    return [decimals(inner) for inner in value] if isinstance(value, list) else value


def stubbed_client() -> Any:
    """boto3's client as Beckon configures it; nothing leaves it."""
    client = boto3.Session("stub", "stub", region_name="eu-central-1").client("dynamodb", config=CLIENT_CONFIG)

    class Raw(BytesIO):
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield self.read()

    def answer(request: Any, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, {"Content-Type": "application/x-amz-json-1.0", "Content-Length": "2"}, Raw(b"{}"))

    client.meta.events.register("before-send.dynamodb.PutItem", answer)
    return client


def agree(body: bytes, calls: list[dict[str, Any]]) -> None:
    """Before anything is timed: every peer finds the same calls, and what Beckon writes reads back as what was sent."""
    ids = [call["messageId"] for call in calls]
    assert [call.messageId for call in msgspec.json.decode(body, type=MsgspecBatch).batch] == ids
    assert [call.messageId for call in PydanticBatch.model_validate_json(body).batch] == ids
    kept = [decode(item[BODY]["B"]) for item in encoded(events_of(body))]
    for name in ("messageId", "event", "userId", "properties", "context"):
        assert [event.get(name) for event in kept] == [call.get(name) for call in calls]


# The peers' idea of a call

Kind = Literal["track", "identify", "page", "screen", "group", "alias"]


class MsgspecCall(msgspec.Struct):
    """A call, its own fields checked, what is inside left to the shop."""

    type: Kind
    messageId: str
    anonymousId: str | None = None
    userId: str | None = None
    event: str | None = None
    timestamp: str | None = None
    sentAt: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None


class MsgspecBatch(msgspec.Struct):
    """A request."""

    batch: list[MsgspecCall]
    sentAt: str | None = None


class PydanticCall(pydantic.BaseModel):
    """The same."""

    type: Kind
    messageId: str
    anonymousId: str | None = None
    userId: str | None = None
    event: str | None = None
    timestamp: str | None = None
    sentAt: str | None = None
    properties: dict[str, Any] | None = None
    traits: dict[str, Any] | None = None
    context: dict[str, Any] | None = None


class PydanticBatch(pydantic.BaseModel):
    """A request."""

    batch: list[PydanticCall]
    sentAt: str | None = None


# Calls like those of real SDKs

TITLES = ("The Quiet Sea", "Тихото море", "A Year in the Garden", "Звездите над Пирин", "Bread, Salt and Fire", "The Clockmaker's Island")
BROWSERS = ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36")


def instant(moment: datetime) -> str:
    """As JavaScript writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def unique(chance: random.Random) -> str:
    """A random UUID that is the same in every run."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))


def product(chance: random.Random) -> dict[str, Any]:
    """A book, as a shop's page describes it."""
    number = chance.randrange(10_000)
    return {"product_id": f"b-{number}", "sku": f"978{number:010}", "name": chance.choice(TITLES), "category": chance.choice(("novels", "poetry")),
            "price": chance.randrange(500, 6_000) / 100, "quantity": chance.randint(1, 3), "currency": "EUR"}


def web_call(chance: random.Random, number: int) -> dict[str, Any]:
    """A call as analytics-next sends it from a shop's page."""
    seen, version, at = product(chance), str(chance.randint(120, 156)), NOW - timedelta(seconds=CALLS - number)
    path = f"/books/{seen['product_id']}"
    return {
        "timestamp": instant(at), "integrations": {"Segment.io": True}, "event": chance.choice(("Product Viewed", "Product Added")),
        "type": "track", "properties": seen,
        "context": {
            "page": {"path": path, "referrer": "https://search.example/?q=books", "search": f"?utm_source=newsletter&gclid={chance.getrandbits(60):x}",
                     "title": seen["name"], "url": f"https://shop.example{path}?utm_source=newsletter"},
            "userAgent": chance.choice(BROWSERS).format(version),
            "userAgentData": {"brands": [{"brand": "Not:A-Brand", "version": "8"}, {"brand": "Chromium", "version": version}],
                              "mobile": False, "platform": chance.choice(("Linux", "Windows"))},
            "locale": chance.choice(("bg-BG", "en-US", "uk-UA")), "library": {"name": "analytics.js", "version": "next-1.84.3"},
            "campaign": {"source": "newsletter", "name": "spring"}, "timezone": chance.choice(("Europe/Sofia", "Europe/Kyiv"))},
        "messageId": f"ajs-next-{from_datetime(at)}-{unique(chance)}", "anonymousId": unique(chance), "userId": f"user-{chance.getrandbits(32):08x}",
        "_metadata": {"bundled": ["Segment.io"], "unbundled": [], "bundledIds": []},
    }


def mobile_call(chance: random.Random, number: int) -> dict[str, Any]:
    """A call as a shop's app sends it, with the whole cart in it."""
    at = NOW - timedelta(seconds=CALLS - number)
    return {
        "event": chance.choice(("Cart Viewed", "Checkout Started")), "type": "track", "messageId": unique(chance), "anonymousId": unique(chance),
        "properties": {"cart_id": unique(chance), "value": chance.randrange(2_000, 20_000) / 100, "currency": "EUR",
                       "products": [product(chance) for _ in range(5)]},
        "integrations": {}, "userId": f"user-{chance.getrandbits(32):08x}",
        "context": {
            "library": {"name": "analytics-kotlin", "version": "1.24.1"},
            "app": {"name": "Shop", "version": f"7.{chance.randrange(20)}", "build": str(chance.randrange(9_000)), "namespace": "example.shop"},
            "device": {"id": unique(chance), "manufacturer": "Google", "model": "Pixel 8", "name": "shiba", "type": "android",
                       "token": f"{chance.getrandbits(256):x}"},
            "os": {"name": "Android", "version": str(chance.randint(11, 16))}, "screen": {"density": 2.625, "height": 2400, "width": 1080},
            "network": {"wifi": chance.random() < 0.5, "cellular": True, "bluetooth": False}, "locale": chance.choice(("bg-BG", "uk-UA")),
            "timezone": "Europe/Sofia", "userAgent": "Dalvik/2.1.0 (Linux; U; Android 15; Pixel 8)", "instanceId": unique(chance)},
        "timestamp": instant(at), "_metadata": {"bundled": [], "unbundled": [], "bundledIds": []},
    }


if __name__ == "__main__":
    main()
