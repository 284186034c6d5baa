"""event: what happened, in the form every part of Beckon reads.

The document of an event keeps Segment's names (https://segment.com/docs/connections/spec/); conditions see that document
as `event`. Events that Beckon writes itself have the type `engine`, which nobody can send from outside.
"""

import re
from dataclasses import dataclass, field
from typing import Any, Literal

from .instant import format_instant, parse_instant

Document = dict[str, Any]
EventType = Literal["track", "identify", "page", "screen", "group", "alias", "engine"]

TIMER_DUE = "Timer Due"
MERGE_ASKED = "Merge Asked"
CUSTOMER_ABSORBED = "Customer Absorbed"
MERGE_MOVED = "Merge Moved"
MERGE_JOURNALED = "Merge Journaled"
SEPARATION_ASKED = "Separation Asked"
CUSTOMER_RESTORED = "Customer Restored"
ERASURE_ASKED = "Customer Erasure Asked"
MESSAGE_REFUSED = "Message Refused"
MESSAGE_DEFERRED = "Message Deferred"

AUDIENCE_ENTERED = "Audience Entered"  # `track` events that Beckon writes: rules may listen to them
AUDIENCE_LEFT = "Audience Left"
SUBSCRIPTION_ASKED = "Subscription Asked"
SUBSCRIPTION_CONFIRMED = "Subscription Confirmed"
FREQUENCY_CHOSEN = "Message Frequency Chosen"  # on the preference page, or told by the shop's server: `every`, a duration, or null
PRICE_CHANGED = "Product Price Changed"
BACK_IN_STOCK = "Product Back In Stock"
NEWS = (PRICE_CHANGED, BACK_IN_STOCK)  # of products, told to whoever watches them; the customer has done nothing
LOCATION_UPDATED = "Location Updated"  # a `track` of apps; where it was is not kept, only which stores' rings it lay in
OWN_TRACKS = (AUDIENCE_ENTERED, AUDIENCE_LEFT, SUBSCRIPTION_ASKED, SUBSCRIPTION_CONFIRMED, *NEWS)
ENGINE = "engine"  # the source of Beckon's own events; those of others are `kind/name`

PUBLIC = ("browser", "app")  # kinds of sources whose keys anybody can read
ORDERS = "Order "  # what orders' events begin with: Order Completed, Order Refunded, ...

# How the ids of these events look. An event from outside never keeps such an id: it would pass for the one Beckon has yet to write.
OWN_IDS = re.compile(r"(ring|merge|absorbed|moved|journal|separation|restored|refused|deferred|unsubscribed|asked|confirmed"
                     r"|clicked|opened|preferred|receipt|price|stock)-[a-z2-7]{26}(-[0-9-]+)?|erasure-[0-9]+")


@dataclass(slots=True)
class Event:
    """One accepted event, never changed once made (a frozen dataclass would take four times as long to make).

    `at` is the time corrected for the client's clock, `client_time` what the client gave.
    `source` is `kind/name`. `signed`: a public key's call that proved who its user is. `past`: taken in afterwards, sets nothing off.
    """

    id: str
    type: EventType
    name: str | None
    at: int
    received_at: int
    client_time: int | None = None
    user_id: str | None = None
    anonymous_id: str | None = None
    properties: Document = field(default_factory=dict)
    traits: Document = field(default_factory=dict)
    context: Document = field(default_factory=dict)
    source: str = ""
    previous_id: str | None = None
    signed: bool = False
    past: bool = False

    @property
    def trusted(self) -> bool:
        """Whether somebody vouches for it: the shop's own server, Beckon itself, a recording, or a signature of the user's id."""
        return self.signed or self.source.partition("/")[0] not in PUBLIC

    @property
    def is_news(self) -> bool:
        """Whether it tells of a product and not of anything the customer did."""
        return self.source == ENGINE and self.name in NEWS

    @property
    def counts(self) -> bool:
        """Whether it counts for what customers earn: an order that anybody on the web could have made up does not."""
        return self.trusted or not (self.name or "").startswith(ORDERS)

    @property
    def may_start(self) -> bool:
        """Whether it may set something off: what is long past does not, nor does what does not count, nor what only Beckon can know."""
        return self.counts and not self.past and (self.source == ENGINE or self.name not in OWN_TRACKS)

    def document(self) -> Document:
        """The event under Segment's names, empty parts left out."""
        document: Document = {"type": self.type, "messageId": self.id, "timestamp": format_instant(self.at),
                              "receivedAt": format_instant(self.received_at)}
        if self.client_time is not None:
            document["originalTimestamp"] = format_instant(self.client_time)
        for name, value in (("event", self.name), ("userId", self.user_id), ("anonymousId", self.anonymous_id),
                            ("previousId", self.previous_id), ("properties", self.properties), ("traits", self.traits),
                            ("context", self.context), ("source", self.source), ("signed", self.signed), ("past", self.past)):
            if value:
                document[name] = value
        return document


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a stream: comparable only within one label (a stream that was switched off and on has a new one)."""

    label: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event as the fold gets it: whose it is, and where in the stream it came from (None: by another way)."""

    customer: str
    event: Event
    position: Position | None = None


def event_from(document: Document) -> Event:
    """The event whose `document()` this is."""
    received_at = parse_instant(document.get("receivedAt")) or 0
    at = parse_instant(document.get("timestamp"))
    return Event(
        id=document["messageId"], type=document["type"], name=document.get("event"), at=received_at if at is None else at,
        received_at=received_at, client_time=parse_instant(document.get("originalTimestamp")), user_id=document.get("userId"),
        anonymous_id=document.get("anonymousId"), previous_id=document.get("previousId"), properties=document.get("properties", {}),
        traits=document.get("traits", {}), context=document.get("context", {}), source=document.get("source", ""),
        signed=document.get("signed", False), past=document.get("past", False),
    )
