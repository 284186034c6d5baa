"""The evaluator is pure and total: the same in, the same out; nothing handed to it changes; no event that was accepted makes it fail."""

import copy
import json

from hypothesis import given

from chalicelib.engine.accept import accept
from chalicelib.engine.advance import advance
from chalicelib.model.canonical import canonical_json
from chalicelib.model.customer import customer_from
from chalicelib.model.errors import EventRejected
from chalicelib.model.event import Event, event_from
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.outcome import effect_document, effect_from

from .calls import NINE, acceptable, hostile, repeatable
from .lives import Move, live, moves, rules

BOOK = rules()


@repeatable(120)
@given(moves)
def test_the_same_life_twice_is_the_same_and_nothing_handed_over_changes(told: list[Move]) -> None:
    for moment in live(told, BOOK):
        state, event = copy.deepcopy(moment.before), copy.deepcopy(moment.event)
        again = advance(state, event, NO_FACTS, BOOK, moment.now)
        assert again == moment.outcome
        assert (state, event) == (moment.before, moment.event)
        once_more = advance(again.state, event, NO_FACTS, BOOK, moment.now)
        assert (once_more.state, once_more.effects, once_more.occurrences) == (again.state, (), ()), "the same event again does nothing"


@repeatable(120)
@given(moves)
def test_a_life_as_stored_goes_on_like_a_life_in_memory(told: list[Move]) -> None:
    for moment in live(told, BOOK):
        state = moment.outcome.state
        stored = canonical_json(state.document())
        restored = customer_from(json.loads(stored))
        assert restored == state
        assert canonical_json(restored.document()) == stored
        for effect in moment.outcome.effects:
            assert effect_from(json.loads(canonical_json(effect_document(effect)))) == effect
        if moment.event.type != "engine":
            kept = event_from(json.loads(canonical_json(moment.event.document())))
            assert kept.document() == moment.event.document()
            outcome = advance(customer_from(json.loads(canonical_json(moment.before.document()))), kept, NO_FACTS, BOOK, moment.now)
            assert canonical_json(outcome.state.document()) == stored


@repeatable(200)
@given(acceptable())
def test_a_call_that_is_only_untidy_is_taken(call: dict[str, object]) -> None:
    event = accept(call, "server/shop", NINE)
    assert NINE - 3 * 86_400_000 <= event.at <= NINE + 300_000


@repeatable(300)
@given(hostile)
def test_whatever_a_stranger_sends_is_an_event_or_a_clear_no(call: object) -> None:
    try:
        event = accept(call, "browser/web", NINE)
    except EventRejected as rejected:
        assert rejected.code.replace("_", "").isalpha() and str(rejected)
    else:
        assert isinstance(event, Event) and event.type != "engine"
        canonical_json(event.document())
