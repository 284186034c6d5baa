"""operations: what every HTTP route takes and answers, in one table, for the OpenAPI document. A route that is not here fails a test."""

from typing import Any, Literal, NotRequired, Required

from typing_extensions import TypedDict

from ..model.call import Batch, Call
from ..model.suppression import SuppressionEntries
from .catalog_operations import CATALOG_OPERATIONS
from .coupon_operations import COUPON_OPERATIONS
from .ingest import BATCHES, CALLS
from .link_operations import LINK_OPERATIONS
from .operation import Operation, Refusal
from .rule_operations import RULE_OPERATIONS


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


class Merged(TypedDict):
    """A record that joined a customer: its id, when, the name it had, and the `messageId` of the call that said who this is."""

    id: str
    at: str
    name: str
    cause: str


Separation = TypedDict("Separation", {"from": str})
Separation.__doc__ = "Which record is to be taken out of a customer again: its id, the name it had, or an identifier it had."


class Contact(TypedDict, total=False):
    """One contact, `in` from the customer or `out` to them. `what` is the event's name, or what the rule of a message is for; `text` a line
    of what was said. `vouched` is false where only a key that anybody can read said so. Of a message of Beckon's own: `rule`, `step`,
    `key`, its `delivery` (sent, failed and why, prepared, unknown; null: on its way) and how far it `reached`."""

    at: Required[str]
    direction: Required[Literal["in", "out"]]
    channel: Required[str | None]
    what: Required[str]
    text: str
    vouched: bool
    rule: str
    step: int
    key: str
    delivery: Literal["sent", "failed", "prepared", "unknown"] | None
    reached: str | None
    reason: str | None


class OpenOrder(TypedDict):
    """An order that was made and is neither delivered, cancelled nor given back; `state` is placed, confirmed, shipped or ready."""

    id: str
    at: str
    value: float
    currency: str | None
    state: str
    pieces: int


class Offer(TypedDict):
    """What the customer is offered just now: by which rule, since when, when and where it was told last, about which products. While it is
    `open`, `step` comes next at `nextAt`; it is `done` after its last one, and shown a few days more."""

    rule: str
    description: str
    since: str
    status: Literal["open", "done"]
    step: int
    nextAt: str | None
    heldFor: str | None
    told: dict[str, Any] | None
    products: list[dict[str, Any]]


class Reachable(TypedDict):
    """An address, and the topics about which marketing may go there; `reason` says why about none."""

    channel: str
    address: str
    topics: list[str]
    reason: str | None


class Customer(TypedDict, total=False):
    """What is known of one customer: who it is, the last contacts over all channels, open orders, cart, offers that run, products
    looked at, bought and wished for, consents, journeys, timers, last events and decisions with their traces.

    `merges` are the records that joined this one and can be taken apart again, oldest first.
    """

    customer: str
    id: str
    userId: str | None
    otherUserIds: list[str]
    anonymousIds: list[str]
    identifiers: dict[str, list[dict[str, Any]]]
    traits: dict[str, Any]
    cart: dict[str, Any]
    orders: dict[str, Any]
    openOrders: list[OpenOrder]
    contacts: list[Contact]
    offers: list[Offer]
    reachable: list[Reachable]
    viewed: list[dict[str, Any]]
    bought: list[dict[str, Any]]
    wishlist: list[dict[str, Any]]
    requests: list[dict[str, Any]]
    evidence: dict[str, dict[str, int]]
    audiences: list[dict[str, str]]
    consents: dict[str, Any]
    asked: dict[str, Any]
    merges: list[Merged]
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


class Audiences(TypedDict):
    """The named conditions of the rulebook: id, description, condition."""

    audiences: list[dict[str, str]]


class AudienceMembers(TypedDict):
    """A page of an audience: hashes (SHA-256) of e-mail addresses and phone numbers, `customers` looked at, `members` among them, and
    `withheld` who did not agree to ads; `next` is what `after` takes to go on, null at the end."""

    audience: str
    identifiers: list[dict[str, str]]
    customers: int
    members: int
    withheld: int
    next: str | None


class Separated(TypedDict):
    """The separation is durable and under way: from the customer of this name goes this record."""

    customer: str
    separated: Merged


class Health(TypedDict):
    """Alive, and with which rules: their name, the number under which they were published (0: they came with the code), whether they are
    paused."""

    status: Literal["ok"]
    rulebook: str
    number: int
    paused: bool


_WHO = "The shop's own id of the customer, an anonymous id, or an address, number or card."
_POSTED = (400, 401, 429, 503)
_SINGLE: dict[tuple[str, str], Operation] = {
    ("POST", f"/v1/{name}"): Operation("ingest", Taken, "write", (Call, kind), _POSTED) for name, kind in CALLS.items()}
_BATCHED: dict[tuple[str, str], Operation] = {("POST", path): Operation("ingest", Taken, "write", Batch, _POSTED) for path in BATCHES}

OPERATIONS: dict[tuple[str, str], Operation] = {
    **_SINGLE, **_BATCHED, **CATALOG_OPERATIONS, **COUPON_OPERATIONS, **LINK_OPERATIONS, **RULE_OPERATIONS,
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
    ("GET", "/v1/audiences"): Operation("audiences", Audiences, "server", errors=(401, 403, 503)),
    ("GET", "/v1/audiences/{audience}/members"): Operation("audiences", AudienceMembers, "server", errors=(400, 401, 403, 404, 503),
                                                           path_parameter="The audience's id."),
    ("POST", "/v1/customers/{user_id}/separate"): Operation("customers", Separated, "server", Separation, (400, 401, 403, 404, 503),
                                                            path_parameter=_WHO),
    ("GET", "/v1/events/dictionary"): Operation("events", Dictionary, "server", errors=(401, 403, 503)),
    ("POST", "/v1/receipts/{channel}"): Operation("receipts", dict[str, Any], takes="*/*", errors=(401, 404, 503),
                                                  path_parameter="The channel whose provider calls, `telegram`."),
    ("GET", "/v1/openapi.json"): Operation("about", dict[str, Any], errors=()),
    ("GET", "/health"): Operation("about", Health),
}

REASONS = {
    400: "Not to be sent again: no JSON, too large, or no list of calls.", 401: "The key is missing or unknown.",
    403: "This needs the key of a server.", 404: "There is none.",
    409: "Somebody else was faster, or there is nothing to go back to: look at what is in force now.",
    412: "The rule is of another version by now.", 422: "The rules are not fit to be published: `findings` say why.",
    428: "Say which version the change began with: `If-Match`, or `version`.",
    429: "Too much within a minute: send again after `Retry-After` seconds.",
    503: "Not everything is durable: send again after `Retry-After` seconds; what came twice counts once.",
}
