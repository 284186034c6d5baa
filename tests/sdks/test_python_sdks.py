"""The Python SDKs of Segment and RudderStack, as a shop's server uses them: every message arrives once, whatever the way loses."""

import base64
import json
import urllib.request
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rudderstack.analytics.client as rudder
import segment.analytics.client as segment

from chalicelib.model.instant import from_datetime, parse_instant

from .conftest import Endpoint

CALLS = 40
YESTERDAY = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
YESTERDAY_AT = from_datetime(YESTERDAY)


def say(client: Any) -> list[str]:
    """Every kind of call, then a visitor's round through the shop; the ids of the messages."""
    known = {"user_id": "anna", "message_id": None}
    ids: list[str] = []

    def told(call: Any, **arguments: Any) -> None:
        ids.append(str(uuid.uuid4()))
        ok, _ = call(**{**arguments, "message_id": ids[-1]})
        assert ok

    told(client.identify, user_id="anna", anonymous_id="phone", traits={"email": "anna@example.com", "firstName": "Anna"})
    told(client.track, user_id="anna", event="Product Added", properties={"product_id": "b-1", "price": 18.5}, timestamp=YESTERDAY)
    told(client.page, **{**known, "name": "Home"})
    told(client.screen, **{**known, "name": "Cart"})
    told(client.group, user_id="anna", group_id="readers", traits={"name": "Readers"})
    told(client.alias, previous_id="tablet", user_id="anna")
    for number in range(CALLS):
        told(client.track, anonymous_id=f"visitor-{number % 7}", event="Product Viewed",
             properties={"product_id": f"b-{number}", "name": "Тихото море 📚", "price": number / 3, "tags": ["new", None]})
    return ids


def customer(endpoint: Endpoint, user: str) -> dict[str, Any]:
    """What the shop's server reads of a customer."""
    basic = base64.b64encode(b"server-local:").decode()
    request = urllib.request.Request(f"{endpoint.url}/v1/customers/{user}", headers={"Authorization": f"Basic {basic}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


@pytest.fixture(params=["plain", "gzip, three threads"])
def form(request: pytest.FixtureRequest) -> dict[str, Any]:
    """How the client sends."""
    return {"gzip": False, "thread": 1} if request.param == "plain" else {"gzip": True, "thread": 3}


@pytest.fixture(params=["segment", "rudderstack"])
def client(request: pytest.FixtureRequest, endpoint: Endpoint, form: dict[str, Any]) -> Iterator[Any]:
    """A client with threads of its own, ended afterwards."""
    errors: list[object] = []
    options: dict[str, Any] = {"host": endpoint.url, **form, "upload_size": 11, "upload_interval": 0.1, "max_retries": 10,
                               "on_error": lambda error, _: errors.append(error)}
    made = (segment if request.param == "segment" else rudder).Client("server-local", **options)
    yield made
    made.flush()
    made.join()
    assert errors == []


def test_every_message_is_stored_exactly_once(endpoint: Endpoint, client: Any) -> None:
    produced = say(client)
    client.flush()

    endpoint.check(produced)
    endpoint.shop.do("idle", {})
    [added] = [event for event in endpoint.stored() if event["event"] == "Product Added"]
    late = parse_instant(added["timestamp"]) - YESTERDAY_AT
    assert 0 <= late < 60_000, "a day ago, by as much later as it took from sending to arriving"
    known = customer(endpoint, "anna")
    assert known["traits"] == {"email": "anna@example.com", "firstName": "Anna"}, "also from where RudderStack puts them, context.traits"
    assert [line["productId"] for line in known["cart"]["products"]] == ["b-1"]
