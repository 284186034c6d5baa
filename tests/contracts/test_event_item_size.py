"""Real events fit one write unit: 1,024 bytes with keys, names and all."""

import base64
import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.events import DynamoEvents
from chalicelib.adapters.dynamodb.size import WRITE_UNIT, item_size
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.model.event import Event
from chalicelib.model.instant import parse_instant

from .stories import ANNA, NINE

SDKS = ["kotlin_like", "rudder_js_batch", "rudder_js_beacon", "rudder_js_default", "rudder_js_resume", "rudder_node", "rudder_python",
        "segment_next_batching", "segment_next_default", "segment_next_unload", "segment_node", "segment_python", "segment_python_gzip",
        "swift_like"]


class Scales:
    """Weighs every item that would be written."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def put_item(self, **request: Any) -> dict:
        self.sizes.append(item_size(request["Item"]))
        return {}


def test_ninety_nine_of_a_hundred_shop_events_fit(shared_data: Path) -> None:
    with gzip.open(shared_data / "rees46.segment.ndjson.gz", "rt") as lines:
        sizes = _sizes(json.loads(line) for line in lines)
    assert len(sizes) > 17_000
    assert sum(size <= WRITE_UNIT for size in sizes) >= 0.99 * len(sizes)


@pytest.mark.parametrize("sdk", SDKS)
def test_every_event_of_the_sdks_fits(shared_data: Path, sdk: str) -> None:
    sizes = _sizes(_sent(json.loads((shared_data / "sdk" / f"{sdk}.json").read_text())))
    assert sizes
    assert max(sizes) <= WRITE_UNIT


def _sizes(calls: Iterator[dict[str, Any]]) -> list[int]:
    scales = Scales()
    events = DynamoEvents(Table(scales, "events"))
    for call in calls:
        events.append(ANNA, _event(call))
    return scales.sizes


def _sent(requests: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The calls in recorded requests; a body that was cut off on the way is none."""
    for request in requests:
        body = base64.b64decode(request.get("raw_b64") or "")
        try:
            document = json.loads(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)
        except (ValueError, OSError, EOFError):
            continue
        yield from document.get("batch", [document])


def _event(call: dict[str, Any]) -> Event:
    """A call as an event with everything kept that could be kept."""
    moment = parse_instant(call.get("originalTimestamp") or call.get("timestamp"))
    return Event(id=call["messageId"], type=call["type"], name=call.get("event") or call.get("name"), at=moment or NINE, received_at=NINE,
                 client_time=moment, user_id=call.get("userId") or None, anonymous_id=call.get("anonymousId") or None,
                 properties=call.get("properties") or {}, traits=call.get("traits") or {}, context=call.get("context") or {}, source="web")
