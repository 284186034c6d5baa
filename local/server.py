"""server: HTTP on the loopback interface: /local to the controls, everything else to the app as through API Gateway.

Chalice's own LocalGateway does routing, CORS preflight and authorizers; around it stands what its development server lacks: chunked
bodies, errors as the deployed gateway words them (GatewayResponses in infra/functions.json), and a process that can die.
"""

import base64
import json
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from chalice.config import Config
from chalice.local import LocalGateway, LocalGatewayException

from .controls import Answer, Controls
from .faults import Killed
from .world import World

HOST = "127.0.0.1"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_MOST_BODY = 10 * 1024 * 1024  # API Gateway's payload limit
_CORS = {"Access-Control-Allow-Origin": "*"}


class TooLarge(Exception):
    """A request body goes beyond what API Gateway takes."""


class Malformed(Exception):
    """A request is no HTTP/1.1."""


class LocalServer(ThreadingHTTPServer):
    """Serves one world. `after_request` is called when the app has answered, so that somebody can move things on."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, world: World, port: int, after_request: Callable[[], None]) -> None:
        super().__init__((HOST, port), _Handler)
        self.controls = Controls(world)
        self.after_request = after_request
        self._gateway = LocalGateway(world.functions.module.app, Config.create(chalice_stage="local", project_dir="."))
        self._one_at_a_time = threading.Lock()

    def call_app(self, method: str, target: str, headers: dict[str, str], body: bytes | None) -> dict[str, Any]:
        """The answer of the app's HTTP function, one request at a time as in one Lambda environment. Killed comes through."""
        with self._one_at_a_time:
            return self._gateway.handle_request(method, target, headers, body)


    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks off is no fault of the server: one line; anything else with its traceback."""
        if isinstance(sys.exception(), ConnectionError):
            sys.stderr.write(f"{client_address[0]} broke off before it had its answer\n")
        else:
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out as two writes: on a connection kept alive that would cost 40 ms each time
    server: LocalServer

    def _handle(self) -> None:
        try:
            _check_target(self.path)
            body = self._read_body()
        except TooLarge:
            self.close_connection = True
            self._send(400, {**_CORS, "Content-Type": "application/json"}, _error("too_large", "the request is too large"))
            return
        except Malformed as error:
            self.close_connection = True
            self._send(400, {**_CORS, "Content-Type": "application/json"}, _error("bad_request", str(error)))
            return
        if not _is_loopback(self.headers.get("Host")):
            self._send(403, {"Content-Type": "application/json"}, _error("forbidden", "only for this machine: Host is not a loopback name"))
        elif self.path.partition("?")[0].rstrip("/") == "/local" or self.path.startswith("/local/"):
            self._control(body or b"")
        else:
            self._call_app(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_OPTIONS = _handle

    def _control(self, body: bytes) -> None:
        origin = self.headers.get("Origin")
        if origin is not None and not _is_loopback(origin.partition("://")[2]):
            self._send(403, {"Content-Type": "application/json"}, _error("forbidden", "pages of other sites may not use /local"))
            return
        answer: Answer = self.server.controls.handle(self.command, self.path, body)
        self._send(answer.status, {"Content-Type": answer.content_type, "Cache-Control": "no-store", **answer.headers}, answer.body)

    def _call_app(self, body: bytes | None) -> None:
        try:
            answer = self.server.call_app(self.command, self.path, dict(self.headers.items()), body)
        except LocalGatewayException as refused:
            self._send(*_gateway_response(refused))
            return
        except Killed:
            self.close_connection = True  # the process is gone: its caller gets no answer
            self.connection.close()
            return
        finally:
            self.server.after_request()
        content = answer.get("body") or b""
        if answer.get("isBase64Encoded"):
            content = base64.b64decode(content)
        headers = {**answer.get("headers", {}), **answer.get("multiValueHeaders", {})}
        self._send(answer["statusCode"], headers, content if isinstance(content, bytes) else content.encode())

    def _read_body(self) -> bytes | None:
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks()
        length = self.headers.get("Content-Length")
        if length is None:
            return None
        if not (length.isascii() and length.isdecimal()):
            raise Malformed("Content-Length is not a number")
        if int(length) > _MOST_BODY:
            raise TooLarge
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise Malformed("the body is shorter than Content-Length says")
        return body or None

    def _read_chunks(self) -> bytes:
        """A body in chunks, trailers left unread by anybody (RFC 9112, 7.1)."""
        chunks: list[bytes] = []
        total = 0
        while True:
            try:
                size = int(self.rfile.readline(1024).partition(b";")[0].strip(), 16)
            except ValueError as error:
                raise Malformed("the size of a chunk is not a hexadecimal number") from error
            total += size
            if size < 0 or total > _MOST_BODY:
                raise TooLarge
            if size == 0:
                break
            chunks.append(self.rfile.read(size))
            self.rfile.readline(3)
        while self.rfile.readline(8192).strip():
            continue
        return b"".join(chunks)

    def _send(self, status: int, headers: dict[str, Any], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            for each in value if isinstance(value, list) else [value]:
                if name.lower() != "content-length":
                    self.send_header(name, str(each))
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses by itself (an unknown method, a target beyond all measure), in the form of all errors."""
        self.close_connection = True
        status, word = (405, "method_not_allowed") if code == 501 else (code, "bad_request")
        self.request_version = self.request_version if self.request_version.startswith("HTTP/1") else self.protocol_version
        self._send(status, {**_CORS, "Content-Type": "application/json"}, _error(word, message or "the request is no HTTP/1.1"))

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not listed: the terminal is for what Beckon decides."""


def _check_target(target: str) -> None:
    try:
        urlsplit(target)
    except ValueError as error:
        raise Malformed(f"the target is no address: {error}") from error


def _is_loopback(host: str | None) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname if host else None
    except ValueError:  # a bracket without its other half
        return False
    return name in _LOOPBACK


def _error(code: str, message: str) -> bytes:
    return json.dumps({"code": code, "message": message}).encode()


def _gateway_response(refused: LocalGatewayException) -> tuple[int, dict[str, Any], bytes]:
    """The gateway's own errors. LocalGateway answers 403 to an unknown path; ours is told to say 404."""
    headers = {**_CORS, "Content-Type": "application/json"}
    if refused.CODE == 403:
        return 404, headers, _error("not_found", "there is nothing at this path")
    return refused.CODE, headers, _error("bad_request" if refused.CODE < 500 else "unavailable", "the gateway refused the request")
