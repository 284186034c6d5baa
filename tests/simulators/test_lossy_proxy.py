"""The lossy proxy loses, repeats and refuses what it says, as often as it says, and hurts nothing else."""

import http.client
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from simulators.lossy_proxy import SHARES, LossyProxy
from simulators.serving import serving

POSTS = 400


class Shop(ThreadingHTTPServer):
    """Behind the proxy: remembers what arrives."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.arrived: list[tuple[str, str, bytes]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Shop

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.arrived.append((self.command, self.headers.get("Authorization", ""), body))
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", "4")
        self.end_headers()
        self.wfile.write(b"fine")

    do_GET = do_POST = do_OPTIONS = _handle

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture
def shop() -> Iterator[Shop]:
    with serving(Shop()) as server:
        yield server


def ask(proxy: LossyProxy, method: str, body: bytes | Iterator[bytes] = b"") -> tuple[int, dict[str, str], bytes] | None:
    """The answer; nothing when the connection ends without one. An iterator goes out in chunks."""
    connection = http.client.HTTPConnection("127.0.0.1", proxy.server_address[1], timeout=10)
    try:
        chunked = not isinstance(body, bytes)
        headers = {"Authorization": "Basic d2ViLWtleTo=", **({"Transfer-Encoding": "chunked"} if chunked else {})}
        connection.request(method, "/v1/batch", body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    except (http.client.RemoteDisconnected, ConnectionResetError):
        return None
    finally:
        connection.close()


def test_every_post_meets_the_fate_that_is_counted(shop: Shop) -> None:
    with LossyProxy(shop.server_address[1], seed=7) as proxy:
        answers = {str(number): ask(proxy, "POST", str(number).encode()) for number in range(POSTS)}
    happened, arrivals = proxy.happened, Counter(body.decode() for _, _, body in shop.arrived)
    seen: Counter[str] = Counter()
    for body, answer in answers.items():
        times = arrivals[body]
        if answer is None:
            seen["answer lost" if times else "dropped"] += 1
            assert times <= 1
        elif answer[0] == 503:
            seen["503"] += 1
            assert times == 0 and (answer[1]["retry-after"], answer[1]["access-control-allow-origin"]) == ("1", "*")
        else:
            seen["doubled" if times == 2 else "passed"] += 1
            assert times in (1, 2) and answer[2] == b"fine"
    assert seen == happened
    assert sorted(proxy.forwarded) == sorted(body.encode() for body in arrivals)


def test_misfortunes_are_as_frequent_as_said_and_the_same_with_the_same_seed() -> None:
    with LossyProxy(9, seed=1) as one, LossyProxy(9, seed=1) as same, LossyProxy(9, seed=2) as other:
        fates = [one.fate("POST") for _ in range(4_000)]
        assert fates == [same.fate("POST") for _ in range(4_000) if same.fate("GET") == "not a post"], "looking on changes nothing"
        assert fates != [other.fate("POST") for _ in range(4_000)]
    for name, share in SHARES.items():
        assert abs(fates.count(name) / len(fates) - share) < 0.02, name


@pytest.mark.parametrize("method", ["GET", "OPTIONS"])
def test_what_a_browser_asks_before_it_sends_passes_unharmed(shop: Shop, method: str) -> None:
    with LossyProxy(shop.server_address[1], seed=7) as proxy:
        answers = [ask(proxy, method) for _ in range(40)]

    assert [answer and (answer[0], answer[1]["access-control-allow-origin"], answer[2]) for answer in answers] == [(200, "*", b"fine")] * 40
    assert shop.arrived == [(method, "Basic d2ViLWtleTo=", b"")] * 40


def test_a_body_in_chunks_arrives_as_one(shop: Shop) -> None:
    with LossyProxy(shop.server_address[1], seed=7) as proxy:
        for _ in range(12):
            ask(proxy, "POST", iter([b"one ", b"two ", b"three"]))

    assert {body for _, _, body in shop.arrived} == {b"one two three"}
