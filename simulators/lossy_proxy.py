"""lossy_proxy: the internet between an SDK and Beckon on a bad day: requests get lost, answers get lost, some come twice.

A small HTTP/1.1 proxy on the loopback interface. What befalls a POST is drawn from a seed; GET and OPTIONS pass, as a browser that
may not ask at all sends nothing to lose.
"""

import http.client
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from chalicelib.model.canonical import fraction

HOST = "127.0.0.1"
SHARES = {"answer lost": 0.25, "dropped": 0.10, "503": 0.15, "doubled": 0.20}  # of all posts; the rest has passed


class LossyProxy(ThreadingHTTPServer):
    """Forwards to a port of this machine. `happened` counts what befell the posts; `forwarded` are the bodies of those that got through."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, seed: int) -> None:
        super().__init__((HOST, 0), _Handler)
        self.target = port
        self.happened: Counter[str] = Counter()
        self.forwarded: list[bytes] = []
        self._seed = seed
        self._posts = 0
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """Where the SDK is to send."""
        return f"http://{HOST}:{self.server_address[1]}"

    def fate(self, method: str) -> str:
        """What befalls a request; of posts the seed and how many came before decide."""
        with self._lock:
            what = "not a post"
            if method == "POST":
                what = _drawn(fraction("lossy proxy", str(self._seed), str(self._posts)))
                self._posts += 1
            self.happened[what] += 1
            return what

    def __enter__(self) -> "LossyProxy":
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, name="lossy proxy", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: LossyProxy

    def _handle(self) -> None:
        body = self._body()
        what = self.server.fate(self.command)
        if what == "dropped":
            self._hang_up()
        elif what == "503":
            self._answer(503, [("Content-Type", "application/json"), ("Retry-After", "1"), ("Access-Control-Allow-Origin", "*"),
                               ("Access-Control-Expose-Headers", "Retry-After")], b'{"code":"unavailable","message":"try again later"}')
        else:
            if self.command == "POST":
                self.server.forwarded.append(body)
            for _ in range(2 if what == "doubled" else 1):
                status, headers, content = self._forward(body)
            if what == "answer lost":
                self._hang_up()
            else:
                self._answer(status, headers, content)

    do_GET = do_POST = do_OPTIONS = _handle

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().strip() or b"0", 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(HOST, self.server.target, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in _FRAMING}
        connection.request(self.command, self.path, body, {**kept, "Content-Length": str(len(body))})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, [(name, value) for name, value in answer.getheaders() if name.lower() not in _OWN], content

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.server.happened["client gone"] += 1
            self.close_connection = True

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """What happened is counted, not listed."""


def _drawn(place: float) -> str:
    """The misfortune at a place between 0 and 1."""
    reached = 0.0
    for name, share in SHARES.items():
        reached += share
        if place < reached:
            return name
    return "passed"


_FRAMING = ("transfer-encoding", "content-length", "connection")
_OWN = ("content-length", "connection", "server", "date")
