"""identity: whose an event is, settled before it is written, by conditional puts that leave one winner.

An `identify` (or an `alias`) joins the ids it carries: user id, devices and, from trusted sources, addresses, numbers and cards. Who came
first gives the customer's id. What was collected under a device or an address joins the known customer, unless that record belongs to
another known person (a shared device, a family's telephone): then only its next events follow the newest user. Two known people become
one only by an `alias` from the shop's own server; nor do two who were taken apart become one in another way (`ownership.py`).

No merge can go in a circle: a record without a user goes into one that has an owner or into one of a smaller id, a known person's
record into one of a smaller id; whose a record is, or where it has gone, is claimed once.
"""

from collections.abc import Iterable

from ..engine.identify import identifiers_in
from ..model.canonical import digest
from ..model.event import MERGE_ASKED, Event
from ..model.identity import Identifier, customer_id, identifier
from ..ports import Ports
from .ownership import GONE_TO, are_apart, claim_record, owners, take_record

JOINING = ("identify", "alias")
MOST_MOVES = 10
Known = dict[Identifier, str]


def identifiers_of(ports: Ports, events: Iterable[Event]) -> set[Identifier]:
    """All identifiers these events carry, to be looked up in one go."""
    return {part for event in events for part in (*_users(event), *_devices(event), *_verified(ports, event))}


def whose(ports: Ports, event: Event, known: Known) -> str:
    """The customer an event belongs to; creates and joins identifiers as needed and keeps `known` up to date."""
    user, devices, others = identifier("user", event.user_id), _devices(event), _verified(ports, event)
    if user is None:
        return _without_user(ports, event, devices, others, known)
    joined = [*devices, *others] if event.type in JOINING else []
    again = _where_it_is(ports, event, [user, *joined, *_users(event)], known)
    if again:
        return again
    home = known.get(user) or _claim(ports, user, _first_home(ports, user, joined, known), known)
    for part in joined:
        if known.get(part) != home:
            _join(ports, part, customer_id(user), home, event, known)
    return _join_known(ports, user, home, event, known)


def _without_user(ports: Ports, event: Event, devices: list[Identifier], others: list[Identifier], known: Known) -> str:
    """The home of the address, number or card a trusted source gave, else of the device; an identify joins all of them."""
    parts = [*others, *devices]
    if not others or event.type not in JOINING:
        at_home = next((part for part in parts if part in known), parts[0])
        return _claim(ports, at_home, customer_id(at_home), known)
    again = _where_it_is(ports, event, parts, known)
    if again:
        return again
    homes = list(dict.fromkeys(known[part] for part in parts if part in known))
    owned_by = owners(ports, homes)
    owned = [known[part] for part in others if part in known and known[part] in owned_by]
    free = [home for home in homes if home not in owned_by]
    first = owned[0] if owned else min(free) if free else customer_id(others[0])
    home = _claim(ports, others[0], first, known) if others[0] not in known else first
    owner = owned_by.get(home, GONE_TO + home)
    for part in parts:
        if known.get(part) != home:
            _join(ports, part, owner, home, event, known)
    return home


def _users(event: Event) -> list[Identifier]:
    """The user an event names, and in an alias of the shop's own server the user who turned out to be the same."""
    named = [identifier("user", event.user_id), identifier("user", event.previous_id) if _is_explicit(event) else None]
    return [part for part in named if part is not None]


def _is_explicit(event: Event) -> bool:
    return event.type == "alias" and event.trusted and not event.signed


def _devices(event: Event) -> list[Identifier]:
    named = [identifier("anonymous", event.anonymous_id), identifier("anonymous", event.previous_id) if event.type == "alias" else None]
    return [part for part in named if part is not None]


def _verified(ports: Ports, event: Event) -> list[Identifier]:
    """What a trusted source gave: the word of a browser or an app finds nobody's record."""
    if not event.trusted or (event.type != "identify" and "externalIds" not in event.context):
        return []
    return [Identifier(kind, value) for kind, value in identifiers_in(event, ports.rulebook().kinds) if value is not None]


def _claim(ports: Ports, part: Identifier, customer: str, known: Known) -> str:
    if part not in known:
        known[part] = ports.identifiers.claim(part, customer)
    return known[part]


def _first_home(ports: Ports, user: Identifier, joined: list[Identifier], known: Known) -> str:
    """Where a new user lives: in the record of the same person when there is one that is nobody else's."""
    for part in joined:
        if part in known and claim_record(ports, known[part], customer_id(user)).owner == customer_id(user):
            return known[part]
    return customer_id(user)


def _join(ports: Ports, part: Identifier, owner: str, home: str, event: Event, known: Known) -> None:
    """Let an identifier lead to a customer, and the record it led to before join that customer's if it is nobody else's.

    `owner` is the user the home belongs to (as the id a customer of that user id alone has), or the mark that it belongs to nobody.
    """
    apart: frozenset[str] = frozenset()
    if not owner.startswith(GONE_TO):
        claimed = claim_record(ports, home, owner)
        owner, apart = claimed.owner, claimed.apart  # another's: of two user ids of one person, joined by an alias
    leads_to = _claim(ports, part, home, known)
    if leads_to == home:
        return
    current, free = _follow(ports, leads_to, owner, home, explicit=_is_explicit(event))
    if free and current != home and (_is_explicit(event) or not apart or not are_apart(ports, apart, current)):
        _ask(ports, current, home, event, known, leads_to, userId=event.user_id)
    ports.identifiers.move(part, home)
    known[part] = home


def _follow(ports: Ports, customer: str, owner: str, home: str, *, explicit: bool) -> tuple[str, bool]:
    """Where a record is now, and whether it is this owner's to take: it is from now on, if it was nobody's."""
    for _ in range(MOST_MOVES):
        claimed = take_record(ports, customer, owner, home, explicit=explicit)
        if claimed == owner or not claimed.startswith(GONE_TO):
            return customer, claimed == owner
        customer = claimed.removeprefix(GONE_TO)
        if owner == GONE_TO + customer:
            break
    return customer, False


def _join_known(ports: Ports, user: Identifier, home: str, event: Event, known: Known) -> str:
    """An alias of the shop's own server says that two known people are one: the record of the greater id goes into the other."""
    other = identifier("user", event.previous_id) if _is_explicit(event) else None
    if other is None or other == user:
        return home
    there = _claim(ports, other, home, known)
    survivor, loser = min(home, there), max(home, there)
    for record, of_whom in ((home, user), (there, other)):
        claim_record(ports, record, customer_id(of_whom))
    if loser != survivor:
        _ask(ports, loser, survivor, event, known, loser, userId=event.user_id, explicit=True)
    for part in (user, other):
        if known[part] != survivor:
            ports.identifiers.move(part, survivor)
            known[part] = survivor
    return survivor


def _where_it_is(ports: Ports, event: Event, parts: Iterable[Identifier], known: Known) -> str | None:
    """In whose log an alias of the shop's own server is already: it came again, and what it joined and people undid stays undone."""
    homes = sorted({known[part] for part in parts if part in known})
    if not _is_explicit(event) or len(homes) < 2:
        return None
    return next((home for home in homes if ports.events.get(home, event.id, event.client_time)), None)


def _ask(ports: Ports, customer: str, into: str, event: Event, known: Known, led_to: str, **more: object) -> None:
    """Write into a record's log that it is to join another, and what led to it until now. Asked twice for one reason is asked once."""
    led = [[part.kind, part.value] for part, home in known.items() if home == led_to]
    led += [[part.kind, part.value] for part in _users(event)[1:] if part not in known]  # an alias' `previousId` is both, and leads home
    ports.events.append(customer, Event(
        id=f"merge-{digest('merge', into, event.id, str(event.client_time))}", type="engine", name=MERGE_ASKED, at=event.received_at,
        received_at=event.received_at, source="engine",
        properties={"into": into, "cause": event.id, "led": led, **{name: value for name, value in more.items() if value is not None}}))
