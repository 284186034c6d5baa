"""controls: what stands under /local: look at what was sent and decided, move the clock, break parts, begin anew."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from chalicelib.model.instant import format_instant, parse_duration, parse_instant

from .clock import ClockRefused
from .faults import FaultInvalid
from .pump import StillBusy
from .rings import RingsWithoutEnd
from .world import World

PAGE = Path(__file__).resolve().parent / "page"
_FILES = {"/local": ("index.html", "text/html; charset=utf-8"), "/local/page.css": ("page.css", "text/css; charset=utf-8"),
          "/local/page.js": ("page.js", "text/javascript; charset=utf-8"),
          "/local/elements.js": ("elements.js", "text/javascript; charset=utf-8"),
          "/local/customer": ("customer.html", "text/html; charset=utf-8"),
          "/local/customer.js": ("customer.js", "text/javascript; charset=utf-8")}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    content_type: str
    body: bytes


class ControlRefused(Exception):
    """A request cannot be carried out as it is; the text names the field and the mend."""


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
            "/local/clock": lambda _: self._now(),
        }
        self._acts: dict[str, Callable[[Any], Any]] = {
            "/local/clock": self._move, "/local/idle": lambda _: world.idle(), "/local/reset": self._reset,
            "/local/faults": lambda document: {"faults": world.faults.set(document)},
        }

    def handle(self, method: str, target: str, body: bytes) -> Answer:
        """Answer one request for a path under /local."""
        parts = urlsplit(target)
        path = parts.path.rstrip("/")
        if method in ("GET", "HEAD") and path in _FILES:
            name, content_type = _FILES[path]
            return Answer(200, content_type, (PAGE / name).read_bytes())
        doors = self._acts if method == "POST" else self._looks if method in ("GET", "HEAD") else {}
        if path not in doors:
            known = path in self._acts or path in self._looks or path in _FILES
            return _refusal(405, "method_not_allowed", f"{method} is not for {path}") if known else \
                _refusal(404, "not_found", f"there is nothing at {path}")
        try:
            if method == "POST":
                return _json(200, doors[path](_document(body)))
            return _json(200, doors[path]({name: values[-1] for name, values in parse_qs(parts.query).items()}))
        except (ControlRefused, ClockRefused, FaultInvalid) as error:
            return _refusal(400, "bad_request", str(error))
        except (StillBusy, RingsWithoutEnd) as error:
            return _refusal(409, "still_busy", str(error))

    def _now(self) -> dict[str, Any]:
        return {"now": format_instant(self._world.clock()), "ticking": self._world.clock.ticking}

    def _move(self, document: Any) -> dict[str, Any]:
        match document:
            case {"advance": text, **rest} if not rest:
                try:
                    moment = self._world.clock() + parse_duration(text)
                except ValueError as error:
                    raise ControlRefused(f"advance: {error}") from error
            case {"to": text, **rest} if not rest:
                moment = parse_instant(text)
                if moment is None:
                    raise ControlRefused(f"to: {text!r} is not a moment; write for example 2026-03-01T09:00:00Z")
            case _:
                raise ControlRefused('give either {"advance": "1h"} or {"to": "2026-03-01T09:00:00Z"}')
        self._world.move(moment)
        return self._now()

    def _reset(self, _: Any) -> dict[str, Any]:
        self._world.reset()
        return self._now()


def _document(body: bytes) -> Any:
    try:
        return json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise ControlRefused(f"the body is not JSON: {error}") from error


def _json(status: int, document: Any) -> Answer:
    return Answer(status, "application/json", json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))


def _refusal(status: int, code: str, message: str) -> Answer:
    return _json(status, {"code": code, "message": message})
