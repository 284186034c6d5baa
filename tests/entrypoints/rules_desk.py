"""rules_desk: the API over memory with a small rules folder deployed, and what marketers' tools ask of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from chalice.config import Config
from chalice.local import LocalGateway

from app import app
from chalicelib import bootstrap
from chalicelib.ports import Ports
from chalicelib.rulebook.bundle import bundle_of

from .conftest import Answer, Caller, basic, memory_ports

BRAND = {"name": "Bookshop", "sender": {"email": "hello@shop.example", "name": "Bookshop"}, "timezone": "Europe/Sofia"}
EXAMPLE = {"name": "who says hello is greeted", "events": [
    {"at": "0s", "type": "identify", "userId": "anna", "traits": {"email": "anna@example.com", "consents": {"email": ["offers"]}}},
    {"at": "1s", "type": "track", "userId": "anna", "event": "Said Hello"}], "expect": [{"after": "1s"}]}
HELLO: dict[str, Any] = {"id": "hello", "description": "A greeting.", "trigger": {"kind": "event", "event": "Said Hello"},
                         "steps": [{"send": {"channel": "email", "template": "plain"}}], "examples": [EXAMPLE]}
BYE: dict[str, Any] = {**HELLO, "id": "bye", "trigger": {"kind": "event", "event": "Said Goodbye"}, "examples": []}
FILES = {"brand.json": json.dumps(BRAND), "hello.json": json.dumps(HELLO), "bye.json": json.dumps(BYE),
         "templates/plain/email.en.subject.liquid": "Hello", "templates/plain/email.en.text.liquid": "{{ unsubscribeUrl }}",
         "templates/plain/email.en.html.liquid": "<p>Hello</p>"}
DEPLOYED = bundle_of(FILES)


class Desk(Caller):
    """What marketers' tools do, with the server's key."""

    def __init__(self, ports: Ports) -> None:
        super().__init__(LocalGateway(app, Config.create()))
        self.ports = ports

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        answer = self.request(method, path, raw, {"accept": "*/*", **basic("server-key"), **headers})
        assert "access-control-allow-origin" not in answer.headers
        return answer

    def put(self, rule: dict[str, Any], path: str = "", **headers: str) -> Answer:
        return self.ask("PUT", f"/v1/rules/{path or rule['id']}", rule, **headers)

    def publish(self, files: dict[str, str], base: str | None = None, **more: Any) -> Answer:
        return self.ask("POST", "/v1/rulebook", {"files": files, "base": base, **more})

    def versions(self) -> dict[str, int]:
        return {rule["id"]: rule["version"] for rule in self.ask("GET", "/v1/rules").body["rules"]}

    def in_force(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "/v1/rulebook").body
        return found


@contextmanager
def open_desk() -> Iterator[Desk]:
    """A desk at an engine of its own."""
    ports = replace(memory_ports(), deployed=lambda: DEPLOYED)
    bootstrap.use(ports)
    yield Desk(ports)
    bootstrap.use(None)
