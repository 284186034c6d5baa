"""mutants: bodies that no SDK sends: real ones with something done to them. The same seed gives the same mutants."""

import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "data" / "sdk"

Request = tuple[str, bytes, dict[str, str]]
Chance = random.Random

ODD = [
    None, True, False, 0, -1, 1e308, -1e308, 5e-324, 2**53, 2**63, 2**64, 10**400, "", " ", "null", "\x00", "\ud800", "\udfff tail",
    "é" * 300, "x" * 70_000, [], {}, [[]], [None], {"": ""}, {"a.b": {"$ref": "#"}}, "9999-99-99T99:99:99Z", "0001-01-01T00:00:00+23:59",
    "NaN", "__proto__", "${jndi:ldap://x}", "'; DROP TABLE customers; --", "{{ 7 | times: 7 }}", "<script>alert(1)</script>",
    "ring-" + "a" * 26, "\u202e", "😀" * 80,
]
LITERALS = [
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"9" * 4_301, b"1" * 70_000, b"0x10", b"01", b"+1", b".5", b"tru", b"'",
    b'"\\ud800"', b'"\\u00"', b"[" * 41 + b"]" * 41, b"[" * 300 + b"]" * 300, b"[" * 100_000, b'{"a":' * 1_100, b"/**/", b"\xff\xfe",
    b"\xed\xa0\x80",
]


def originals() -> list[Request]:
    """Requests of real SDKs when their recordings are here, and calls of our own in any case."""
    own = {"batch": [
        {"type": "identify", "userId": "anna", "messageId": "i",
         "traits": {"email": "anna@example.com", "consents": {"email": ["offers"]}}},
        {"type": "track", "event": "Product Added", "anonymousId": "phone", "messageId": "t", "timestamp": "2026-03-01T08:59:00Z",
         "properties": {"product_id": "b-1", "price": 9.5, "quantity": 2, "products": [{"product_id": "b-2", "price": 1}]}},
        {"type": "alias", "userId": "anna", "previousId": "phone", "messageId": "a"}], "sentAt": "2026-03-01T09:00:00Z"}
    found: list[Request] = [("/v1/batch", json.dumps(own).encode(), {})]
    found += [("/v1/track", json.dumps({**call, "type": None}).encode(), {}) for call in own["batch"]]
    for file in sorted(RECORDED.glob("*.json")):
        for request in json.loads(file.read_text()):
            if request["method"] == "POST":
                found.append((request["path"], base64.b64decode(request["raw_b64"]), {}))
    return found


def mutants(count: int, seed: int) -> Iterator[Request]:
    """So many requests, each a real one with one to three things done to it."""
    chance = random.Random(seed)
    real = originals()
    for _ in range(count):
        path, body, headers = chance.choice(real)
        for _ in range(chance.randint(1, 3)):
            body = chance.choice(_WAYS)(body, chance)
        if chance.random() < 0.1:
            headers = dict([chance.choice(_HEADERS)])
        if chance.random() < 0.1:
            path += chance.choice(_QUERIES)
        yield path, body, headers


def _plain(body: bytes) -> Any:
    """The document of a body, None when it has none any more."""
    try:
        return json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body)
    except (ValueError, OSError, EOFError, RecursionError, zlib.error):
        return None


def _places(document: Any, limit: int = 400) -> list[tuple[Any, Any]]:
    """Every place of a value: its container and key there."""
    found: list[tuple[Any, Any]] = []
    todo = [document]
    while todo and len(found) < limit:
        inner = todo.pop()
        for key, value in list(inner.items() if isinstance(inner, dict) else enumerate(inner) if isinstance(inner, list) else ()):
            found.append((inner, key))
            todo.append(value)
    return found


def _other_value(body: bytes, chance: Chance) -> bytes:
    document = _plain(body)
    places = _places(document)
    if not places:
        return body
    inner, key = chance.choice(places)
    inner[key] = chance.choice(ODD)
    return json.dumps(document).encode("utf-8", "surrogatepass")


def _other_literal(body: bytes, chance: Chance) -> bytes:
    document = _plain(body)
    places = _places(document)
    if not places:
        return body
    inner, key = chance.choice(places)
    inner[key] = "@@here@@"
    return json.dumps(document).encode().replace(b'"@@here@@"', chance.choice(LITERALS), 1)


def _gone(body: bytes, chance: Chance) -> bytes:
    document = _plain(body)
    places = _places(document)
    if not places:
        return body
    inner, key = chance.choice(places)
    del inner[key]
    return json.dumps(document).encode("utf-8", "surrogatepass")


def _wide(body: bytes, chance: Chance) -> bytes:
    document = _plain(body)
    objects = [inner for inner, _ in _places(document) if isinstance(inner, dict)]
    if not objects:
        return body
    chance.choice(objects).update({f"k{number}": number for number in range(chance.choices([50, 1_000, 100_000], [90, 9, 1])[0])})
    return json.dumps(document).encode()


def _byte(body: bytes, chance: Chance) -> bytes:
    if not body:
        return body
    place = chance.randrange(len(body))
    return body[:place] + bytes([chance.randrange(256)]) + body[place + 1:]


def _cut(body: bytes, chance: Chance) -> bytes:
    return body[:chance.randrange(len(body) + 1)]


def _spliced(body: bytes, chance: Chance) -> bytes:
    if not body:
        return body
    first, second = sorted(chance.randrange(len(body)) for _ in range(2))
    return body[:second] + body[first:]


_WAYS: list[Callable[[bytes, Chance], bytes]] = [
    _other_value, _other_value, _other_value, _other_literal, _other_literal, _gone, _wide, _byte, _cut, _spliced,
    lambda body, _: body + body, lambda body, _: gzip.compress(body, 1), lambda body, _: gzip.compress(gzip.compress(body, 1), 1),
    lambda body, _: gzip.compress(body, 1)[:-5], lambda body, _: zlib.compress(body), lambda body, _: b"\xef\xbb\xbf" + body,
    lambda body, _: body.decode("latin-1").encode("utf-16"), lambda body, _: b"[" + body + b"]", lambda body, _: b"\x00" + body,
    lambda body, _: body.replace(b'"messageId"', b'"messageId":"twice","messageId"'),
]
_HEADERS = [
    ("Content-Type", "application/x-www-form-urlencoded"), ("Content-Type", "multipart/form-data; boundary=x"), ("Content-Type", "\t"),
    ("Content-Encoding", "gzip"), ("Content-Encoding", "br, gzip"), ("Authorization", "Basic " + "A" * 20_000), ("Accept", "text/html"),
    ("Authorization", "Basic ???"), ("Authorization", "Bearer é"), ("SentAt", "yesterday"), ("SentAt", "9" * 5_000),
    ("AnonymousId", "\xff"), ("X-Forwarded-Host", "evil.example"), ("Cookie", "a=b; " * 500), ("X-Retry-Count", "-1"),
]
_QUERIES = [
    "?writeKey=web-key&writeKey=guess", "?writeKey=%00", "?writeKey=" + "x" * 9_000, "?%zz=%", "?a=" + "%F0%9F%98%80" * 50, "?writeKey",
    "?&&&=", "?writeKey=%ff%fe",
]
