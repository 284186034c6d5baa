"""controls: what stands under /local: look at what was sent and decided, move the clock, break parts, begin anew."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .clock import ClockRefused
from .faults import FaultInvalid
from .hands import NotUnderstood, clock_shown, move_clock
from .pump import StillBusy
from .rings import RingsWithoutEnd
from .timeline import timeline
from .world import World

PAGE = Path(__file__).resolve().parent / "page"
_TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_PAGES = {"/local": "index.html", "/local/customer": "customer.html"}
_FILES = _PAGES | {f"/local/{path.name}": path.name for path in PAGE.iterdir() if path.suffix in (".css", ".js")}
_OWN = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
_PAGE_HEADERS = {**_OWN, "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                 "img-src data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"}
_LETTER_HEADERS = {**_OWN, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
                   "frame-ancestors 'self'; sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"}
"""A letter runs nothing and fetches nothing, its own picture least of all: looking at it here is no opening. Its links may be followed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: _OWN)


class ControlRefused(Exception):
    """A request cannot be carried out as it is; the text names the field and the mend."""


class NothingThere(Exception):
    """What was asked for does not exist; the text says what would."""


class Controls:
    """The paths under /local of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._looks: dict[str, Callable[[dict[str, str]], Any]] = {
            "/local/inbox.json": lambda _: world.inbox.messages(),
            "/local/decisions.json": lambda _: world.books.decisions(),
            "/local/unknown.json": lambda _: world.books.unknown(),
            "/local/quarantine.json": lambda _: world.parked(),
            "/local/events.json": lambda query: world.books.events(engine=query.get("engine") == "true"),
            "/local/sources.json": lambda _: world.sources(),
            "/local/usage.json": lambda _: world.usage.document(),
            "/local/counters.json": lambda _: world.meter.documents(),
            "/local/faults": lambda _: {"faults": world.faults.documents()},
            "/local/clock": lambda _: clock_shown(world),
            "/local/brand.json": lambda _: self._brand(),
            "/local/timeline.json": lambda query: self._timeline(query.get("who", "")),
        }
        self._acts: dict[str, Callable[[Any], Any]] = {
            "/local/clock": self._move, "/local/idle": lambda _: world.idle(), "/local/reset": self._reset,
            "/local/faults": lambda document: {"faults": world.faults.set(document)},
        }

    def handle(self, method: str, target: str, body: bytes) -> Answer:
        """Answer one request for a path under /local."""
        parts = urlsplit(target)
        path = parts.path.rstrip("/")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if method in ("GET", "HEAD") and path in _FILES:
            file = PAGE / _FILES[path]
            return Answer(200, _TYPES[file.suffix], file.read_bytes(), _PAGE_HEADERS if path in _PAGES else _OWN)
        if method in ("GET", "HEAD") and path == "/local/letter":
            return self._letter(query.get("key", ""))
        doors = self._acts if method == "POST" else self._looks if method in ("GET", "HEAD") else {}
        if path not in doors:
            known = path in self._acts or path == "/local/letter" or path in self._looks or path in _FILES
            return _refusal(405, "method_not_allowed", f"{method} is not for {path}") if known else \
                _refusal(404, "not_found", f"there is nothing at {path}")
        try:
            if method == "POST":
                return _json(200, doors[path](_document(body)))
            return _json(200, doors[path](query))
        except NothingThere as error:
            return _refusal(404, "not_found", str(error))
        except (ControlRefused, NotUnderstood, ClockRefused, FaultInvalid) as error:
            return _refusal(400, "bad_request", str(error))
        except (StillBusy, RingsWithoutEnd) as error:
            return _refusal(409, "still_busy", str(error))

    def _move(self, document: Any) -> dict[str, Any]:
        move_clock(self._world, document)
        return clock_shown(self._world)

    def _brand(self) -> dict[str, Any]:
        brand = self._world.ports.rulebook().brand
        return {"name": brand.name, "timezone": brand.timezone}

    def _timeline(self, who: str) -> dict[str, Any]:
        customer = self._world.find(who)
        if customer is None:
            raise NothingThere(f"nobody is known by {who!r}; ask by user id, device, e-mail address, telephone number or card: ?who=")
        return timeline(self._world.books, self._world.inbox, customer)

    def _letter(self, key: str) -> Answer:
        """The HTML of an e-mail by its key, links to be opened beside it."""
        html = next((message["html"] for message in self._world.inbox.messages() if message["key"] == key and message["html"]), None)
        if html is None:
            return _refusal(404, "not_found", f"no message with the key {key!r} has HTML")
        page = '<!doctype html><base target="_blank">' + html
        return Answer(200, _TYPES[".html"], page.encode("utf-8", "replace"), _LETTER_HEADERS)

    def _reset(self, _: Any) -> dict[str, Any]:
        self._world.reset()
        return clock_shown(self._world)


def _document(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ControlRefused(f"the body is not JSON: {error}") from error


def _json(status: int, document: Any) -> Answer:
    return Answer(status, "application/json", json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


def _refusal(status: int, code: str, message: str) -> Answer:
    return _json(status, {"code": code, "message": message})
