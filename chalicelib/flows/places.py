"""places: what ingest makes of a position before anything is stored, and how what was made of it is taken away again.

Nothing is kept of where somebody is who has not agreed to be located. What was said of that a moment ago stands in the log and not yet in
the state, so both are looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ..engine.consents import take_consents
from ..engine.locate import take_out
from ..model.consent import may_be_located
from ..model.customer import Customer
from ..model.event import LOCATION_UPDATED, Event
from ..model.ring import FENCES, stores_in
from ..ports import Ports
from .lookup import load_survivor

LATELY = 20  # events of one customer that may not be in the state yet
PAGE = 500


def place(ports: Ports, call: Any, past: bool = False) -> Any:
    """The call with how it lies to the rings of live rules in the place of where somebody is (of the past: with neither).

    StoreUnavailable: it cannot be told now.
    """
    call, where = take_out(call)
    rings = () if past or where is None else ports.rulebook().rings
    if where is None or not rings:
        return call
    if where.position is None:
        found = {ring.name: where.named(ring) for ring in rings}
    else:
        around = ports.stores.around(where.position.lat, where.position.lon)
        found = {ring.name: lies for ring in rings if (lies := around.lies(where.position, ring)) is not None}
    return {**call, "properties": {FENCES: {name: lies.document() for name, lies in found.items()}}} if found else call


def keep_if_agreed(ports: Ports, homes: Sequence[tuple[str, Event]]) -> list[tuple[str, Event]]:
    """The events, those of people who have not agreed to be located without where they were."""
    agreed: dict[str, bool] = {}
    kept = []
    for home, event in homes:
        if event.name == LOCATION_UPDATED and stores_in(event.properties):
            if home not in agreed:
                agreed[home] = _agreed(ports, home, [other for whose, other in homes if whose == home])
            if not agreed[home]:
                event = replace(event, properties={})
        kept.append((home, event))
    return kept


def without_places(events: Iterable[Event]) -> list[Event]:
    """The events without where anybody was: for those who only count."""
    return [replace(event, properties={}) if event.name == LOCATION_UPDATED else event for event in events]


def forget_places(ports: Ports, customer: str, through: int) -> None:
    """Take the positions received up to a moment (milliseconds) out of a customer's log."""
    after: str | None = None
    while True:
        page = ports.events.page(customer, after, PAGE)
        for _, event in page:
            if event.name == LOCATION_UPDATED and event.properties and event.received_at <= through:
                ports.events.remove(customer, event)
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _agreed(ports: Ports, home: str, sent: list[Event]) -> bool:
    state = load_survivor(ports, home) or Customer(home)
    double_opt_in = ports.rulebook().brand.double_opt_in
    waiting = {event.id: event for event in (*ports.events.latest(state.id, LATELY), *sent)
               if event.name != LOCATION_UPDATED and event.id not in state.recent}
    for event in sorted(waiting.values(), key=lambda event: event.at):
        take_consents(state, event, double_opt_in)
    return may_be_located(state.consents)
