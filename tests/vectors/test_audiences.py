"""test_audiences: events go in, time goes on; who entered and who left comes out, whether events come once or twice."""

import json
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.model.asks import MOST_QUESTIONS
from chalicelib.model.errors import RuleInvalid
from chalicelib.model.event import AUDIENCE_ENTERED, AUDIENCE_LEFT
from chalicelib.model.instant import format_instant
from chalicelib.model.source import Source
from chalicelib.rulebook.audience import Audience
from chalicelib.rulebook.loading import load_rulebook, read_rulebook
from chalicelib.rulebook.rulebook import Rulebook

from .reading import cases, clock, moment
from .shop import rulebook


def with_audience(condition: str) -> Rulebook:
    """No rule, one audience."""
    return replace(rulebook(), audiences={"these": Audience(id="these", condition=condition)})


def played(case: dict[str, Any], times: int) -> World:
    """The events of the case, each sent so many times, and the time after them."""
    world = World(with_audience(case["condition"]), moment("09:00"))
    for place, entry in enumerate(case["events"]):
        at = moment(entry["at"])
        world.advance_to(at)
        call = {"type": "track", **entry, "messageId": f"e{place}", "userId": "anna", "timestamp": format_instant(at)}
        for _ in range(times):
            world.post([{name: value for name, value in call.items() if name != "at"}], Source("shop", case.get("by", "server")))
    world.advance_to(moment(case["until"]))
    return world


@cases("audiences.json")
@pytest.mark.parametrize("times", [1, 2])
def test_these_enter_and_leave(case: dict[str, Any], times: int) -> None:
    world = played(case, times)
    told = [arrival.event for arrival in world.events.stream if arrival.event.name in (AUDIENCE_ENTERED, AUDIENCE_LEFT)]
    assert [{"at": clock(event.at), "event": event.name} for event in told] == case["expect"]
    assert {event.properties["audience"] for event in told} <= {"these"}
    for change in (AUDIENCE_ENTERED, AUDIENCE_LEFT):
        counted = world.meter.counts.get(("audiences", "audience=these", f"change={change}"), 0)
        assert counted == sum(entry["event"] == change for entry in case["expect"])


@pytest.mark.parametrize(("condition", "problem"), [
    ("event.name == 'x'", "about the customer, not about one event"), ("contains(customer.audiences, 'other')", "write out what they ask"),
    ("cart && in_audience('other')", "write out what they ask"),
    ("happened('A', '7 days') > `1`", "'7 days' is no duration - write '7d'"), ("happened('A') > `1`", "takes 2"),
    ("happened(customer.city, '7d') > `1`", "texts as they are"), ("happened('A', '400d') > `1`", "at most 365d"),
])
def test_a_condition_that_cannot_mean_what_was_meant_is_refused(condition: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Audience(id="these", condition=condition)


@pytest.mark.parametrize(("asks", "place"), [
    ('"audience": "reguars"', "audience"), ('"condition": "cart && !(in_audience(\'reguars\'))"', "condition"),
])
def test_a_rule_that_names_an_audience_nobody_wrote_is_refused(tmp_path: Any, asks: str, place: str) -> None:
    (tmp_path / "templates" / "note").mkdir(parents=True)
    (tmp_path / "brand.json").write_text('{"name": "Shop", "sender": {"email": "a@b.example", "name": "Shop"}}')
    (tmp_path / "news.json").write_text(f'{{"id": "news", {asks}, "trigger": {{"kind": "abandonment", '
                                        '"start": [{"event": "A"}]}, "steps": [{"send": {"channel": "email", "template": "note"}}]}')
    (tmp_path / "audiences").mkdir()
    (tmp_path / "audiences" / "regulars.json").write_text('{"id": "regulars", "condition": "customer.orders.count > `2`"}')
    with pytest.raises(RuleInvalid, match=rf"news.json:1:\d+: {place}: there is no audience 'reguars' - add the file "
                                          "audiences/reguars.json; did you mean 'regulars'"):
        load_rulebook(tmp_path)


@pytest.mark.parametrize(("events", "problems"), [(MOST_QUESTIONS, 0), (MOST_QUESTIONS + 1, 1)])
def test_all_rules_together_ask_only_so_much_of_the_past(tmp_path: Any, events: int, problems: int) -> None:
    (tmp_path / "audiences").mkdir()
    (tmp_path / "brand.json").write_text('{"name": "Shop", "sender": {"email": "a@b.example", "name": "Shop"}}')
    for days in (7, 30):  # the same events over another time are the same questions
        for first in range(0, events, 10):
            asked = " || ".join(f"happened('Event {number}', '{days}d')" for number in range(first, min(events, first + 10)))
            (tmp_path / "audiences" / f"{days}-{first}.json").write_text(json.dumps({"id": f"{days}-{first}", "condition": asked}))
    found = [str(problem) for problem in read_rulebook(tmp_path)[1]]
    assert len(found) == problems and all("more than 200 different things of the past" in problem for problem in found)
