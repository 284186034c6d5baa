"""conftest: the app over memory: the same handlers that Lambda calls, with doors that keep everything in one process."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from chalice.config import Config
from chalice.local import LocalGateway

from app import app
from chalicelib import bootstrap
from chalicelib.adapters.memory import (
    MemoryBudgets,
    MemoryCoupons,
    MemoryCustomers,
    MemoryDecisions,
    MemoryDeliveries,
    MemoryDictionary,
    MemoryEvents,
    MemoryIdentifiers,
    MemoryLimits,
    MemoryMeter,
    MemoryPages,
    MemoryParking,
    MemoryProducts,
    MemoryQueue,
    MemoryRulebooks,
    MemorySources,
    MemoryStoreDirectory,
    MemorySuppressions,
    MemoryTransport,
    MemoryWatches,
    MemoryWaves,
)
from chalicelib.adapters.signer import Signer
from chalicelib.adapters.spread import in_turn
from chalicelib.channels.registry import CHANNELS, WAYS
from chalicelib.ports import Ports, Source
from chalicelib.rulebook.brand import Brand, Sender
from chalicelib.rulebook.bundle import Bundle
from chalicelib.rulebook.rulebook import Rulebook

NOW = 1_772_355_600_000  # 2026-03-01T09:00:00Z
KEYS = {"web-key": Source("shop", "browser"), "app-key": Source("phone", "app"), "server-key": Source("till", "server")}


@dataclass(slots=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


class Caller:
    """Calls the app as API Gateway would."""

    def __init__(self, gateway: LocalGateway) -> None:
        self._gateway = gateway

    def request(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        response = self._gateway.handle_request(method, path, {"accept": "*/*"} if headers is None else headers, body)
        raw = base64.b64decode(response["body"]) if response.get("isBase64Encoded") else (response["body"] or "").encode()
        return Answer(response["statusCode"], {name.lower(): value for name, value in response["headers"].items()}, raw)

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: object = b"", *, key: str | None = None, headers: dict[str, str] | None = None) -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.request("POST", path, raw, {"accept": "*/*", **(basic(key) if key else {}), **(headers or {})})

    def post_entries(self, path: str, field: str, entries: Sequence[Any]) -> Any:
        """A list posted by the owner's server: taken, and the answer is for no browser."""
        answer = self.post(path, {field: entries}, key="server-key")
        assert answer.status == 200, answer.body
        assert "access-control-allow-origin" not in answer.headers
        return answer.body


def basic(key: str) -> dict[str, str]:
    """The header by which SDKs give their write key."""
    return {"Authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def memory_ports() -> Ports:
    """Doors that lead nowhere but to this process."""
    brand = Brand(name="Bookshop", sender=Sender(email="hello@shop.example", name="Bookshop"))
    rulebook = Rulebook(brand=brand, rules={}, templates={}, digest="no-rules")
    return Ports(
        clock=lambda: NOW, rulebook=lambda: rulebook, events=MemoryEvents(), identifiers=MemoryIdentifiers(),
        customers=MemoryCustomers(lambda: NOW), decisions=MemoryDecisions(), deliveries=MemoryDeliveries(),
        suppressions=MemorySuppressions(), products=MemoryProducts(), watches=MemoryWatches(), waves=MemoryWaves(),
        stores=MemoryStoreDirectory(), pages=MemoryPages(), coupons=MemoryCoupons(), parking=MemoryParking(),
        sources=MemorySources(KEYS), limits=MemoryLimits(lambda: NOW), budgets=MemoryBudgets(), dictionary=MemoryDictionary(),
        queues={way: MemoryQueue() for way in WAYS}, transports={name: MemoryTransport() for name in CHANNELS},
        meter=MemoryMeter(), spread=in_turn, new_attempt=lambda: "attempt", sign=Signer(lambda: b"a secret of this test"),
        public_url="https://beckon.example/api", rulebooks=MemoryRulebooks(), deployed=lambda: Bundle({}),
    )


@pytest.fixture
def ports() -> Iterator[Ports]:
    """The doors the app uses during a test."""
    doors = memory_ports()
    bootstrap.use(doors)
    yield doors
    bootstrap.use(None)


@pytest.fixture
def http(ports: Ports) -> Caller:
    """The API, open for calls."""
    return Caller(LocalGateway(app, Config.create()))


@pytest.fixture
def desk() -> Iterator[Any]:
    """The API over memory, with a small rules folder deployed."""
    from .rules_desk import open_desk  # which is made of what stands above

    with open_desk() as made:
        yield made
