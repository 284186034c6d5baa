"""consent: marketing goes only to those who agreed to this topic on this channel. Unknown is no."""

from ..model.consent import consent_for
from ..model.instant import format_instant
from ..model.reason import Reason
from ..model.verdict import Allow, Deny, Verdict
from ..model.written import Written
from .policy import Candidate


class Settings(Written):
    """Consent has nothing to set: it cannot be switched off."""


def judge(settings: Settings, candidate: Candidate) -> Verdict:
    """Allow when consent was given and not withdrawn since."""
    if candidate.transactional:
        return Allow("transactional: consent by contract")
    consent = consent_for(candidate.customer.consents, candidate.channel, candidate.topic)
    if consent is None:
        return Deny(Reason.NOT_CONSENTED, f"nothing known about {candidate.channel} for the topic {candidate.topic}")
    said = f"{consent.status} on {format_instant(consent.at)} ({consent.source})"
    return Allow(said) if consent.status == "given" else Deny(Reason.UNSUBSCRIBED, said)
