"""Hostile bodies and tricks with HTTP itself over a real socket: everybody gets an answer, and nobody else notices."""

import base64
import http.client
import json
import socket
from collections.abc import Iterator

import pytest

from chalicelib.entrypoints.ingest import BATCHES, SINGLES
from local.server import LocalServer
from local.world import ROOT, World
from simulators.serving import serving
from simulators.shop_client import ShopClient

from .mutants import mutants

BASIC = base64.b64encode(b"web-local:").decode()
KEY = {"Authorization": f"Basic {BASIC}"}
CANARY = {"event": "Canary Sang", "anonymousId": "canary"}
SEED, BODIES = 7, 300
ALLOWED = {200, 400, 401, 429}
START = b"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"


@pytest.fixture(scope="module")
def address() -> Iterator[tuple[str, int, ShopClient]]:
    """A whole Beckon behind a socket."""
    world = World(ROOT / "rules", "").start()
    with serving(LocalServer(world, 0, lambda: None)) as server:
        yield "127.0.0.1", server.server_address[1], ShopClient(world)
    world.stop()


def sing(address: tuple[str, int, ShopClient], message_id: str) -> None:
    """A friendly call is stored."""
    friendly = http.client.HTTPConnection(*address[:2], timeout=20)
    friendly.request("POST", "/v1/track", json.dumps({**CANARY, "messageId": message_id}), KEY)
    assert json.loads(friendly.getresponse().read())["stored"] == 1
    friendly.close()


RAW = {
    "a chunk size that is none": b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n",
    "a negative chunk": b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n0\r\n\r\n",
    "a chunk beyond all measure": b"Transfer-Encoding: chunked\r\n\r\nffffffffffff\r\n",
    "a length that is none": b"Content-Length: ten\r\n\r\n{}",
    "a negative length": b"Content-Length: -1\r\n\r\n{}",
    "a length beyond all measure": b"Content-Length: 99999999999\r\n\r\n{}",
    "a length in other digits": "Content-Length: ٣\r\n\r\n{}".encode(),
    "no body at all": b"\r\n",
    "a header of sixty thousand letters": b"X-Long: " + b"a" * 60_000 + b"\r\nContent-Length: 2\r\n\r\n{}",
    "three hundred headers": b"".join(b"X-%d: 1\r\n" % number for number in range(300)) + b"Content-Length: 2\r\n\r\n{}",
    "a header without a name": b": x\r\nContent-Length: 2\r\n\r\n{}",
    "a key twice": b"Authorization: Basic d2ViLWxvY2FsOg==\r\nAuthorization: Basic Z3Vlc3M6\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("tail", RAW.values(), ids=RAW.keys())
def test_tricks_with_http_get_an_answer_and_nobody_else_notices(address: tuple[str, int, ShopClient], tail: bytes) -> None:
    host, port, shop = address
    before = len(shop.get("events.json"))
    with socket.create_connection((host, port), timeout=20) as connection:
        connection.sendall(START + tail)
        head = connection.recv(65_536).split(b"\r\n")[0]
    status = int(head.split()[1])
    assert status in (400, 401, 431), head

    sing(address, f"c-{before}")
    assert len(shop.get("events.json")) == before + 1


@pytest.mark.parametrize("path", [*SINGLES, *BATCHES, "/v1/m", "/sourceConfig", "/sourceConfig/", "/v1/projects/web-local/settings"])
def test_browsers_may_ask_everywhere_before_they_send(address: tuple[str, int, ShopClient], path: str) -> None:
    connection = http.client.HTTPConnection(*address[:2], timeout=20)
    connection.request("OPTIONS", path, headers={"Origin": "https://shop.example", "Access-Control-Request-Method": "POST",
                                                 "Access-Control-Request-Headers": "authorization,content-type,sentat,anonymousid"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status in (200, 204)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    allowed = {name.lower() for name in answer.headers["Access-Control-Allow-Headers"].split(",")}
    assert {"authorization", "content-type", "sentat", "anonymousid", "x-retry-count", "rsa-retry-attempt"} <= allowed
    assert "Access-Control-Allow-Credentials" not in answer.headers


def answers_to(address: tuple[str, int, ShopClient], sent: bytes) -> list[int]:
    """The statuses of all answers to these bytes; the caller then sends no more."""
    with socket.create_connection(address[:2], timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        statuses = []
        with connection.makefile("rb") as stream:
            while line := stream.readline():
                statuses.append(int(line.split()[1]))
                stream.read(int(http.client.parse_headers(stream)["Content-Length"]))
        return statuses


def posted(body: bytes, length: int | None = None) -> bytes:
    """A request with the key, as bytes; the length may lie."""
    said = len(body) if length is None else length
    return START + f"Authorization: Basic {BASIC}\r\nContent-Length: {said}\r\n\r\n".encode() + body


def test_requests_that_do_not_wait_for_answers_get_them_in_order(address: tuple[str, int, ShopClient]) -> None:
    good, bad = posted(b'{"batch":[]}'), posted(b"{")

    assert answers_to(address, good + bad + good) == [200, 400, 200]


def test_a_body_cut_off_on_its_way_is_refused(address: tuple[str, int, ShopClient]) -> None:
    assert answers_to(address, posted(b'{"batch":[]', 1_000)) == [400]


def test_what_stands_behind_a_body_is_the_next_request(address: tuple[str, int, ShopClient]) -> None:
    assert answers_to(address, posted(b'{"ba' + posted(b'{"batch":[]}'), 4)) == [400, 200]


def test_a_caller_in_the_middle_of_a_word_holds_up_nobody(address: tuple[str, int, ShopClient]) -> None:
    sent = posted(b'{"batch":[]}')
    with socket.create_connection(address[:2], timeout=20) as slow:
        slow.sendall(sent[:70])
        sing(address, "while-another-is-slow")
        slow.sendall(sent[70:])
        assert slow.recv(65_536).split()[1] == b"200"


def test_hundreds_of_mutants_over_one_connection_are_all_answered(address: tuple[str, int, ShopClient]) -> None:
    connection = http.client.HTTPConnection(*address[:2], timeout=20)
    for number, (path, body, headers) in enumerate(mutants(BODIES, SEED)):
        connection.request("POST", path, body, {**KEY, **headers})
        answer = connection.getresponse()
        told = f"mutant {number} of seed {SEED}: {path[:60]} {body[:200]!r} {str(headers)[:100]}"
        document = json.loads(answer.read())
        assert answer.status in ALLOWED, (told, document)
        assert answer.headers["Access-Control-Allow-Origin"] == "*", told
        assert answer.status == 200 or document["code"].replace("_", "").islower(), told
    connection.close()
    sing(address, "after-the-mutants")
    shop = address[2]
    shop.do("idle", {})
    assert [parked for parked in shop.get("quarantine.json") if parked["place"] != "ingest"] == []


WHOLE = {
    "half a bracket for a host": (b"GET /health HTTP/1.1\r\nHost: [::1\r\n\r\n", 403),
    "half a bracket in the target": (b"GET http://[::1/health HTTP/1.1\r\nHost: localhost\r\n\r\n", 400),
    "half a bracket for an origin": (b"GET /local HTTP/1.1\r\nHost: localhost\r\nOrigin: http://[::1\r\n\r\n", 403),
    "a method nobody knows": (b"FOO /v1/batch HTTP/1.1\r\nHost: localhost\r\n\r\n", 405),
    "a target beyond all measure": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414),
    "no request at all": (b"\x16\x03\x01 what\r\n\r\n", 400),
}


@pytest.mark.parametrize(("sent", "status"), WHOLE.values(), ids=WHOLE.keys())
def test_what_is_hardly_a_request_is_refused_in_the_form_of_all(address: tuple[str, int, ShopClient], sent: bytes, status: int) -> None:
    with socket.create_connection(address[:2], timeout=20) as connection:
        connection.sendall(sent)
        answer = b""
        while part := connection.recv(65_536):
            answer += part
            if answer.rstrip().endswith(b"}"):
                break
    head, _, body = answer.partition(b"\r\n\r\n")
    assert int(head.split()[1]) == status, head
    assert set(json.loads(body)) == {"code", "message"}
    sing(address, f"after {sent[:20]!r}")


def test_a_body_that_is_shorter_than_it_says_is_not_taken(address: tuple[str, int, ShopClient]) -> None:
    with socket.create_connection(address[:2], timeout=20) as connection:
        connection.sendall(START + f"Authorization: Basic {BASIC}\r\nContent-Length: 1000\r\n\r\n".encode() + b'{"batch":[]}')
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(65_536).split()[1] == b"400"
