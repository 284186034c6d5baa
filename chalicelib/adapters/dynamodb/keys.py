"""keys: every table's attribute names, keys and indexes, and how each key is built. The tables are made in infra/storage.json.

Key texts come in part from outside, and DynamoDB wants them to be proper UTF-8 of bounded length: `plain` sees to that.
"""

import hashlib

from ...model.canonical import digest
from ...model.grid import Cell
from ...model.identity import Identifier
from ...model.instant import DAY, SECOND, format_instant, parse_instant

# Attributes that several tables have.
CUSTOMER = "customer"
BODY = "body"
EXPIRES_AT = "expires_at"  # seconds; DynamoDB's time to live
AT = "at"

# EventsTable: customer, at_id
AT_ID = "at_id"
RECEIVED_AT = "received_at"
EVENT_DAYS = 400

# CustomersTable: customer; sparse indexes of what rings and of what waits
VERSION, STATE = "version", "state"
OUTBOX, OUTBOX_LAST, OUTBOX_SINCE, OUTBOX_SHARD = "outbox", "outbox_last", "outbox_since", "outbox_shard"
RING_SHARD, RING_AT = "ring_shard", "ring_at"
PART = "part"
PART_DAYS = 14
RINGS_INDEX, OUTBOXES_INDEX = "rings", "outboxes"

# IdentifiersTable: identifier
IDENTIFIER = "identifier"

# DecisionsTable: customer, id
ID = "id"
DECISION_DAYS = 90

# DeliveriesTable: key; sparse indexes of what is being called, and of what is found by its provider's id
KEY = "key"
STATUS, ATTEMPT, RULE, CHANNEL, PROVIDER_ID, ERROR = "status", "attempt", "rule", "channel", "provider_id", "error"
CALLING_SHARD, CALLING_SINCE = "calling_shard", "calling_since"
CALLING_INDEX = "calling"
FOUND_BY = "found_by"
PROVIDER_INDEX = "provider"
DELIVERY_DAYS = 400

# SuppressionsTable: address, topic
ADDRESS, TOPIC, REASON = "address", "topic", "reason"

# CouponsTable: place, code; a sparse local index of what is free and what is reserved. A holder's own item stands beside the pools.
CODE, STOCK = "code", "stock"
CLAIM, HOLDER, UNTIL = "claim", "holder", "until"
POOL, COUPON, MARKS, RETURNING = "pool", "coupon", "marks", "returning"
STOCK_INDEX = "stock"
COUPON_SHARDS = 8  # for ever: in another shard a code would not be known
HOLDER_DAYS = 400

# ParkedTable: place, id; an index by time
PLACE, PARKED_AT = "place", "parked_at"
NEWEST_INDEX = "newest"
PARKED_DAYS = 14

# SourcesTable: key_hash
KEY_HASH = "key_hash"
NAME, KIND, DISABLED = "name", "kind", "disabled"
SIGNED_ONLY, EVENTS_A_MINUTE = "signed_only", "events_a_minute"

# LimitsTable: who; beside what is done in a minute what rules have spent of their budgets, and which messages took a share
WHO, SPENT = "who", "spent"
MESSAGES, MONEY = "messages", "money"
SHARE_DAYS, SPENT_DAYS = 30, 60  # a message gives its share back within days, and then the day it took it on must still be there

# StoresTable: place, store; a store's own entry, and one in every cell of the map where it may be asked for
STORE, CELLS = "store", "cells"
OWN_ENTRY = "-"

# DictionaryTable: day, id; an attribute `field TYPE PATH` for each type seen of a field
DAY_NUMBER = "day"
COUNT, FIRST_AT, LAST_AT = "count", "first_at", "last_at"

# ProductsTable: product
PRODUCT = "product"

# WatchesTable: watched, who; a sparse index of what waits for its hour
WATCHED = "watched"
SINCE, SEEN, NUMBER = "since", "seen", "number"
WAVE, WAVE_SHARD, WAVE_AT = "wave", "wave_shard", "wave_at"
THROUGH, LEFT, LAST = "through", "left", "last"
TURN_DAYS = 30
WAVES_INDEX = "waves"

# RulebooksTable: place, id; publications by number in one partition, the pieces of a rulebook's content in one of its own
PUBLICATIONS = "publications"
PIECES = "pieces"

_LONGEST = 512  # a sort key may have 1,024 bytes; the rest is for what stands before the text
_UNTIMED = "-"  # sorts before every moment


def event_sort_key(event_id: str, client_time: int | None) -> str:
    """The client's own time, uncorrected, then the event's id: the same event sent again has the same key."""
    moment = _UNTIMED if client_time is None else format_instant(client_time)
    return f"{moment}#{plain(event_id)}"


def outbox_part_key(customer: str, content: str) -> str:
    """Where a part of an outbox lies that is too large for the customer's own item."""
    return f"{customer}#outbox#{content}"


def ring_sort_key(ring: int, number: int) -> str:
    """A ring's moment and number, in the order of the moments."""
    return f"{format_instant(ring)}#{number:010d}"


def rings_until(moment: int) -> str:
    """The upper bound of the sort keys of all rings at or before a moment."""
    return f"{format_instant(moment)}#~"


def ring_from(sort_key: str) -> tuple[int, int]:
    """Moment and number of a ring. ValueError for a text that `ring_sort_key` did not make."""
    moment, _, number = sort_key.partition("#")
    ring = parse_instant(moment)
    if ring is None:
        raise ValueError(f"{sort_key!r} is not the sort key of a ring")
    return ring, int(number)


def identifier_key(identifier: Identifier) -> str:
    """`user:` and the hash of the value: whoever reads the table learns nobody's address, and it may stay when the person is erased."""
    return f"{identifier.kind}:{digest('identifier', identifier.kind, identifier.value)}"


def suppression_key(channel: str, address: str) -> str:
    """`email#` and the hash of the address: the wish to be left alone outlives the person's erasure and names nobody."""
    return f"{channel}#{digest('address', channel, address)}"


def coupon_place(pool: str, shard: int) -> str:
    """One of the eight partitions of a pool."""
    return f"pool#{pool}#{shard}"


def coupon_shard(text: str) -> int:
    """In which partition a code lies, and where a holder looks first."""
    return int(shard_of(text, COUPON_SHARDS))


def holder_place(holder: str) -> str:
    """Where it stands which code a holder has."""
    return f"holder#{holder}"


def free_stock(text: str) -> str:
    """The place of a free code among the free ones, by a hash, so that holders who look at once find different ones."""
    return f"free#{digest('coupon place', text)}"


def held_stock(until: int) -> str:
    """The place of a reserved code among the reserved ones, by the moment until which it is."""
    return f"held#{format_instant(until)}"


def parked_key(parked_id: str) -> str:
    """The id itself where it can be a key, else its hash."""
    return plain(parked_id)


def source_key(write_key: str) -> str:
    """The hash of a write key: whoever reads the table learns no key."""
    return hashlib.sha256(write_key.encode("utf-8", "surrogatepass")).hexdigest()


def limit_key(who: str, minute: int) -> str:
    """Somebody's minute: the hash of who it is, `#`, minutes since 1970."""
    return f"{digest('limit', who)}#{minute}"


def spent_key(rule: str, day: str | None) -> str:
    """What a rule has spent on a day, or in all."""
    return f"spent#{rule}#{day}" if day else f"spent#{rule}"


def share_key(key: str) -> str:
    """The share of a budget that a message has."""
    return f"share#{key}"


def dictionary_key(kind: str, name: str | None) -> str:
    """`track#Order Completed`; a name that can be no key goes by its hash."""
    return f"{kind}#{plain(name)}" if name else kind


def store_key(store: str) -> str:
    """Where a store's own entry lies."""
    return f"store#{plain(store)}"


def cell_key(cell: Cell) -> str:
    """Where the stores of a cell of the map lie: `cell#170#93`."""
    return f"cell#{cell[0]}#{cell[1]}"


def product_key(key: str) -> str:
    """The product's key itself where it can be one here, else its hash."""
    return plain(key)


def watched_key(aspect: str, product: str, shard: int) -> str:
    """`price#3#` and the product key: one shard of a product's watchers."""
    return f"{aspect}#{shard}#{plain(product)}"


def wave_key(product: str) -> str:
    """Where the next wave of a product waits, in the place of a watched product and of who watches it."""
    return f"wave#{plain(product)}"


def turn_key(event_id: str, wave: int, after: str | None) -> str:
    """Where stands whose turn it is in a page: the news, the wave, the place it begins after."""
    return f"{event_id}#{wave}#{after or _UNTIMED}"


def watcher_key(turn: int, customer: str) -> str:
    """The moment whose order counts, 15 digits, `#`, the customer."""
    return f"{turn:015d}#{customer}"


def publication_key(number: int) -> str:
    """A publication's number, in the order of the numbers."""
    return f"{number:010d}"


def bundle_place(bundle: str) -> str:
    """Where the content of a rulebook lies."""
    return f"bundle#{plain(bundle)}"


def part_prefix(part: str) -> str:
    """What the keys of all pieces of one part of a content begin with."""
    return f"{part}#"


def piece_key(part: str, number: int) -> str:
    """One piece of a part of a content, in their order."""
    return f"{part_prefix(part)}{number:05d}"


def shard_of(key: str, shards: int) -> str:
    """Which of so many shards of an index a key belongs to. The number of shards may grow and must not shrink."""
    return str(int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % shards)


def expiry(moment: int, days: int) -> int:
    """When something of that moment may go: seconds since 1970, as DynamoDB's time to live wants them."""
    return (moment + days * DAY) // SECOND


def plain(text: str) -> str:
    """The text itself where it can be part of a key, else its hash."""
    if text.isascii() and 0 < len(text) <= _LONGEST and text[0] != "~":
        return text
    try:
        size = len(text.encode())
    except UnicodeEncodeError:  # a lone surrogate, which JSON allows and UTF-8 does not
        size = _LONGEST + 1
    return text if 0 < size <= _LONGEST and not text.startswith("~") else "~" + digest("key", text)
