"""Over HTTP: keep-alive, chunked bodies, loopback only, and a process that dies answers nobody."""

import base64
import gzip
import http.client
import json
import re

import pytest

from local.server import LocalServer
from simulators.serving import serving
from tests.local.conftest import add, identify


def basic(key):
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


KEY = {"Authorization": basic("web-local"), "Content-Type": "text/plain"}


@pytest.fixture
def http_to(shop):
    """A connection to a server of the world, on a free port."""
    with serving(LocalServer(shop.world, 0, lambda: None)) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
        yield connection
        connection.close()


def ask(connection, method, path, body=None, headers=None, **more):
    connection.request(method, path, body, headers or {}, **more)
    answer = connection.getresponse()
    content = answer.read()
    return answer, json.loads(content) if content and "json" in answer.headers["Content-Type"] else content


def test_one_connection_serves_a_whole_story(shop, http_to):
    answer, body = ask(http_to, "POST", "/v1/batch", json.dumps({"batch": [identify("anna"), add("anna")]}), KEY)
    assert (answer.status, body["stored"], answer.version) == (200, 2, 11)
    chunks = iter([gzip.compress(json.dumps({"batch": [add("anna", 2)], "writeKey": "app-local"}).encode())])
    answer, body = ask(http_to, "POST", "/v1/b", chunks, {"Content-Type": "text/plain"}, encode_chunked=True)
    assert (answer.status, body["stored"]) == (200, 1)
    answer, _ = ask(http_to, "OPTIONS", "/v1/t", headers={"Origin": "https://shop.example"})
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    answer, body = ask(http_to, "GET", "/nothing/here")
    assert (answer.status, body["code"]) == (404, "not_found")
    ask(http_to, "POST", "/local/clock", json.dumps({"advance": "2h"}))
    answer, body = ask(http_to, "GET", "/local/inbox.json")
    assert [message["customer"] for message in body] == ["anna"]
    answer, body = ask(http_to, "GET", "/local")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")

    answer, body = ask(http_to, "GET", "/local/inbox.json", headers={"Host": "rebound.example"})
    assert (answer.status, body["code"]) == (403, "forbidden")
    answer, body = ask(http_to, "POST", "/local/reset", "{}", {"Origin": "https://elsewhere.example"})
    assert (answer.status, body["code"]) == (403, "forbidden")

    shop.do("faults", {"part": "dynamodb", "kind": "kill_before", "count": 1})
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        ask(http_to, "POST", "/v1/batch", json.dumps({"batch": [add("anna", 3)]}), KEY)
    answer, body = ask(http_to, "POST", "/v1/batch", json.dumps({"batch": [add("anna", 3)]}), KEY)
    assert (answer.status, body["stored"]) == (200, 1)


def test_the_links_of_a_letter_report_back(shop, http_to):
    shop.post(identify("anna"), add("anna"))
    shop.do("clock", {"advance": "2h"})
    (letter,) = shop.get("inbox.json")
    picture, click = (re.search(rf"http://localhost:8080(/{kind}/[^\"]+)", letter["html"])[1] for kind in "oc")
    answer, content = ask(http_to, "GET", picture, headers={"User-Agent": "Mozilla/5.0"})
    assert (answer.status, answer.headers["Content-Type"], content[:6], len(content)) == (200, "image/gif", b"GIF89a", 43)
    for method, agent in (("HEAD", "Mozilla/5.0 Firefox/128.0"), ("GET", "Mozilla/5.0 Firefox/128.0"), ("GET", "BingPreview/1.0b")):
        answer, _ = ask(http_to, method, click, headers={"User-Agent": agent})
        assert (answer.status, answer.headers["Location"]) == (302, "https://nutshell.example/books/1")
    shop.do("idle", {})
    told = sorted(event["event"] for event in shop.get("events.json") if event["type"] == "track")
    assert told == ["Email Link Clicked", "Email Opened", "Product Added"]
    answer, body = ask(http_to, "GET", "/v1/customers/anna", headers={"Authorization": basic("server-local")})
    assert body["evidence"]["email"]["clicked"] == 1


@pytest.mark.parametrize(("error", "lines"), [(BrokenPipeError(), 1), (ConnectionResetError(), 1), (ValueError("ours"), 3)])
def test_a_client_that_breaks_off_is_one_line_and_no_traceback(capsys, error, lines):
    server = LocalServer.__new__(LocalServer)
    try:
        raise error
    except type(error):  # which the server asks the interpreter for
        server.handle_error(None, ("127.0.0.1", 50_000))
    told = capsys.readouterr().err
    assert (min(len(told.splitlines()), 3), "Traceback" in told) == (lines, lines > 1)
