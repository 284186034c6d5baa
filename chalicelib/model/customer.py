"""customer: everything Beckon holds of one person between two events, and its one stored form.

Every part is one line, which says how it is stored, how two records of one person are joined, and what erasure leaves of it
(`part.py`). Every part is bounded: its limit stands here or beside the part itself.
"""

import pickle
from dataclasses import asdict, dataclass, fields
from typing import Any

from .asked import AskedConsents, join_asked, lighten_asked, read_asked, write_asked
from .cart import Cart, join_carts, lighten_cart, separate_carts
from .consent import Consents, join_consents, lighten_consents, read_consents, separate_consents, write_consents
from .contacts import Contacts, join_contacts, lighten_contacts
from .event import Document, Position
from .evidence import Evidence, join_evidence, lighten_evidence
from .held import HeldIdentifiers, join_held, lighten_held, read_held, separate_held, usable, write_held
from .identifier_kinds import CHANNEL_KIND
from .identity import Identifier
from .instant import DAY
from .journey import (
    Journey,
    Send,
    Suppressed,
    Suppressions,
    join_journeys,
    join_sends,
    join_suppressions,
    journey_from,
    lighten_suppressions,
    separate_journeys,
    separate_suppressions,
)
from .memory import Memory, join_memories
from .merge import Merge
from .migrations import STATE_VERSION, migrated
from .nearby import Nearby
from .orders import Orders, join_orders, separate_orders
from .part import (
    earliest,
    fewer_of,
    first_of,
    known_first,
    later_words,
    latest,
    mine_and_theirs,
    newest_of,
    own,
    part,
    part_of,
    soonest_each,
)
from .products import MOST_BOUGHT, MOST_REQUESTED, MOST_VIEWED, MOST_WISHED, Products, join_products, lighten_products
from .recent import RecentIds, join_recent
from .separation import each, each_its_own, left_of_entries
from .traits import Said, join_traits, lighten_traits
from .watch import Watching
from .windows import Windows, join_windows, known_of_both, lighten_windows, read_windows, separate_windows, write_windows

WEBHOOK = "webhook"  # the channel whose addresses are customers' names
MOST_USER_IDS = 20
MOST_ANONYMOUS_IDS = 20
MOST_ABSORBED = 100
MOST_MERGES = 50
MOST_TURNED_AWAY = 20
MOST_JOURNEYS = 100
MOST_SENDS = 100
SENDS_KEPT = 8 * DAY
JOURNEYS_KEPT = 8 * DAY


@dataclass(slots=True)
class Customer:
    """One customer's state.

    `other_user_ids` came with merges that the shop asked for. `said` holds traits (`traits.py`); `seen` what the context of events
    tells (locale, timezone), by name `[value, when]`; `chosen` likewise what they asked for (`every`: milliseconds between two messages).
    `held` are the identifiers by which the person is recognised or reached.
    `asked` are the consents that wait to be confirmed (`asked.py`).
    `vouched` is when a trusted source first said who this is; `turned_away` are the last words of public keys that did not count,
    each `[when, what, who said so]`.
    `viewed`, `bought`, `wishlist` and `requests` (to be told when it is in stock again) are products; `evidence` is how far messages came;
    `contacts` are the last ones with the shop's people.
    `windows` is what live rules ask of the past; `nearby` which stores the customer was near to lately, where a rule asks; `audiences`
    are those the customer is in, by name since when.
    `memory` is what triggers remember, `kinds` of which kind those are, by rule; `watching` is what is written down with the watchers of
    products. `timers` are the moments this customer waits for, by timer id. `ring` is the moment the timer index will ring, `rings` how
    often it was set. `effects` numbers what was ever put out. `absorbed` are the records that joined this one, `merges` those of them whose
    joining can be undone, oldest first; `restored` is how often this record itself came back from one it had joined. `erased_at`: nothing
    that happened until then is kept or taken in again.
    """

    id: str = part("id", join=own, erasure="kept")
    user_id: str | None = part("userId", join=known_first, erasure="forgotten", default=None)
    other_user_ids: list[str] = part("otherUserIds", join=first_of(MOST_USER_IDS), erasure="forgotten", factory=list)
    anonymous_ids: list[str] = part("anonymousIds", join=first_of(MOST_ANONYMOUS_IDS), erasure="forgotten", factory=list)
    held: HeldIdentifiers = part("held", join=join_held, separation=separate_held, erasure="forgotten", factory=dict,
                                 write=write_held, read=read_held, lighten=lighten_held)
    first_seen: int = part("firstSeen", join=earliest, erasure="forgotten", default=0)
    last_seen: int = part("lastSeen", join=latest, erasure="forgotten", default=0)
    said: Said = part("said", join=join_traits, erasure="forgotten", factory=dict, lighten=lighten_traits)
    seen: dict[str, list[Any]] = part("seen", join=later_words, erasure="forgotten", factory=dict)
    chosen: dict[str, list[Any]] = part("chosen", join=later_words, erasure="forgotten", factory=dict)
    consents: Consents = part(
        "consents", join=join_consents, separation=separate_consents, erasure="forgotten", factory=dict, write=write_consents,
        read=read_consents, lighten=lighten_consents)
    asked: AskedConsents = part("asked", join=join_asked, erasure="forgotten", factory=dict, write=write_asked, read=read_asked,
                                lighten=lighten_asked)
    suppressed: Suppressions = part(
        "suppressed", join=join_suppressions, separation=separate_suppressions, erasure="forgotten", factory=dict,
        write=lambda suppressed: {key: asdict(entry) for key, entry in suppressed.items()},
        read=lambda stored: {key: Suppressed(**entry) for key, entry in stored.items()}, lighten=lighten_suppressions)
    cart: Cart = part("cart", join=join_carts, separation=separate_carts, erasure="forgotten", factory=Cart, write=Cart.document,
                      read=Cart.read, lighten=lighten_cart)
    viewed: Products = part("viewed", join=join_products(MOST_VIEWED), erasure="forgotten", factory=dict, lighten=lighten_products)
    bought: Products = part("bought", join=join_products(MOST_BOUGHT), erasure="forgotten", factory=dict, lighten=lighten_products)
    wishlist: Products = part("wishlist", join=join_products(MOST_WISHED), erasure="forgotten", factory=dict, lighten=lighten_products)
    requests: Products = part("requests", join=join_products(MOST_REQUESTED), erasure="forgotten", factory=dict, lighten=lighten_products)
    orders: Orders = part("orders", join=join_orders, separation=separate_orders, erasure="forgotten", factory=Orders,
                          write=Orders.document, read=Orders.read)
    evidence: Evidence = part("evidence", join=join_evidence, erasure="forgotten", factory=dict, lighten=lighten_evidence)
    contacts: Contacts = part("contacts", join=join_contacts, erasure="forgotten", factory=dict, lighten=lighten_contacts)
    windows: Windows = part("windows", join=join_windows, separation=separate_windows, erasure="forgotten", factory=dict,
                            write=write_windows, read=read_windows, lighten=lighten_windows)
    nearby: Nearby = part("nearby", join=later_words, erasure="forgotten", factory=dict)
    audiences: dict[str, int] = part("audiences", join=soonest_each, erasure="forgotten", factory=dict)
    memory: dict[str, Memory] = part("memory", join=join_memories, separation=each(each(left_of_entries)), erasure="forgotten",
                                     factory=dict)
    kinds: dict[str, str] = part("kinds", join=mine_and_theirs, erasure="forgotten", factory=dict)
    watching: Watching = part("watching", join=own, erasure="forgotten", factory=dict)
    journeys: dict[str, Journey] = part(
        "journeys", join=join_journeys, separation=separate_journeys, erasure="forgotten", factory=dict,
        write=lambda journeys: [journey.document() for journey in journeys.values()],
        read=lambda stored: {journey.id: journey for journey in map(journey_from, stored)})
    sends: list[Send] = part(
        "sends", join=join_sends, separation=left_of_entries, erasure="forgotten", factory=list,
        write=lambda sends: [[send.key, send.at, send.channel, send.rule] for send in sends],
        read=lambda stored: [Send(*entry) for entry in stored])
    timers: dict[str, int] = part("timers", join=soonest_each, erasure="forgotten", factory=dict)
    recent: RecentIds = part("recent", join=join_recent, separation=each_its_own, erasure="kept", factory=RecentIds,
                             write=RecentIds.document, read=RecentIds.read)
    position: Position | None = part(
        "position", join=own, erasure="kept", default=None,
        write=lambda position: position and [position.label, str(position.sequence)],
        read=lambda stored: Position(stored[0], int(stored[1])))
    ring: int | None = part("ring", join=own, erasure="kept", default=None)
    rings: int = part("rings", join=own, erasure="kept", default=0)
    effects: int = part("effects", join=own, erasure="kept", default=0)
    absorbed: list[str] = part("absorbed", join=first_of(MOST_ABSORBED), erasure="forgotten", factory=list)
    merged_into: str | None = part("mergedInto", join=own, erasure="kept", default=None)
    merges: list[Merge] = part("merges", join=own, erasure="forgotten", factory=list,
                               write=lambda merges: [merge.stored() for merge in merges],
                               read=lambda stored: [Merge(*entry) for entry in stored])
    restored: int = part("restored", join=own, erasure="kept", default=0)
    erased_at: int | None = part("erasedAt", join=latest, separation=each_its_own, erasure="kept", default=None)
    vouched: int | None = part("vouched", join=earliest, erasure="forgotten", default=None)
    turned_away: list[list[Any]] = part("turnedAway", join=newest_of(MOST_TURNED_AWAY), erasure="forgotten", factory=list,
                                       lighten=fewer_of(0))

    @property
    def name(self) -> str:
        """What people call this customer: the user id, else the first anonymous id."""
        return self.user_id or (self.anonymous_ids[0] if self.anonymous_ids else self.id)

    @property
    def traits(self) -> dict[str, Any]:
        """The traits by name."""
        return {name: entry[0] for name, entry in self.said.items()}

    @property
    def pace(self) -> int:
        """How long there is to be at least between two marketing messages, as the customer chose (milliseconds); 0: as it comes."""
        return int(self.chosen["every"][0]) if "every" in self.chosen else 0

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
        """The e-mail address this customer is written to."""
        return self.address("email")

    def address(self, channel: str) -> str | None:
        """Where this customer is reached on a channel, None when nowhere. A dead address only when there is no living one: the
        suppression tells why it is not used. The shop's own systems know a customer by name."""
        if channel == WEBHOOK:
            return self.name
        had = usable(self.held, CHANNEL_KIND[channel]) if channel in CHANNEL_KIND else []
        return had[0].value if had else None

    def identifiers(self) -> list[Identifier]:
        """Everything that leads to this customer: user ids, devices, and what was verified."""
        users = [self.user_id, *self.other_user_ids] if self.user_id else []
        verified = [Identifier(kind, entry.value) for kind, entries in self.held.items() for entry in entries
                    if entry.verified and entry.value is not None]
        return [*(Identifier("user", value) for value in users if value),
                *(Identifier("anonymous", value) for value in self.anonymous_ids), *verified]

    def copy(self) -> "Customer":
        """A state of its own: changing one leaves the other as it is. Pickling does what a deep copy does, with less ado."""
        copied: Customer = pickle.loads(pickle.dumps(self, pickle.HIGHEST_PROTOCOL))
        return copied

    def absorb(self, other: "Customer", now: int) -> None:
        """Join the record of somebody who turned out to be this person, part by part, each in its own way."""
        if self.first_seen and other.first_seen:  # somebody new has no past that nobody knows
            self.windows, other.windows = known_of_both(self.windows, other.windows)
        for name, declared in PARTS:
            setattr(self, name, declared.join(getattr(self, name), getattr(other, name), now))

    def erase(self, at: int) -> None:
        """Forget, part by part, what tells of the person; nothing that happened until this moment will be taken in again."""
        nobody = Customer(self.id)
        for name, declared in PARTS:
            if declared.erasure == "forgotten":
                setattr(self, name, getattr(nobody, name))
        self.erased_at = max(at, self.erased_at or 0)

    def document(self) -> dict[str, Any]:
        """The state as stored, without what is empty."""
        full = {declared.stored: declared.write(getattr(self, name)) for name, declared in PARTS}
        return {"v": STATE_VERSION, **{name: value for name, value in full.items() if value not in (None, {}, [], 0)}}


PARTS = tuple((declared.name, part_of(declared)) for declared in fields(Customer))


def customer_from(document: dict[str, Any]) -> Customer:
    """The customer whose `document()` this is, of this version or an earlier one. ValueError for one of a later version."""
    stored = migrated(document)
    return Customer(**{name: declared.read(stored[declared.stored]) for name, declared in PARTS if declared.stored in stored})


def take_apart(before: Document, after: Document, now: Document, theirs: Document) -> tuple[Document, Document]:
    """Two states of what a join made one: what stays with the survivor, and what goes back to the other, each under stored names.

    `before` and `after` hold at least what the join changed, `theirs` what the other was then. Parts that each record keeps are in `now`
    only, and so in what stays only.
    """
    stays, back = {"v": STATE_VERSION}, {"v": STATE_VERSION}
    before, after, theirs = migrated(before), migrated(after), migrated(theirs)
    for _, declared in PARTS:
        name = declared.stored
        joined = name in before or name in after
        was, became = (before.get(name), after.get(name)) if joined else (now.get(name), now.get(name))
        for document, value in zip((stays, back), declared.separation(was, became, now.get(name), theirs.get(name)), strict=True):
            if value not in (None, {}, [], 0):
                document[name] = value
    return stays, back


def changed_parts(before: Document, after: Document) -> tuple[Document, Document]:
    """Of two states those parts that differ and can be taken apart, under stored names."""
    names = [declared.stored for _, declared in PARTS
             if declared.separation is not each_its_own and before.get(declared.stored) != after.get(declared.stored)]
    first, second = ({"v": STATE_VERSION, **{name: document[name] for name in names if name in document}} for document in (before, after))
    return first, second


def _text(entry: list[Any] | None) -> str | None:
    return entry[0].strip() or None if entry and isinstance(entry[0], str) else None
