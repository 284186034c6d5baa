"""suppression: addresses that bounced, complained or opted out are not written to, whatever a rule says.

An opt-out is lifted by a consent given after it; a bounce or a complaint is not.
"""

from ..model.consent import consent_for
from ..model.instant import format_instant
from ..model.reason import Reason
from ..model.verdict import Allow, Deny, Verdict
from ..model.written import Written
from .policy import Candidate


class Settings(Written):
    """Suppression has nothing to set: it cannot be switched off."""


def judge(settings: Settings, candidate: Candidate) -> Verdict:
    """Deny when the address is suppressed, in the customer's state or (at the last gate) in the suppression table."""
    own = candidate.customer.suppressed.get(f"{candidate.channel}/{candidate.address}")
    entries = [*candidate.suppressions, *([own] if own else [])]
    consent = consent_for(candidate.customer.consents, candidate.channel, candidate.topic)
    for entry in entries:
        if entry.reason == Reason.UNSUBSCRIBED:
            lifted = consent is not None and consent.status == "given" and consent.at > entry.at
            if lifted or candidate.transactional:
                continue
        return Deny(Reason(entry.reason), f"since {format_instant(entry.at)}")
    return Allow("address not suppressed")
