"""ingest: what taking in an event costs in CPU, part by part, beside what others do with the same bytes.

    python -m bench.ingest

Batches of 100 calls as web pages and as mobile apps send them. CPU time in one process, in one run; machines are noisy, so believe the
ratios.
"""

import gc
import json
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import boto3
import botocore.awsrequest
import msgspec
import orjson
from boto3.dynamodb.types import TypeSerializer
from pydantic import BaseModel

from chalicelib.adapters.dynamodb.codec import pack
from chalicelib.adapters.dynamodb.events import DynamoEvents, _item
from chalicelib.adapters.dynamodb.table import CLIENT_CONFIG, Table
from chalicelib.bootstrap import tend_less
from chalicelib.engine.accept import accept
from chalicelib.entrypoints.body import read_batch, read_object
from chalicelib.model.canonical import plain_json
from chalicelib.model.instant import format_instant

CALLS, RUNS = 100, 60
NOW = 1_772_355_600_000  # 2026-03-01T09:00:00Z
ALONE, WHOLE = "orjson.loads alone", "**Beckon: parse + check + normalise + encode**"
GOAL = 20.0  # µs an event, without the call to AWS


class TypedCall(msgspec.Struct):
    """The call as msgspec checks it."""

    type: str
    messageId: str
    anonymousId: str
    timestamp: str
    event: str | None = None
    properties: dict[str, Any] = {}
    context: dict[str, Any] = {}


class TypedBatch(msgspec.Struct):
    """The batch as msgspec checks it."""

    batch: list[TypedCall]


class ModelCall(BaseModel):
    """The call as a pydantic model checks it."""

    type: str
    messageId: str
    anonymousId: str
    timestamp: str
    event: str | None = None
    properties: dict[str, Any] = {}
    context: dict[str, Any] = {}


class ModelBatch(BaseModel):
    """The batch as a pydantic model checks it."""

    batch: list[ModelCall]


def web_call(number: int) -> dict[str, Any]:
    """What a page's SDK sends: about 1.0 KB."""
    return {
        "timestamp": format_instant(NOW - 1_000 * number), "integrations": {}, "type": "track", "event": "Product Viewed",
        "anonymousId": f"8d1c9a52-90ac-4d7e-a5a5-{number % 9:012d}", "userId": f"user-{number % 7}",
        "messageId": f"ajs-next-{NOW + number}-2149a6f3-58c7-49d6-a454-{number:012d}",
        "properties": {"product_id": f"sku-{number}", "sku": f"{number:08d}", "category": "Books",
                       "brand": "Nutshell", "name": f"The Quiet Sea, volume {number}", "price": 18.5 + number,
                       "quantity": 1, "currency": "EUR", "position": number,
                       "url": f"https://shop.example/books/the-quiet-sea-{number}", "image_url": f"https://shop.example/i/{number}.jpg"},
        "context": {"page": {"path": f"/books/{number}", "referrer": "https://search.example/", "search": "?utm_source=mail",
                             "title": "The Quiet Sea - Nutshell Books", "url": f"https://shop.example/books/{number}?utm_source=mail"},
                    "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
                    "locale": "en-GB", "timezone": "Europe/Sofia", "campaign": {"source": "mail", "name": "spring"},
                    "library": {"name": "analytics.js", "version": "npm:next-1.84.3"}, "screen": {"width": 1920, "height": 1080}},
    }


def mobile_call(number: int) -> dict[str, Any]:
    """What an app's SDK sends: about 1.5 KB."""
    call = web_call(number)
    call["context"] = {
        "app": {"name": "Nutshell Books", "version": "4.12.0", "build": "41200", "namespace": "example.nutshell.books"},
        "device": {"id": f"{number % 9:032x}", "manufacturer": "Google", "model": "Pixel 9", "name": "tokay", "type": "android",
                   "adTrackingEnabled": False, "token": f"{number:064x}"},
        "os": {"name": "Android", "version": "16"}, "screen": {"density": 2.625, "height": 2_424, "width": 1_080},
        "network": {"bluetooth": False, "carrier": "A1 BG", "cellular": True, "wifi": False},
        "locale": "bg-BG", "timezone": "Europe/Sofia", "userAgent": "Dalvik/2.1.0 (Linux; U; Android 16; Pixel 9 Build/BP2A.250605)",
        "library": {"name": "analytics-kotlin", "version": "1.19.2"}, "instanceId": f"0c5e6c1e-6f0c-4f3c-b6a3-{number:012d}",
        "traits": {"email": f"reader{number % 7}@example.com", "firstName": "Анна", "plan": "premium", "loyalty_card": f"{number:012d}"},
        "protocols": {"sourceId": "android"}, "session": {"id": NOW, "first": False, "count": number}, "groupId": "readers",
        "location": {"country": "BG", "city": "Sofia", "language": "bg"},
    }
    return call


def cpu(works: dict[str, Callable[[], object]]) -> dict[str, float]:
    """CPU microseconds a call of each work on a batch: in turn, as noise befalls all alike; a tenth from below, as it only adds."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(RUNS):
        for name, work in works.items():
            start = time.process_time_ns()
            work()
            taken[name].append((time.process_time_ns() - start) / 1_000 / CALLS)
    return {name: sorted(times)[RUNS // 10] for name, times in taken.items()}


def serialized(call: dict[str, Any]) -> dict[str, Any]:
    """The item as boto3's own serializer makes it of the document."""
    serialize = TypeSerializer().serialize
    return {name: serialize(value) for name, value in json.loads(plain_json(call), parse_float=Decimal).items()}


def stubbed_events() -> DynamoEvents:
    """The events' table on boto3, with everything but the network."""
    client = boto3.Session("key", "secret", region_name="eu-central-1").client("dynamodb", config=CLIENT_CONFIG)

    class Raw:
        def stream(self) -> Any:
            yield b"{}"

        def read(self, *_: object) -> bytes:
            return b"{}"

    client.meta.events.register("before-send.dynamodb.PutItem", lambda request, **_: botocore.awsrequest.AWSResponse(
        request.url, 200, {"content-type": "application/x-amz-json-1.0"}, Raw()))
    return DynamoEvents(Table(client, "events"))


def measure(name: str, make: Callable[[int], dict[str, Any]]) -> None:
    """Print the table of one size of calls."""
    body = orjson.dumps({"batch": [make(number) for number in range(CALLS)], "sentAt": format_instant(NOW), "writeKey": "web"})
    calls = read_batch(read_object(body))
    events = [accept(call, "browser/web", NOW, format_instant(NOW)) for call in calls]
    documents = [plain_json(event.document()) for event in events]
    table = stubbed_events()

    def beckon() -> None:
        for call in read_batch(read_object(body)):
            _item("customer", accept(call, "browser/web", NOW, format_instant(NOW)))

    gc.collect()
    tend_less()  # as in Lambda
    cost = cpu({
        ALONE: lambda: orjson.loads(body),
        "json.loads alone": lambda: json.loads(body),
        "msgspec, typed": lambda: msgspec.json.decode(body, type=TypedBatch),
        "pydantic models": lambda: ModelBatch.model_validate_json(body),
        "boto3's serializer, of a parsed call": lambda: [serialized(call) for call in calls],
        WHOLE: beckon,
        "- parse": lambda: read_batch(read_object(body)),
        "- check and normalise": lambda: [accept(call, "browser/web", NOW, format_instant(NOW)) for call in calls],
        "- encode, with its key": lambda: [_item("customer", event) for event in events],
        "- - of which Zstandard": lambda: [pack(document) for document in documents],
    })
    cost |= cpu({"encode and put by boto3, the network left out": lambda: [table.append("customer", event) for event in events]})
    kept = sum(len(_item("customer", event)["body"]["B"]) for event in events) / CALLS
    print(f"\n{name}: {len(body) / CALLS:,.0f} bytes a call as sent, {kept:,.0f} as kept\n")
    print("| | µs an event | x orjson alone |\n|---|---|---|")
    for title, taken in cost.items():
        print(f"| {title} | {taken:.1f} | {taken / cost[ALONE]:.1f} |")
    print(f"\ngoal: at most {GOAL:.0f} µs; here {cost[WHOLE]:.1f} µs ({'met' if cost[WHOLE] <= GOAL else 'missed'})")


if __name__ == "__main__":
    measure("web", web_call)
    measure("mobile", mobile_call)
