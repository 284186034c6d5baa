"""timeline: everything about one customer in the order in which it happened: what they did, what was decided, what was sent.

Of records that were joined the events of all are told. Nothing is looked up over the wire: `books` and `inbox` hold it.
"""

from typing import Any

from chalicelib.model.event import ENGINE, OWN_TRACKS

from .books import Books
from .inbox import Inbox

Document = dict[str, Any]
_SHOWN = ("type", "event", "userId", "anonymousId", "previousId", "properties", "traits", "source")
_ORDER = {"event": 0, "decision": 1, "message": 2}


def timeline(books: Books, inbox: Inbox, customer: str) -> Document:
    """The timeline of a customer by id: entries of the kinds `event`, `decision` and `message`, the oldest first."""
    events = {body["messageId"]: body for body in books.log_of(customer)}
    decisions = books.decisions_of(customer)
    keys = {decision["key"] for decision in decisions}
    entries = [*(_event(body) for body in events.values()),
               *({"kind": "decision", **decision, "about": decision["at"], "at": decision["decidedAt"]} for decision in decisions),
               *({"kind": "message", **message} for message in inbox.messages() if message["key"] in keys)]
    entries.sort(key=lambda entry: (entry["at"] or "", _ORDER[entry["kind"]]))
    return {"customer": books.name_of(customer), "id": customer, "entries": entries}


def _event(body: Document) -> Document:
    """One event; `own`: Beckon wrote it to itself."""
    return {"kind": "event", "at": body["timestamp"], "id": body["messageId"], **{name: body[name] for name in _SHOWN if body.get(name)},
            "own": body.get("source") == ENGINE or body["type"] == "engine" or body.get("event") in OWN_TRACKS}
