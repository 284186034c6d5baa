"""webhook_receiver: a system of the shop's that takes the webhook channel's calls, as Standard Webhooks ask of a receiver.

It checks signatures with that project's own library, takes an id once however often it is called, and can be busy, break, keep its answers
to itself, lead elsewhere and be gone.
"""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks.webhooks import Webhook

_MOST_BODY = 1024 * 1024
TOLERANCE_SECONDS = 300


@dataclass(slots=True)
class Reply:
    """What it answers with instead of taking a call."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)


class WebhookReceiver:
    """Calls that were taken, by id, in their order, with their `headers`; `calls` counts all. `now` is its clock, in seconds."""

    def __init__(self, secret: str, now: Callable[[], float]) -> None:
        self.taken: dict[str, dict[str, Any]] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.calls: list[str] = []
        self.replies: list[Reply] = []
        self.silent = 0
        self._webhook, self._now = Webhook(secret), now
        self._lock = threading.Lock()

    def call(self, headers: dict[str, str], body: bytes) -> Reply:
        """Take one call; headers by their names in small letters."""
        with self._lock:
            self.calls.append(headers.get("webhook-id", ""))
            if self.replies:
                return self.replies.pop(0)
            if not self._is_genuine(headers, body):
                return Reply(401)
            document = json.loads(body)
            if set(document) != {"type", "timestamp", "data"} or len(body) >= 20_000:
                return Reply(422)
            self.taken.setdefault(headers["webhook-id"], document)
            self.headers.setdefault(headers["webhook-id"], {name: value for name, value in headers.items() if name.startswith("webhook-")})
            return Reply(204)

    def _is_genuine(self, headers: dict[str, str], body: bytes) -> bool:
        """The library's own `verify` knows no clock but the machine's, so its signature is compared here."""
        given, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not given or not stamp.isdecimal() or abs(int(stamp) - self._now()) > TOLERANCE_SECONDS:
            return False
        expected = self._webhook.sign(given, datetime.fromtimestamp(int(stamp), UTC), body.decode())
        return expected in headers.get("webhook-signature", "").split()


class WebhookServer(ThreadingHTTPServer):
    """The receiver on the loopback interface."""

    daemon_threads = True

    def __init__(self, receiver: WebhookReceiver, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.receiver = receiver


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: WebhookServer

    def do_POST(self) -> None:
        receiver = self.server.receiver
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), _MOST_BODY))
        reply = receiver.call({name.lower(): value for name, value in self.headers.items()}, body)
        self.close_connection = True
        if receiver.silent > 0:
            receiver.silent -= 1
            return  # the connection ends without a word
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Calls are listed where they are looked at."""
