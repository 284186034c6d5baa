"""operation: whether a rule may act for a customer: by its status, its dates, and the part of the customers it runs for."""

from ..model.customer import Customer
from ..model.journey import Journey
from ..model.reason import Reason
from ..model.verdict import Deny
from ..rulebook.rule import Rule
from ..rulebook.rulebook import Rulebook


def stands_against(rule: Rule | None, customer: Customer, journey: Journey | None, rulebook: Rulebook, now: int) -> Deny | None:
    """Why a rule does not act, or not any more for a journey of its own; None when nothing stands against it. In shadow a rule acts without
    sending; what began while it was live ends there."""
    if rule is None or not rule.running:
        return Deny(Reason.RULE_RETIRED, "the rule is gone" if rule is None else f"the rule is {rule.status}")
    if journey is not None and (other := another_kind(rule, journey)):
        return other
    if journey is not None and journey.variant is not None and rule.variant(journey.variant) is None:
        return Deny(Reason.RULE_RETIRED, f"the variant {journey.variant} is gone")
    if rule.status == "shadow" and journey is not None and not journey.shadow:
        return Deny(Reason.SHADOW_ONLY, "the rule went into shadow after this journey had begun")
    if not rulebook.in_force(rule, now):
        return Deny(Reason.OUTSIDE_DATES, " ".join(f"{word} {date}" for word, date in (
            ("valid from", rule.valid_from), ("until", rule.valid_until)) if date))
    if not rule.includes(journey.hashed or customer.id if journey else customer.id):
        return Deny(Reason.OUTSIDE_PERCENTAGE, f"the rule is live for {rule.percentage:g} of 100 customers, not for this one")
    return None


def another_kind(rule: Rule, journey: Journey) -> Deny | None:
    """A no to a journey that a trigger of another kind began, whose data this one cannot read."""
    if journey.kind in (None, rule.trigger.kind):
        return None
    return Deny(Reason.RULE_RETIRED, f"it began as {journey.kind}, and the rule is of the kind {rule.trigger.kind} now")
