"""holdout: a share of the customers hears nothing, so that what messages bring can be measured against them.

Asked last, and only of a message that nothing else denies or holds: whoever is held out is somebody who would have been written to. Who
that is follows from a hash of the id under which the journey began and is stored nowhere: the same customers as long as the share stays,
all of them when it grows. The brand's group is one for all rules; those of two rules have nothing to do with each other.
"""

from ..model.canonical import fraction
from ..model.reason import Reason
from ..model.verdict import Allow, Deny, Verdict
from ..model.written import Written
from .policy import Candidate


class Settings(Written):
    """How many are held out stands in `holdout`, of the brand and of the rule."""


def judge(settings: Settings, candidate: Candidate) -> Verdict:
    """Deny when the customer is in the brand's holdout or in the rule's."""
    if candidate.transactional:
        return Allow("transactional: nobody is held out")
    hashed = candidate.hashed or candidate.customer.id
    if _is_within(candidate.holdout_brand, "", hashed):
        return Deny(Reason.HOLDOUT_GLOBAL, f"of the {candidate.holdout_brand:g}% whom no rule writes to")
    if _is_within(candidate.holdout_rule, candidate.rule, hashed):
        return Deny(Reason.HOLDOUT_RULE, f"of the {candidate.holdout_rule:g}% whom this rule does not write to")
    return Allow("not held out")


def _is_within(percent: float, salt: str, customer: str) -> bool:
    return percent > 0 and fraction("holdout", salt, customer) * 100 < percent
