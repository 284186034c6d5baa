"""Abandonment says something about the times of events; their order of arrival must not matter. Checked against a model by brute force.

What ends a run may stand in the trigger, as a cancel, or in the rule, as its goal or an exit: while it waits, all are the same.
"""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.engine.accept import accept
from chalicelib.engine.advance import advance
from chalicelib.model.customer import Customer
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.instant import MINUTE, SECOND, format_instant, parse_instant
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from simulators.shop_day import rulebook

from .calls import NINE, repeatable
from .lives import ANNA, ring

WAIT, LATENESS = 10 * MINUTE, 5 * MINUTE
START, CANCEL, EMPTY = "Product Added", "Product Removed", "Cart Emptied"
Told = tuple[int, int, str, str]  # (when, how late it arrives, what, which product)


def fires(history: Iterable[Told], product: str) -> list[int]:
    """The starts of a product after which it stayed quiet, by looking at the whole history."""
    mine = [told for told in history if told[3] == product or told[2] == EMPTY]
    starts = {at for at, _, what, _ in mine if what == START}
    cancels = {at for at, _, what, _ in mine if what in (CANCEL, EMPTY)}
    return sorted(start for start in starts
                  if not any(start < other <= start + WAIT for other in starts)
                  and not any(start <= cancel <= start + WAIT for cancel in cancels))


def book(cancel: list[dict[str, Any]], **ends: Any) -> Rulebook:
    """One rule, by product, that waits for late events."""
    rule = Rule.model_validate({
        "id": "left", "reentry": "0s", "steps": [{"send": {"channel": "email", "template": "cart"}}], **ends,
        "trigger": {"kind": "abandonment", "wait": "10m", "lateness": "5m", "key": "event.properties.product_id",
                    "start": [{"event": START}], "cancel": cancel}})
    return Rulebook(brand=rulebook().brand, rules={rule.id: rule}, templates={}, digest="left")


ONE, ALL = {"event": CANCEL, "key": "event.properties.product_id"}, {"event": EMPTY}
BOOKS = {"cancels": book([ONE, ALL]), "exits": book([], exits=[ONE, ALL]), "an exit and the goal": book([], exits=[ONE], goal=ALL),
         "a cancel and the goal": book([ONE], goal=ALL)}
half_minutes = st.integers(0, 80).map(lambda number: NINE + number * 30 * SECOND)
histories = st.lists(st.tuples(half_minutes, st.integers(0, 10).map(lambda number: number * 30 * SECOND),
                               st.sampled_from([START, START, CANCEL, EMPTY]), st.sampled_from(["b-1", "b-2"])), min_size=1, max_size=24)


def told_live(history: list[Told], rules: Rulebook = BOOKS["cancels"]) -> list[tuple[str | None, int]]:
    """What the engine finds when the events arrive one by one, late as they are."""
    state, found = Customer(ANNA), []

    def until(moment: int | None) -> None:
        nonlocal state
        while state.ring is not None and (moment is None or state.ring < moment):
            now = state.ring
            outcome = advance(state, ring(state, now), NO_FACTS, rules, now)
            found.extend((fired.key, fired.started) for fired in outcome.occurrences)
            state = outcome.state

    for number, (at, late, what, product) in sorted(enumerate(history), key=lambda entry: (entry[1][0] + entry[1][1], entry[0])):
        until(at + late)
        call = {"type": "track", "userId": "anna", "event": what, "properties": {"product_id": product}, "messageId": f"m{number}",
                "timestamp": format_instant(at)}
        state = advance(state, accept(call, "server/shop", at + late), NO_FACTS, rules, at + late).state
    until(None)
    return sorted(found)


@pytest.mark.parametrize("written", BOOKS)
@repeatable(80)
@given(history=histories)
@example(history=[(NINE, 0, START, "b-1"), (NINE, 0, EMPTY, "b-1"), (NINE + 20 * MINUTE, 0, EMPTY, "b-1")])  # what was ended stays ended
def test_it_fires_exactly_where_the_whole_history_says_so(written: str, history: list[Told]) -> None:
    expected = [(product, start) for product in ("b-1", "b-2") for start in fires(history, product)]
    assert told_live(history, BOOKS[written]) == sorted(expected)


def test_at_exactly_the_deadline_the_event_wins() -> None:
    nine = parse_instant("2026-03-02T09:00:00Z") or 0
    at_the_deadline = [(nine, 0, START, "b-1"), (nine + WAIT, LATENESS, CANCEL, "b-1")]
    just_after = [(nine, 0, START, "b-1"), (nine + WAIT + 1, 0, CANCEL, "b-1")]
    assert told_live(at_the_deadline) == [] == fires(at_the_deadline, "b-1")
    assert told_live(just_after) == [("b-1", nine)]
