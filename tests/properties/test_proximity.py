"""Whoever walks among stores enters and leaves them in the order of the times, however late positions come within the lateness; what is
remembered of it is small."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.engine.advance import advance
from chalicelib.engine.bounds import MOST_BYTES
from chalicelib.model.canonical import plain_json
from chalicelib.model.consent import Consent
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import LOCATION_UPDATED, TIMER_DUE, Event
from chalicelib.model.facts import Facts
from chalicelib.model.instant import MINUTE, SECOND
from chalicelib.rulebook.rulebook import Rulebook
from simulators.shop_day import rulebook
from tests.vectors.shop import rulebook as one_rule

from .calls import NINE

STORES = {name: {"storeId": name} for name in "abc"}
LATENESS = 2 * MINUTE
Step = tuple[dict[str, str], int]  # how it lies to each store (in, near, out), and how late it comes (seconds)

walks = st.lists(st.tuples(st.fixed_dictionaries({name: st.sampled_from(["in", "near", "out"]) for name in STORES}), st.integers(0, 120)),
                 min_size=1, max_size=12)


def near(**trigger: Any) -> Rulebook:
    return one_rule({"id": "near", "reentry": "0s", "trigger": {
        "kind": "proximity", "radius": 300, "cooldown": "0s", "openOnly": False, "lateness": "2m", **trigger}})


def position(number: int, lies: dict[str, str], received_at: int) -> Event:
    found = {"in": [[name, 300] for name in lies if lies[name] == "in"], "near": [name for name in lies if lies[name] == "near"]}
    at = NINE + number * 30 * SECOND
    return Event(id=f"p{number}", type="track", name=LOCATION_UPDATED, at=at, received_at=received_at,
                 properties={"fences": {"300+50": found}})


def anna() -> Customer:
    return Customer("anna", consents={"location/*": Consent("given", NINE, "test")})


def entries(rules: Rulebook, arrivals: list[tuple[int, Event]]) -> list[tuple[int, str]]:
    """What fires when positions arrive so, and every ring comes at its moment."""
    state, found = anna(), []

    def take(event: Event, now: int) -> None:
        nonlocal state
        outcome = advance(state, event, Facts(stores=STORES), rules, now)
        state = customer_from(outcome.state.document())
        found.extend((occurrence.at, occurrence.key) for occurrence in outcome.occurrences)

    def ring_until(moment: int | None) -> None:
        while state.ring is not None and (moment is None or state.ring < moment):
            now = state.ring
            take(Event(id=f"ring-{state.rings}", type="engine", name=TIMER_DUE, at=now, received_at=now,
                       properties={"ring": state.rings}), now)

    for arrival, event in arrivals:
        ring_until(arrival)
        take(event, arrival)
    ring_until(None)
    return sorted(found)


def expected(walk: list[Step], on: str) -> list[tuple[int, str]]:
    """The same by a loop over each store alone."""
    found = []
    for name in STORES:
        inside = False
        for number, (lies, _) in enumerate(walk):
            now = lies[name] == "in" or (inside and lies[name] == "near")
            if now != inside and now == (on == "enter"):
                found.append((NINE + number * 30 * SECOND, name))
            inside = now
    return sorted(found)


@given(walk=walks, on=st.sampled_from(["enter", "exit"]))
def test_late_positions_are_taken_in_their_place(walk: list[Step], on: str) -> None:
    events = [position(number, lies, NINE + number * 30 * SECOND + late * SECOND) for number, (lies, late) in enumerate(walk)]
    arrivals = sorted(((event.received_at, event) for event in events), key=lambda entry: entry[0])
    assert entries(near(on=on), arrivals) == expected(walk, on)


@given(walk=walks)
def test_without_a_lateness_what_comes_late_makes_nobody_come(walk: list[Step]) -> None:
    events = [position(number, lies, NINE + number * 30 * SECOND + late * SECOND) for number, (lies, late) in enumerate(walk)]
    arrivals = sorted(((event.received_at, event) for event in events), key=lambda entry: entry[0])
    newest, in_order = 0, []
    for _, event in arrivals:
        if event.at >= newest:
            newest = event.at
            in_order.append((event.received_at, event))
    assert entries(near(lateness="0s"), arrivals) == entries(near(lateness="0s"), in_order)


def test_in_hundreds_of_stores_and_many_rules_the_state_stays_small() -> None:
    rules = {f"near-{number}": near(on="dwell", dwell="1h", hysteresis=number).rules["near"].model_copy(update={"id": f"near-{number}"})
             for number in range(20)}
    book = replace(rulebook(), rules=rules)
    state, most = anna(), 0
    for number in range(40):
        now = NINE + number * SECOND
        found = {"in": [[f"a-store-with-a-long-name-{number % 7}-{store}", 300] for store in range(100)]}
        event = Event(id=f"p{number}", type="track", name=LOCATION_UPDATED, at=now, received_at=now,
                      properties={"fences": {rule.trigger.ring.name: found for rule in rules.values()}})
        state = advance(state, event, Facts(), book, now).state
        most = max(most, len(plain_json(state.document())))
    assert MOST_BYTES / 2 < most <= MOST_BYTES
