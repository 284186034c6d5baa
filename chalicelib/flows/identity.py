"""identity: whose an event is, settled before it is written, by conditional puts that leave one winner.

An `identify` (or an `alias`) that carries both ids joins them. Who came first gives the customer's id. What was collected under an
anonymous id joins the known customer, unless that anonymous record belongs to another known person (a shared device): then only
the device's next events follow the newest user.
"""

from collections.abc import Iterable

from ..model.event import MERGE_ASKED, Event
from ..model.identity import Identifier, customer_id, identifier, owner_of
from ..ports import Ports

JOINING = ("identify", "alias")
Known = dict[Identifier, str]


def identifiers_of(events: Iterable[Event]) -> set[Identifier]:
    """All identifiers these events carry, to be looked up in one go."""
    found = {part for event in events for part in (identifier("user", event.user_id), *_anonymous(event))}
    return {part for part in found if part is not None}


def whose(ports: Ports, event: Event, known: Known) -> str:
    """The customer an event belongs to; creates and joins identifiers as needed and keeps `known` up to date."""
    user = identifier("user", event.user_id)
    anonymous = [part for part in _anonymous(event) if part is not None]
    if user is None:
        return _claim(ports, anonymous[0], customer_id(anonymous[0]), known)
    joined = anonymous if event.type in JOINING else []
    customer = known.get(user) or _claim(ports, user, _first_home(ports, user, joined, known), known)
    for part in joined:
        if known.get(part) != customer:
            _join(ports, part, user, customer, event, known)
    return customer


def _anonymous(event: Event) -> list[Identifier | None]:
    return [identifier("anonymous", event.anonymous_id), identifier("anonymous", event.previous_id) if event.type == "alias" else None]


def _claim(ports: Ports, part: Identifier, customer: str, known: Known) -> str:
    if part not in known:
        known[part] = ports.identifiers.claim(part, customer)
    return known[part]


def _first_home(ports: Ports, user: Identifier, joined: list[Identifier], known: Known) -> str:
    """Where a new user lives: in the anonymous record of the same person when there is one that is nobody else's."""
    for part in joined:
        if part in known and ports.identifiers.claim(owner_of(known[part]), user.value) == user.value:
            return known[part]
    return customer_id(user)


def _join(ports: Ports, part: Identifier, user: Identifier, customer: str, event: Event, known: Known) -> None:
    if ports.identifiers.claim(owner_of(customer), user.value) != user.value:
        return  # the record was another user's first (a race, long settled): the anonymous id stays where it is
    current = _claim(ports, part, customer, known)
    if current == customer:
        return
    if ports.identifiers.claim(owner_of(current), user.value) == user.value:
        ports.events.append(current, Event(
            id=f"merge-{customer}", type="engine", name=MERGE_ASKED, at=event.received_at, received_at=event.received_at, source="engine",
            properties={"into": customer, "userId": user.value, "cause": event.id}))
    ports.identifiers.move(part, customer)
    known[part] = customer
