"""ingest: from calls to durable events. Returns only when every one is stored, known already, or set aside whole."""

import json
import reprlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..engine.accept import accept
from ..engine.locate import without_coordinates
from ..engine.signature import is_signed, signing_secret
from ..model.canonical import digest
from ..model.errors import EventRejected, RateLimited
from ..model.event import Event, EventType
from ..model.source import Source
from ..ports import Parked, Ports
from .identity import identifiers_of, whose
from .places import keep_if_agreed, place, without_places

CUSTOMER_EVENTS_A_MINUTE = 3_000  # of one device on one source: a hundred times what a person does
MOST_KEPT = 64 * 1024  # characters of a call that is set aside: all of whatever could ever be taken


@dataclass(frozen=True, slots=True)
class Request:
    """The calls of one request as they were sent, and what was said beside them.

    `default_type`: of calls that do not say. `past`: to be taken in without setting anything off. `received_at`: when it first came
    (milliseconds), if that was not now.
    """

    source: Source
    calls: Sequence[Any]
    sent_at: str | None = None
    default_type: EventType | None = None
    past: bool = False
    received_at: int | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that is no event, why, and its place in the request, from 0."""

    call: Any
    error: EventRejected
    place: int = 0


@dataclass(frozen=True, slots=True)
class Ingested:
    """How many events were stored, were there already, or were set aside as unusable; and those."""

    stored: int
    duplicates: int
    quarantined: int
    refused: Sequence[Refused] = ()


def ingest(ports: Ports, request: Request) -> Ingested:
    """Store the events of one request. StoreUnavailable: not all are durable; the same request again is safe.

    A call that is no event is quarantined with the reason, and the others go on. RateLimited: nothing was taken.
    """
    ports, source, now = ports.steady(), request.source, ports.clock()
    _limit_key(ports, source, len(request.calls))
    accepted, refused = sort_out(ports, request, now)
    accepted, too_many = _limit_customers(ports, source, accepted)
    refused += too_many
    events = [event for _, event in accepted]
    new = store(ports, events)
    for _ in ports.spread(lambda one: _quarantine(ports, request, one, now), refused):
        pass
    _note(ports, without_places(event for event, is_new in zip(events, new, strict=True) if is_new))
    result = Ingested(sum(new), len(new) - sum(new), len(refused), refused)
    for name, number in (("stored", result.stored), ("duplicate", result.duplicates), ("quarantined", result.quarantined)):
        if number:
            ports.meter.count("events", number, outcome=name, source=source.name)
    return result


def store(ports: Ports, events: Sequence[Event]) -> list[bool]:
    """Put events into their customers' logs; for each whether it is new. StoreUnavailable: not all are durable."""
    known = ports.identifiers.find(identifiers_of(ports, events))
    homes = keep_if_agreed(ports, [(whose(ports, event, known), event) for event in events])
    return list(ports.spread(lambda home: ports.events.append(*home), homes))


def _note(ports: Ports, events: Sequence[Event]) -> None:
    try:
        ports.dictionary.note(events)
    except Exception:  # the events are durable: a dictionary that fails must not make them come again
        ports.meter.count("dictionary", len(events), outcome="failed")


def _limit_key(ports: Ports, source: Source, units: int) -> None:
    wait = ports.limits.spend(f"key {source.id or source.name}", units, source.events_a_minute)
    if wait:
        ports.meter.count("events", units, outcome="rate_limited", source=source.name)
        raise RateLimited(wait)


def sort_out(ports: Ports, request: Request, now: int) -> tuple[list[tuple[Any, Event]], list[Refused]]:
    """The events of the calls that are events, and what is wrong with the others."""
    source = request.source
    name = f"{source.kind}/{source.name}"
    secret = cache(lambda: signing_secret(ports.sign, source.id))
    kinds = None if source.public else lambda: ports.rulebook().kinds
    accepted: list[tuple[Any, Event]] = []
    refused: list[Refused] = []
    for number, sent in enumerate(request.calls):
        call = place(ports, sent, request.past)
        try:
            signed = source.public and is_signed(call, secret)
            event = accept(call, name, now if request.received_at is None else request.received_at, request.sent_at, request.default_type,
                           signed=signed, past=request.past, kinds=kinds)
            if source.signed_only and event.user_id and not signed:
                raise EventRejected("not_signed", "this source takes calls with a userId only with its signature in context.userSignature")
            accepted.append((call, event))
        except EventRejected as error:
            refused.append(Refused(call, error, number))
    return accepted, refused


def _limit_customers(ports: Ports, source: Source, accepted: list[tuple[Any, Event]]) -> tuple[list[tuple[Any, Event]], list[Refused]]:
    """Keep robots from costing anybody else: who alone sends too much is told to wait, among others' events theirs are set aside.

    By device, not by user: nobody can use up another's share by claiming to be them.
    """
    if not source.public:
        return accepted, []
    counts: dict[str, int] = {}
    for _, event in accepted:
        counts[_device(event)] = counts.get(_device(event), 0) + 1
    waits = {device: ports.limits.spend(f"customer {source.id or source.name} {device}", count, CUSTOMER_EVENTS_A_MINUTE)
             for device, count in counts.items()}
    slowed = {device for device, wait in waits.items() if wait}
    if not slowed:
        return accepted, []
    ports.meter.count("events", sum(counts[device] for device in slowed), outcome="rate_limited", source=source.name)
    if len(slowed) == len(counts):
        raise RateLimited(max(waits.values()))
    error = EventRejected("rate_limited", f"this device has sent more than {CUSTOMER_EVENTS_A_MINUTE} events within a minute")
    return ([(call, event) for call, event in accepted if _device(event) not in slowed],
            [Refused(call, error) for call, event in accepted if _device(event) in slowed])


def _device(event: Event) -> str:
    return event.anonymous_id or event.user_id or ""


def _quarantine(ports: Ports, request: Request, refused: Refused, now: int) -> None:
    """Keep what was sent, as it was sent, for people to look at and to send again."""
    source = request.source
    try:
        text = json.dumps(refused.call, default=float)  # numbers that are none stay what they were, NaN
    except (RecursionError, ValueError, TypeError):
        text = reprlib.repr(refused.call)  # cut at a few levels: a plain repr of what is nested too deeply fails as well
    said = {"source": source.name, "kind": source.kind, "key": source.id or None, "sentAt": request.sent_at,
            "type": request.default_type, "past": request.past or None}
    text = without_coordinates(text)
    body = json.dumps({**{name: value for name, value in said.items() if value is not None}, "call": text[:MOST_KEPT]})
    reason = f"{refused.error.code}: {refused.error} (source {source.name})"
    ports.parking.park(Parked("ingest", digest("quarantine", source.name, text), now, reason, body))
