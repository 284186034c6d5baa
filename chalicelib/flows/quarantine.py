"""quarantine: what was set aside is taken in again, as it was or mended, once the cause is gone."""

import json
from typing import Any

from ..channels.registry import READERS
from ..model.errors import EventRejected, StoreUnavailable
from ..model.event import Arrival, event_from
from ..model.source import Source
from ..ports import Parked, Ports
from .feedback import take_feedback
from .fold import fold
from .ingest import Request, sort_out, store

PLACES = ("ingest", "fold", "feedback")


def resend(ports: Ports, parked: Parked, mended: str | None = None) -> None:
    """Take in what was set aside at the way in or by the fold; `mended` is JSON text in the place of the call that was sent.

    It counts as received when it first came, and is gone from the quarantine afterwards. EventRejected: it still cannot be used.
    """
    if parked.place == "ingest":
        _into_the_log(ports, parked, mended)
    elif parked.place == "fold":
        _into_the_state(ports, parked, mended)
    elif parked.place == "feedback":
        channel = parked.id.partition(":")[0]  # before there were others, e-mail's had no name before them
        take_feedback(ports, channel if channel in READERS else "email", parked.body if mended is None else mended)
    else:
        raise EventRejected("not_an_event", f"what was set aside by {parked.place} is no event; `beckon quarantine` re-sends "
                                            f"{', '.join(PLACES)} only")
    ports.parking.remove(parked.place, parked.id)


def _into_the_log(ports: Ports, parked: Parked, mended: str | None) -> None:
    ports, kept = ports.steady(), _document(parked.body)
    call = _document(kept["call"] if mended is None else mended)
    source = Source(kept["source"], kept["kind"], id=kept.get("key", ""))
    request = Request(source, [call], kept.get("sentAt"), kept.get("type"), kept.get("past", False), parked.at)
    accepted, refused = sort_out(ports, request, parked.at)
    if refused:
        raise refused[0].error
    new = store(ports, [event for _, event in accepted])
    ports.meter.count("events", outcome="resent" if new[0] else "duplicate", source=source.name)


def _into_the_state(ports: Ports, parked: Parked, mended: str | None) -> None:
    customer = parked.id.partition("#")[0]
    event = event_from(_document(parked.body if mended is None else mended))
    if fold(ports, [Arrival(customer, event)]):
        raise StoreUnavailable("the event could not be folded; try again")
    if not _is_known(ports, customer, event.id):
        raise EventRejected("still_failing", "the fold cannot process it yet, or it is too old to tell whether it did; it stays")


def _is_known(ports: Ports, customer: str, event_id: str) -> bool:
    record = ports.customers.load(customer)
    return record is not None and event_id in record.state.recent


def _document(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise EventRejected("invalid_json", f"what was kept, or given instead, is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise EventRejected("not_an_object", "an event is a JSON object")
    return found
