"""customer: everything Beckon holds of one person between two events, and its one stored form.

How two records of one person are joined stands in `engine/absorb.py`. Every part is bounded: its limit stands here or beside
the part itself.
"""

import copy
import re
from dataclasses import asdict, dataclass, field
from typing import Any

from .cart import Cart
from .consent import Consent, Consents
from .event import Position
from .instant import DAY
from .journey import Journey, Send, Suppressed, Suppressions, journey_from
from .recent import RecentIds

STATE_VERSION = 1
MOST_TRAITS = 100
MOST_TRAIT_BYTES = 8_192
MOST_ANONYMOUS_IDS = 20
MOST_TURNED_AWAY = 20
MOST_JOURNEYS = 100
MOST_SENDS = 100
SENDS_KEPT = 8 * DAY
JOURNEYS_KEPT = 8 * DAY

# RFC 5321 without quoted strings and address literals, which no shop's customer has; anything else no header could hold.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?=[^@]{{1,64}}@){_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")

Memory = dict[str, Any]


@dataclass(slots=True)
class Customer:
    """One customer's state.

    `said` holds traits, each `[value, when]`, with a third part, 1, for an address that a trusted source gave; `seen` what the context
    of events tells (locale, timezone), likewise. `vouched` is when a trusted source first said who this is; `turned_away` are the last
    words of public keys that did not count, each `[when, what, who said so]`.
    `memory` is what triggers remember: by rule, then by run key. `timers` are the moments this customer waits for, by timer id. `ring`
    is the moment the timer index will ring, `rings` how often it was set. `effects` numbers what was ever put out.
    """

    id: str
    user_id: str | None = None
    anonymous_ids: list[str] = field(default_factory=list)
    first_seen: int = 0
    last_seen: int = 0
    said: dict[str, list[Any]] = field(default_factory=dict)
    seen: dict[str, list[Any]] = field(default_factory=dict)
    consents: Consents = field(default_factory=dict)
    suppressed: Suppressions = field(default_factory=dict)
    cart: Cart = field(default_factory=Cart)
    memory: dict[str, Memory] = field(default_factory=dict)
    journeys: dict[str, Journey] = field(default_factory=dict)
    sends: list[Send] = field(default_factory=list)
    timers: dict[str, int] = field(default_factory=dict)
    recent: RecentIds = field(default_factory=RecentIds)
    position: Position | None = None
    ring: int | None = None
    rings: int = 0
    effects: int = 0
    merged_into: str | None = None
    vouched: int | None = None
    turned_away: list[list[Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What people call this customer: the user id, else the first anonymous id."""
        return self.user_id or (self.anonymous_ids[0] if self.anonymous_ids else self.id)

    @property
    def traits(self) -> dict[str, Any]:
        """The traits by name."""
        return {name: entry[0] for name, entry in self.said.items()}

    @property
    def locale(self) -> str | None:
        """The customer's language tag (BCP 47, `bg` or `bg-BG`): the trait, else what the device says."""
        return _text(self.said.get("locale")) or _text(self.said.get("language")) or _text(self.seen.get("locale"))

    @property
    def timezone(self) -> str | None:
        """The customer's IANA time zone: the trait, else what the device says."""
        return _text(self.said.get("timezone")) or _text(self.seen.get("timezone"))

    @property
    def email(self) -> str | None:
        """The e-mail address, trimmed and lower-cased, when the traits hold one that can be written to."""
        value = (_text(self.said.get("email")) or "").lower()
        return value if len(value) <= 254 and _ADDRESS.fullmatch(value) else None

    def address(self, channel: str) -> str | None:
        """Where this customer is reached on a channel, None when nowhere."""
        return self.email if channel == "email" else None

    def copy(self) -> "Customer":
        """A state of its own: changing one leaves the other as it is."""
        return copy.deepcopy(self)

    def document(self) -> dict[str, Any]:
        """The state as stored, without what is empty."""
        position = [self.position.label, str(self.position.sequence)] if self.position else None
        full = {
            "v": STATE_VERSION, "id": self.id, "userId": self.user_id, "anonymousIds": self.anonymous_ids, "firstSeen": self.first_seen,
            "lastSeen": self.last_seen, "said": self.said, "seen": self.seen,
            "consents": {key: [consent.status, consent.at, consent.source] for key, consent in self.consents.items()},
            "suppressed": {key: asdict(entry) for key, entry in self.suppressed.items()},
            "cart": self.cart.settled, "cartChanges": self.cart.changes, "memory": self.memory,
            "journeys": [journey.document() for journey in self.journeys.values()],
            "sends": [[send.key, send.at, send.channel, send.message_type, send.rule] for send in self.sends],
            "timers": self.timers, "recent": {str(hour): bucket for hour, bucket in self.recent.buckets.items()},
            "forgotten": self.recent.forgotten_until, "position": position,
            "ring": self.ring, "rings": self.rings, "effects": self.effects, "mergedInto": self.merged_into,
            "vouched": self.vouched, "turnedAway": self.turned_away,
        }
        return {name: value for name, value in full.items() if value not in (None, {}, [], 0)}


def _text(entry: list[Any] | None) -> str | None:
    return entry[0].strip() or None if entry and isinstance(entry[0], str) else None


def customer_from(document: dict[str, Any]) -> Customer:
    """The customer whose `document()` this is."""
    position = document.get("position")
    journeys = [journey_from(entry) for entry in document.get("journeys", [])]
    return Customer(
        id=document["id"], user_id=document.get("userId"), anonymous_ids=list(document.get("anonymousIds", [])),
        first_seen=document.get("firstSeen", 0), last_seen=document.get("lastSeen", 0), said=document.get("said", {}),
        seen=document.get("seen", {}),
        consents={key: Consent(*entry) for key, entry in document.get("consents", {}).items()},
        suppressed={key: Suppressed(**entry) for key, entry in document.get("suppressed", {}).items()},
        cart=Cart(document.get("cart", {}), document.get("cartChanges", [])), memory=document.get("memory", {}),
        journeys={journey.id: journey for journey in journeys}, sends=[Send(*entry) for entry in document.get("sends", [])],
        timers=document.get("timers", {}),
        recent=RecentIds({int(hour): bucket for hour, bucket in document.get("recent", {}).items()}, document.get("forgotten", 0)),
        position=Position(position[0], int(position[1])) if position else None, ring=document.get("ring"),
        rings=document.get("rings", 0), effects=document.get("effects", 0), merged_into=document.get("mergedInto"),
        vouched=document.get("vouched"), turned_away=document.get("turnedAway", []),
    )
