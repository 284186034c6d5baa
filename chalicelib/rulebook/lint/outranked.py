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

from ...model.canonical import canonical_json
from ...model.errors import RuleInvalid
from ...policies.frequency_cap import Settings as FrequencyCap
from ..rule import Rule
from .book import Book
from .implication import implies

_MAY_DIFFER = {"id", "description", "version", "owner", "priority", "condition", "reentry", "offer", "steps", "examples", "tracking",
               "schema_"}
_LOOKED_AT = 100  # rules that go before one, so that a thousand alike take no minutes


def find(book: Book) -> Iterator[RuleInvalid]:
    """Those rules, each with the one that goes first."""
    alike: dict[str, list[Rule]] = {}
    for rule in sorted(book.rules, key=lambda rule: (-rule.priority, rule.id)):
        key = _all_that_must_be_the_same(rule)
        if key is not None:
            alike.setdefault(key, []).append(rule)
    for rules in alike.values():
        for number, rule in enumerate(rules):
            first = next((other for other in rules[max(0, number - _LOOKED_AT):number] if _leaves_nothing(other, rule, book)), None)
            if first is not None:
                yield book.problem(rule, ("priority",), "outranked",
                                   f"{first.id!r} fires at the same moments, goes first, and takes the only place under the frequency cap",
                                   f"give it a higher priority than {first.priority}, or another trigger, or let {first.id!r} ask for more")


def _all_that_must_be_the_same(rule: Rule) -> str | None:
    """None of a rule that is never outranked for certain: not live for everybody, no marketing, several steps or channels."""
    rest = rule.model_dump(mode="json", exclude=_MAY_DIFFER)
    for_a_part = rest.get("percentage", 100) != 100 or rest.get("holdout") or rest.get("variants") or rest.get("budget")
    if rule.status != "live" or rule.message_type != "marketing" or for_a_part or len(rule.steps) > 1 or len(rule.steps[0].send.ways) > 1:
        return None
    return canonical_json({**rest, "channel": rule.steps[0].send.ways})


def _leaves_nothing(first: Rule, rule: Rule, book: Book) -> bool:
    """Whether one of two that are alike, going first, takes the place whenever the other could have it."""
    if first.steps[0].when is not None or first.reentry > rule.reentry or not implies(rule.condition, first.condition):
        return False
    offer = first.offer
    if offer is not None and (offer.pool is not None or offer.until is not None or offer.valid_for is not None):
        return False
    settings = book.rulebook.settings(rule, "frequency_cap")
    cap = settings.per_channel if isinstance(settings, FrequencyCap) else None
    return cap is not None and cap.messages == 1 and cap.window >= rule.expires_after
