"""test_past: whatever the order in which events come, however often, in however many records, whenever a rule begins to ask, it is answered
as if somebody had looked all of them over.
"""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from chalicelib.engine.advance import advance
from chalicelib.engine.known import KnownOf
from chalicelib.engine.scope import scope_of
from chalicelib.model.customer import Customer
from chalicelib.model.event import Event
from chalicelib.model.facts import Facts
from chalicelib.model.instant import DAY, HOUR
from chalicelib.model.windows import Question, mark_of
from chalicelib.rulebook.rulebook import Rulebook
from tests.vectors.test_audiences import with_audience

NOW = 30 * DAY
ASKING = ("happened('A', '7d') || happened('A', '3d', 'properties.kind', 'x') || days_since(last_time('B')) > `1` || "
          "total('A', 'properties.worth', '7d', 'properties.kind', 'x')")
KINDS = some.sampled_from(["x", "y", 1, 1.0, True, None])
EVENTS = some.lists(some.tuples(some.sampled_from("AAB"), some.integers(-9 * 24, 0), KINDS, some.integers(0, 9)), max_size=15)


def event(number: int, name: str, hours: int, kind: Any, worth: int) -> Event:
    """An event so many hours ago."""
    return Event(f"e{number}", "track", name, NOW + hours * HOUR, NOW, properties={"kind": kind, "worth": worth}, source="server/x")


def live(events: list[Event], book: Rulebook, state: Customer | None = None, past: list[Event] | None = None) -> Customer:
    """A customer's state after these."""
    state = state or Customer("c")
    for each in events:
        if each.id not in state.recent:
            state = advance(state, each, Facts(past=past), book, NOW).state
            past = None
    return state


def answers(known: Any) -> list[Any]:
    """What the rules ask."""
    return [known.count(Question("A"), 7 * DAY)[0], known.count(Question("A", by="properties.kind"), 3 * DAY, mark_of("x"))[0],
            known.count(Question("A", "properties.worth", "properties.kind"), 7 * DAY, mark_of(1))[1], known.last(Question("B", last=True))]


def looked_over(events: list[Event]) -> list[Any]:
    """The same, by looking all of them over."""
    def within(days: int, *kinds: Any) -> list[Event]:
        return [each for each in events if each.name == "A" and each.at > NOW - days * DAY
                and (not kinds or (each.properties["kind"] in kinds and not isinstance(each.properties["kind"], bool)))]
    return [len(within(7)), len(within(3, "x")), sum(each.properties["worth"] for each in within(7, 1)),
            max((each.at for each in events if each.name == "B"), default=None)]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(EVENTS, some.randoms(use_true_random=False), some.integers(0, 15), some.booleans())
def test_it_is_answered_as_if_all_were_looked_over(told: Any, chance: Any, asked_after: int, joins: bool) -> None:
    book, plain = with_audience(ASKING), with_audience("cart.value > `1`")
    events = [event(number, *one) for number, one in enumerate(told)]
    arriving = [*events, *chance.sample(events, len(events) // 3)]
    chance.shuffle(arriving)
    before, after = arriving[:asked_after], arriving[asked_after:]
    end = Event("end", "track", "End", NOW, NOW)
    if joins:
        mine, theirs = live([*before, end], book), live([each for each in after if each not in before], book, Customer("d"))
        mine.absorb(theirs, NOW)
        state = mine
    else:
        state = live([*after, end], book, live(before, plain), past=list(events))
    known = scope_of(state, NOW).known
    assert isinstance(known, KnownOf)
    assert answers(known) == looked_over(events)
