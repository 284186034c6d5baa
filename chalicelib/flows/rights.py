"""rights: what the law gives every customer: to see all that is kept of them, and to have it erased.

An erasure is an event in the customer's log. The fold leaves a tombstone, which lets in nothing that happened before, whether it comes
late, again or from a replay; the relay takes everything away from the tables, also from those of records that joined this one. A process
that dies on the way leaves the event or the effect, and so the rest follows.
"""

import json
from typing import Any

from ..model.event import ERASURE_ASKED, Event
from ..model.outcome import Erase
from ..ports import Parked, Ports
from .lookup import find_customer, find_home
from .profile import look_up

PAGE = 500
_MOST_PARKED = 100_000


def ask_erasure(ports: Ports, who: str) -> str | None:
    """Have everything of a customer erased; their id, or None where nothing leads to anybody. Asked twice is harmless.

    It is asked whether or not what was sent lately is in the state already.
    """
    home = find_home(ports, who)
    if home is not None:
        _ask(ports, home, ports.clock())
    return home


def carry_out(ports: Ports, customer: str, effect: Erase) -> None:
    """Take what was erased out of the log, the decisions and what was set aside, and have the records erased that joined this one."""
    for absorbed in effect.absorbed:
        _ask(ports, absorbed, effect.at, follows=True)
    ports.events.erase(customer, effect.at)
    ports.decisions.erase(customer, max(effect.at, effect.decided))
    names = {value.lower() for value in effect.values}
    for place in ("ingest", "fold", "relay", "feedback"):
        for parked in ports.parking.parked(place, _MOST_PARKED):
            if parked.at <= effect.at and (parked.id.partition("#")[0] == customer or _names(parked, names)):
                ports.parking.remove(place, parked.id)
    ports.meter.count("customers", outcome="erased")


def apply_tombstones(ports: Ports, since: int) -> int:
    """Take away once more what was erased since a moment (milliseconds), after a restore from a backup; of how many customers."""
    erased, after = 0, None
    while True:
        states, after = ports.customers.page(after, PAGE)
        for state in states:
            if state.erased_at is not None and state.erased_at >= since:
                carry_out(ports, state.id, Erase(state.erased_at, (), ()))
                erased += 1
        if after is None:
            return erased


def export(ports: Ports, who: str, after: str | None = None) -> dict[str, Any] | None:
    """All that is kept of a customer: what `look_up` shows and, oldest first, 500 events from a place on; None for nobody.

    `next`, where there are more, is the place to go on from. ValueError for a place that is none of this customer's.
    """
    customer = find_customer(ports, who)
    if customer is None:
        return None
    homes = [*customer.absorbed, customer.id]
    home, _, key = (after or homes[0]).partition("|")
    if home not in homes:
        raise ValueError("`after` is the `next` of the page before")
    page = ports.events.page(home, key or None, PAGE)
    events, going_on = [event.document() for _, event in page], None
    if len(page) == PAGE:
        going_on = f"{home}|{page[-1][0]}"
    elif home != homes[-1]:
        going_on = homes[homes.index(home) + 1]
    shown = look_up(ports, who) if after is None else {}
    return {**(shown or {}), "state": customer.document() if after is None else None, "events": events, "next": going_on}


def _ask(ports: Ports, customer: str, at: int, *, follows: bool = False) -> None:
    """`follows`: of a record that joined another, because that other was erased."""
    ports.events.append(customer, Event(id=f"erasure-{at}", type="engine", name=ERASURE_ASKED, at=at, received_at=at, source="engine",
                                        properties={"at": at, **({"follows": True} if follows else {})}))


def _names(parked: Parked, names: set[str]) -> bool:
    """Whether something set aside holds one of these identifiers as a value of its own."""
    waiting: list[Any] = [parked.body]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, (str, int, float)):
            text = str(value).strip()
            if text.lower() in names:
                return True
            if text[:1] in ("{", "["):
                waiting += _parts(text)
    return False


def _parts(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []  # no JSON, only something that begins like it: its words are looked at as a whole
    return [found] if isinstance(found, (dict, list)) else []
