"""ingest: from calls to durable events. Returns only when every one is stored, known already, or set aside whole."""

import json
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..engine.accept import accept
from ..model.canonical import digest
from ..model.errors import EventRejected
from ..model.event import Event
from ..ports import Parked, Ports, Source
from .identity import identifiers_of, whose


@dataclass(frozen=True, slots=True)
class Ingested:
    """How many events were stored, were there already, or were set aside as unusable."""

    stored: int
    duplicates: int
    quarantined: int


def ingest(ports: Ports, source: Source, calls: Sequence[Any], *, sent_at: str | None = None, default_type: str | None = None) -> Ingested:
    """Store the events of one request. StoreUnavailable: not all are durable; the same request again is safe.

    A call that is no event is quarantined with the reason, and the others go on.
    """
    now = ports.clock()
    events: list[Event] = []
    for call in calls:
        try:
            events.append(accept(call, f"{source.kind}/{source.name}", now, sent_at, default_type))
        except EventRejected as error:
            _quarantine(ports, source, call, error, now)
    known = ports.identifiers.find(identifiers_of(events))
    homes = [(whose(ports, event, known), event) for event in events]
    stored = sum(ports.spread(lambda home: ports.events.append(*home), homes))
    result = Ingested(stored, len(events) - stored, len(calls) - len(events))
    for name, number in (("stored", result.stored), ("duplicate", result.duplicates), ("quarantined", result.quarantined)):
        if number:
            ports.meter.count("events", number, outcome=name, source=source.name)
    return result


def _quarantine(ports: Ports, source: Source, call: Any, error: EventRejected, now: int) -> None:
    """Keep what was sent, as it was sent, for people to look at."""
    try:
        body = json.dumps(call)[:200_000]
    except (RecursionError, ValueError):
        body = reprlib.repr(call)  # cut at a few levels: a plain repr of what is nested too deeply fails as well
    reason = f"{error.code}: {error} (source {source.name})"
    ports.parking.park(Parked("ingest", digest("quarantine", source.name, body), now, reason, body))
