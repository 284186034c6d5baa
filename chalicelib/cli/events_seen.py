"""events_seen: what the linter looks names up in: events files, or the dictionary of a running engine."""

import time
from pathlib import Path

from ..backtest.recording import read_recording
from ..model.dictionary import Entry
from ..model.event import Event
from ..model.instant import DAY
from ..rulebook.lint import Seen, seen_from
from .endpoint import Endpoint


def seen_in(paths: list[Path]) -> Seen:
    """What events files have. RecordingInvalid names file and line."""
    recording, entries = read_recording(paths), dict[tuple[str, str], Entry]()
    for at, call in recording.calls:
        name = call.get("event") if call.get("type") == "track" else None
        if isinstance(name, str):
            entries.setdefault(("track", name), Entry("track", name)).see(Event(
                "", "track", name, at, at, properties=_document(call, "properties"), traits=_document(call, "traits"),
                context=_document(call, "context")))
    stores = frozenset(str(line["storeId"]) for _, kind, line in recording.catalog if kind == "store" and line.get("storeId"))
    days = (recording.last - recording.first) // DAY
    return seen_from(entries.values(), stores or None, span=f"in the {days} days of these events" if days > 1 else "in these events")


def seen_at(endpoint: Endpoint) -> Seen:
    """What an engine has seen in the last 30 days. ClickException when it does not answer."""
    told = endpoint.get("/v1/events/dictionary", time.sleep)
    return seen_from(Entry(entry["type"], entry["event"], entry["count"], fields=entry["fields"]) for entry in told["events"])


def _document(call: dict[str, object], name: str) -> dict[str, object]:
    found = call.get(name)
    return found if isinstance(found, dict) else {}
