"""demo: plays a day of a shop against a running endpoint, over HTTP like any client, and tells what Beckon makes of it.

The shop's site and app post with their own keys, its systems with the secret one; whatever comes at one moment goes in one request a key.
"""

import base64
import gzip
import http.client
import json
import time
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from chalicelib.model.instant import DAY, HOUR, format_instant, parse_instant

from .narrator import Narrator
from .shop import LENGTH, Day

_KEYS = {"browser": "web-local", "mobile": "app-local", "server": "server-local"}
_FEEDS = {"product": "products", "store": "stores"}
_DAWN = 5 * HOUR
Line = dict[str, Any]
_TIMEOUT = 120.0  # seconds
_MOST_TRIES = 20


class EndpointRefused(Exception):
    """The endpoint did not answer 200; the text names the call and the answer."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class Endpoint:
    """Beckon over HTTP, on one connection."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT)

    def get(self, path: str) -> Any:
        """The JSON at a path."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, document: Any, key: str | None = None) -> Any:
        """Post JSON, with a write key if given; the JSON that comes back. EndpointRefused for anything but 200."""
        headers = {"Content-Type": "application/json"}
        if key is not None:
            headers["Authorization"] = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
        return self._ask("POST", path, json.dumps(document), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> Any:
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        content = json.loads(answer.read())
        if answer.status != 200:
            raise EndpointRefused(f"{method} {path} was answered {answer.status}: {content.get('message', content)}", answer.status)
        return content


def play(url: str, *, seed: int = 7, seconds: float = 60.0, start: int | None = None, save: Path | None = None,
         narrator: Narrator | None = None) -> dict[str, int]:
    """Play one day in about `seconds` of wall time and sum it up.

    `start` is the day's first moment (default: 5:00 UTC of Beckon's today). `save` keeps calls and catalog as an events file that
    `beckon backtest` reads (gzipped when it ends in .gz).
    """
    endpoint, tell = Endpoint(url), narrator or Narrator()
    begins = _today(endpoint) + _DAWN if start is None else start
    lines = Day(begins, seed).lines()
    if save is not None:
        save_events(lines, save)
    began, shift, feed, seen = time.monotonic(), 0, Feed(endpoint), ""
    with tell.playing(len(lines)):
        for planned, group in groupby(lines, key=lambda line: parse_instant(line["timestamp"]) or 0):
            _wait_until(began + seconds * (planned - begins) / LENGTH)
            shift += _move_to(endpoint, planned + shift)
            moment = format_instant(planned + shift)
            together = [{**line, "timestamp": moment} for line in group]
            feed.tell([line for line in together if line["type"] in _FEEDS])
            calls = [line for line in together if line["type"] not in _FEEDS]
            _post_calls(endpoint, calls, moment)
            tell.lines(moment, together)
            seen = _tell_news(endpoint, tell, seen)
        shift += _move_to(endpoint, begins + LENGTH + shift)
        tell.lines(format_instant(begins + LENGTH + shift), [])
        _tell_news(endpoint, tell, "")
    totals = endpoint.post("/local/idle", {})
    _tell_news(endpoint, tell, "")
    tell.summary(url, totals)
    return {name: totals[name] for name in ("events", "decisions", "messages")}


class Feed:
    """Tells the catalog what the shop's own systems say of products and stores."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._missing: set[str] = set()

    def tell(self, lines: list[Line]) -> None:
        """Post these lines; of what this endpoint has no catalog for nothing more is told."""
        for kind, name in _FEEDS.items():
            entries = [{field: value for field, value in line.items() if field != "type"} for line in lines if line["type"] == kind]
            if not entries or kind in self._missing:
                continue
            try:
                answer = self._endpoint.post(f"/v1/catalog/{name}", {name: entries}, _KEYS["server"])
            except EndpointRefused as refused:
                if refused.status != 404:
                    raise
                self._missing.add(kind)
                continue
            if answer["refused"]:
                raise EndpointRefused(f"of {len(entries)} {name} some were not taken: {answer['refused'][0]}")


def _post_calls(endpoint: Endpoint, calls: list[Line], moment: str) -> None:
    """In the order they were made, of one moment what the shop's own systems say first."""
    for channel in ("server", "browser", "mobile"):
        batch = [call for call in calls if call["channel"] == channel]
        if batch:
            endpoint.post("/v1/batch", {"batch": batch, "sentAt": moment}, _KEYS[channel])


def save_events(lines: Iterable[Line], path: Path) -> None:
    """Write lines as an events file: one JSON document a line."""
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def _tell_news(endpoint: Endpoint, tell: Narrator, seen: str) -> str:
    """Tell what was decided and sent since `seen`, if anything was; what is to be given next time."""
    done = endpoint.post("/local/idle", {})
    now = f"{done['decisions']} {done['messages']}"
    if now != seen:
        tell.news(endpoint.get("/local/decisions.json"), endpoint.get("/local/inbox.json"))
    return now


def _move_to(endpoint: Endpoint, moment: int) -> int:
    """Move the clock; whoever watches may have moved it further: then the rest of the day shifts by what this returns."""
    for _ in range(_MOST_TRIES):
        now = parse_instant(endpoint.get("/local/clock")["now"]) or 0
        try:
            # an empty world may begin in the past; one that has begun never goes back
            endpoint.post("/local/clock", {"to": format_instant(moment)})
            return 0
        except EndpointRefused:
            if now <= moment:
                continue
        try:
            endpoint.post("/local/clock", {"to": format_instant(now)})
            return now - moment
        except EndpointRefused:
            continue  # it was moved on in between
    raise EndpointRefused("the clock does not stand still long enough to play the day")


def _today(endpoint: Endpoint) -> int:
    now = parse_instant(endpoint.get("/local/clock")["now"]) or 0
    return now - now % DAY


def _wait_until(moment: float) -> None:
    left = moment - time.monotonic()
    if left > 0:
        time.sleep(left)
