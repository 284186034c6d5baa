"""Over HTTP: keep-alive, chunked bodies, loopback only, and a process that dies answers nobody."""

import base64
import gzip
import http.client
import json
import threading

import pytest

from local.server import LocalServer
from tests.local.conftest import add, identify

KEY = {"Authorization": "Basic " + base64.b64encode(b"web-local:").decode(), "Content-Type": "text/plain"}


@pytest.fixture
def http_to(shop):
    """A connection to a server of the world, on a free port."""
    with LocalServer(shop.world, 0, lambda: None) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
        yield connection
        connection.close()
        server.shutdown()
        thread.join()


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
