"""With the index customers live as they do when every event is shown to every rule that listens to its name."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from chalicelib.model.instant import DAY, MINUTE
from chalicelib.rulebook.index import Index, Matcher
from chalicelib.rulebook.plain_matcher import PlainMatcher
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook

from .calls import repeatable
from .lives import Move, live, moves, rules

STEPS = [{"send": {"channel": "email", "template": "cart"}}, {"after": "10m", "send": {"channel": "email", "template": "cart"}}]
CHOOSY = [Rule.model_validate({"steps": STEPS, "reentry": "0s", **rule}) for rule in (
    {"id": "dear", "trigger": {"kind": "event", "event": "Product Added", "where": "event.properties.price > `10`"}},
    {"id": "cheap", "priority": 90, "trigger": {"kind": "event", "event": "Product Added", "lateness": "2m",
                                                "where": "event.properties.price <= `10` || !(event.properties.price)"}},
    {"id": "known", "trigger": {"kind": "event", "event": "Order Completed", "where": "customer.email && cart.count == `0`"}},
    {"id": "both", "trigger": {
        "kind": "abandonment", "wait": "5m", "key": "event.properties.product_id",
        "start": [{"event": "Product Added", "where": "event.properties.quantity >= `2`"},
                  {"event": "Product Viewed", "where": "contains(['b-1', 'b-2'], event.properties.product_id)"}],
        "cancel": [{"event": "Product Added", "where": "event.properties.price < `5`"},
                   {"event": "Order Completed", "where": "event.properties.order_id != `null`"}]}})]


class EverybodyHears(PlainMatcher):
    """All rules that run and listen to the name, whatever their conditions."""

    def match(self, event: str, scope: Any, remembering: Any = ()) -> list[str]:
        return super().match(event, scope, [listener.rule for listener in self._listeners])


def book(*, matcher: type[Any] | None = None) -> Rulebook:
    base = rules()
    found = replace(base, rules={**base.rules, **{rule.id: rule for rule in CHOOSY}})
    return found.found_by(matcher(found.rules.values()) if matcher is not None else None)


BY_INDEX, PLAINLY, TO_EVERYBODY = book(), book(matcher=PlainMatcher), book(matcher=EverybodyHears)


@repeatable(40)
@given(moves, some.lists(moves, max_size=2))
def test_a_life_is_the_same(told: list[Move], more: list[list[Move]]) -> None:
    life = [move for part in (told, *more) for move in part]
    for one, plain, shown in zip(live(life, BY_INDEX), live(life, PLAINLY), live(life, TO_EVERYBODY), strict=True):
        assert one.outcome == plain.outcome
        assert one.outcome == shown.outcome


def test_a_rule_that_remembers_hears_what_it_does_not_ask_for_too() -> None:
    def call(event: str, **properties: Any) -> Move:
        return "call", {"type": "track", "event": event, "userId": "anna", "properties": {"product_id": "b-1", **properties}}

    life = [call("Product Added", quantity=2, price=8), ("wait", MINUTE), call("Order Completed", order_id="o-1"), ("wait", DAY),
            call("Product Added", quantity=1, price=8)]
    begun, ended, later = live(life, BY_INDEX)
    assert "both" in begun.outcome.state.memory and "both" in ended.outcome.state.memory
    assert "both" not in later.outcome.state.memory, "what no late event can need any more is forgotten"
    assert [moment.outcome for moment in live(life, TO_EVERYBODY)] == [begun.outcome, ended.outcome, later.outcome]


def test_the_index_is_what_the_evaluator_asks() -> None:
    asked: list[str] = []

    class Noted(Index):
        def match(self, event: str, scope: Any, remembering: Any = ()) -> list[str]:
            asked.append(event)
            return super().match(event, scope, remembering)

    noted: Matcher = Noted(Index.of(BY_INDEX.rules.values()).by_event)
    noting = book(matcher=lambda _: noted)  # type: ignore[arg-type]
    list(live([("call", {"type": "track", "event": name, "userId": "anna"}) for name in ("Product Added", "Nothing Such")], noting))
    assert asked == ["Product Added"]
