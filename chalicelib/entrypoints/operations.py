"""operations: what every HTTP route takes and answers, in one table, for the OpenAPI document. A route that is not here fails a test."""

from dataclasses import dataclass
from typing import Any, Literal, NotRequired

from typing_extensions import TypedDict

from ..model.call import Batch, Call
from ..model.suppression import SuppressionEntries
from .ingest import BATCHES, CALLS

Key = Literal["write", "server", "none"]


class Refusal(TypedDict):
    """What cannot be used: its place in the request, from 0, and what is wrong with it."""

    index: int
    code: str
    message: str


class Taken(TypedDict):
    """Everything is durable: how many events are new, were there already, or were set aside because they cannot be used.

    To a server, `refused` names these.
    """

    success: bool
    stored: int
    duplicates: int
    quarantined: int
    refused: NotRequired[list[Refusal]]


class Problem(TypedDict):
    """What is wrong, as a word for machines and in words for people."""

    code: str
    message: str


class Discarded(TypedDict):
    """Taken and thrown away."""

    success: bool


class SegmentSettings(TypedDict):
    """Which integrations an SDK uses: one, and where it sends to."""

    integrations: dict[str, dict[str, Any]]
    plan: dict[str, Any]
    edgeFunction: dict[str, Any]


class RudderSettings(TypedDict):
    """The source an SDK belongs to, without destinations."""

    source: dict[str, Any]


class SeenEvent(TypedDict):
    """One event name of the last 30 days: how often it was seen, when, and its fields with the types they had."""

    type: str
    event: str | None
    count: int
    firstSeen: str
    lastSeen: str
    fields: dict[str, dict[str, int]]


class Dictionary(TypedDict):
    """Which events were seen since a moment."""

    since: str
    events: list[SeenEvent]


class Customer(TypedDict, total=False):
    """What is known of one customer: profile, cart, consents, journeys, timers, last events and decisions with their traces."""

    customer: str
    id: str
    userId: str | None
    anonymousIds: list[str]
    traits: dict[str, Any]
    cart: dict[str, Any]
    consents: dict[str, Any]
    events: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


class Cart(TypedDict):
    """What lies in the customer's cart, whichever device put it there."""

    customer: str
    products: list[dict[str, Any]]
    count: int
    value: float
    currency: str | None


class Export(Customer, total=False):
    """Everything kept of one customer. `state` is the record itself, on the first page; `next` is what `after` takes to go on."""

    state: dict[str, Any] | None
    next: str | None


class Erased(TypedDict):
    """The erasure is durable and under way; `id` is the record's, which stays as a tombstone without a name."""

    success: bool
    id: str


class SuppressionsTaken(TypedDict):
    """How many suppressions are new and how many said nothing new; those that cannot be used are named."""

    success: bool
    stored: int
    duplicates: int
    refused: list[Refusal]


class Health(TypedDict):
    """Alive, and with which rules."""

    status: Literal["ok"]
    rulebook: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `takes` and `answers` are models, or a media type; `errors` are the statuses it may answer beside 200."""

    tag: str
    answers: Any
    key: Key = "none"
    takes: Any = None
    errors: tuple[int, ...] = (503,)
    path_parameter: str = ""


_WHO = "The shop's own id of the customer, an anonymous id, or an address, number or card."
_POSTED = (400, 401, 429, 503)
_SINGLE: dict[tuple[str, str], Operation] = {
    ("POST", f"/v1/{name}"): Operation("ingest", Taken, "write", (Call, kind), _POSTED) for name, kind in CALLS.items()}
_BATCHED: dict[tuple[str, str], Operation] = {("POST", path): Operation("ingest", Taken, "write", Batch, _POSTED) for path in BATCHES}

OPERATIONS: dict[tuple[str, str], Operation] = {
    **_SINGLE, **_BATCHED,
    ("POST", "/v1/m"): Operation("ingest", Discarded, takes="*/*"),
    ("GET", "/v1/projects/{key}/settings"): Operation("sdk settings", SegmentSettings, errors=(401, 503), path_parameter="The write key."),
    ("GET", "/sourceConfig"): Operation("sdk settings", RudderSettings, "write", errors=(401, 503)),
    ("GET", "/v1/customers/{user_id}"): Operation("customers", Customer, "server", errors=(401, 403, 404, 503),
                                                  path_parameter=_WHO),
    ("GET", "/v1/customers/{user_id}/cart"): Operation("customers", Cart, "server", errors=(401, 403, 404, 503), path_parameter=_WHO),
    ("GET", "/v1/customers/{user_id}/export"): Operation("customers", Export, "server", errors=(400, 401, 403, 404, 503),
                                                         path_parameter=_WHO),
    ("DELETE", "/v1/customers/{user_id}"): Operation("customers", Erased, "server", errors=(401, 403, 404, 503), path_parameter=_WHO),
    ("POST", "/v1/suppressions"): Operation("suppressions", SuppressionsTaken, "server", SuppressionEntries, (400, 401, 403, 503)),
    ("GET", "/v1/events/dictionary"): Operation("events", Dictionary, "server", errors=(401, 403, 503)),
    ("GET", "/u/{token}"): Operation("links", "text/html", path_parameter="The token of a link in a message."),
    ("POST", "/u/{token}"): Operation("links", "text/html", takes="*/*", path_parameter="The token of a link in a message."),
    ("GET", "/v1/openapi.json"): Operation("about", dict[str, Any], errors=()),
    ("GET", "/health"): Operation("about", Health),
}

REASONS = {
    400: "Not to be sent again: no JSON, too large, or no list of calls.", 401: "The key is missing or unknown.",
    403: "This needs the key of a server.", 404: "There is none.", 429: "Too much within a minute: send again after `Retry-After` seconds.",
    503: "Not everything is durable: send again after `Retry-After` seconds; what came twice counts once.",
}
