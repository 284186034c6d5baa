"""outranked: rules whose turn never comes, because another takes the only place under the frequency cap at the very same moment.

That is certain of a rule when there is another, live as it is, for which all of this holds:
  - the same trigger, topic, audience, channel and policies, both marketing, neither for a part of the customers only;
  - it goes first: a higher priority, or the same one and an earlier id;
  - its condition holds wherever the other's does, and its step has no `when`;
  - it may begin anew at least as often, and no coupon pool or end of an offer can keep it silent;
  - both have one step for one channel, under a cap of one message within a time at least as long as the rule's own is worth sending.
Where any of this is otherwise, nothing is said.
"""

from collections.abc import Iterator

from ...model.errors import RuleInvalid
from ...policies.frequency_cap import Settings as FrequencyCap
from ..rule import Rule
from .book import Book
from .implication import implies

_MAY_DIFFER = {"id", "description", "version", "owner", "priority", "condition", "reentry", "offer", "steps", "examples", "tracking",
               "schema_", "goal"}


def find(book: Book) -> Iterator[RuleInvalid]:
    """Those rules, each with the one that goes first."""
    by_trigger: dict[str, list[Rule]] = {}
    for rule in book.rules:
        if rule.status == "live" and rule.message_type == "marketing":
            by_trigger.setdefault(rule.trigger.model_dump_json(), []).append(rule)
    for rules in by_trigger.values():
        for rule in rules:
            first = next((other for other in rules if other is not rule and _outranks(other, rule, book)), None)
            if first is not None:
                yield book.problem(rule, ("priority",), "outranked",
                                   f"{first.id!r} fires at the same moments, goes first, and takes the only place under the frequency cap",
                                   f"give it a higher priority than {first.priority}, or another trigger, or let {first.id!r} ask for more")


def _outranks(first: Rule, rule: Rule, book: Book) -> bool:
    if (-first.priority, first.id) > (-rule.priority, rule.id) or _rest(first) != _rest(rule):
        return False
    steps = [*first.steps, *rule.steps]
    same_channel = len(steps) == 2 and steps[0].send.ways == steps[1].send.ways and len(steps[0].send.ways) == 1
    always_sends = first.steps[0].when is None and implies(rule.condition, first.condition) and first.reentry <= rule.reentry
    if first.offer is not None:
        always_sends = always_sends and first.offer.pool is None and first.offer.until is None and first.offer.valid_for is None
    settings = book.rulebook.settings(rule, "frequency_cap")
    cap = settings.per_channel if isinstance(settings, FrequencyCap) else None
    return same_channel and always_sends and cap is not None and cap.messages == 1 and cap.window >= rule.expires_after


def _rest(rule: Rule) -> dict[str, object]:
    """All that must be the same; a part of the customers, a holdout or the like is never the same as all."""
    rest = rule.model_dump(exclude=_MAY_DIFFER)
    for_a_part = rest.get("percentage", 100) != 100 or rest.get("holdout") or rest.get("variants") or rest.get("budget")
    return {**rest, "only of": rule.id} if for_a_part else rest
