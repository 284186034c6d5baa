"""kinds: a rule that is published again with another kind of trigger begins anew.

What the old kind remembered and what its journeys know, the new one cannot read: a waiting cart is no order, and promises no price. A state
stored before kinds were kept is of the kind its rules have now.
"""

from ..model.customer import Customer
from ..model.verdict import Deny
from ..rulebook.rule import Rule
from ..rulebook.rulebook import Rulebook
from . import journeys
from .operation import another_kind
from .work import Work


def settle_kinds(work: Work) -> None:
    """Forget what triggers of other kinds remembered, with what they waited for, and end their journeys; know the kinds of now."""
    if forget_other_kinds(work.customer, work.rulebook):
        work.watches_touched = True
    for journey in list(work.customer.journeys.values()):
        rule = work.rulebook.rules.get(journey.rule)
        against = another_kind(rule, journey) if rule is not None and journey.status == "open" else None
        if isinstance(against, Deny):
            journeys.retire(work, journey, against)


def forget_other_kinds(customer: Customer, rulebook: Rulebook) -> bool:
    """Whether something was forgotten. A rule that is gone may come back as it was."""
    others = [rule for rule in customer.memory if not reads(customer, rulebook.rules.get(rule))]
    for rule in others:
        del customer.memory[rule]
        for timer in [timer for timer in customer.timers if timer.startswith(f"trigger|{rule}|")]:
            del customer.timers[timer]
    rules = {rule: rulebook.rules.get(rule) for rule in customer.memory}
    kinds = {name: customer.kinds.get(name) if rule is None else rule.trigger.kind for name, rule in rules.items()}
    customer.kinds = {name: kind for name, kind in kinds.items() if kind is not None}
    return bool(others)


def reads(customer: Customer, rule: Rule | None) -> bool:
    """Whether a rule's trigger can read what is remembered of a customer under its name."""
    return rule is None or customer.kinds.get(rule.id, rule.trigger.kind) == rule.trigger.kind
