"""verified_address: what is worth money or is personal goes only to an address that somebody trusted, or its owner, has confirmed.

An address is verified when the shop's server or a signed call gave it, or when a double opt-in was confirmed there.
"""

from ..model.identifier_kinds import CHANNEL_KIND
from ..model.reason import Reason
from ..model.verdict import Allow, Deny, Verdict
from ..model.written import Written
from .policy import Candidate


class Settings(Written):
    """A verified address is asked for by the rule itself (`verifiedAddress`)."""


def judge(settings: Settings, candidate: Candidate) -> Verdict:
    """Deny when the rule asks for a verified address and this one is only claimed."""
    if not candidate.verified_only:
        return Allow("not asked for by the rule")
    held = candidate.customer.held.get(CHANNEL_KIND.get(candidate.channel, ""), [])
    if any(entry.value == candidate.address and entry.verified for entry in held):
        return Allow("verified")
    return Deny(Reason.UNVERIFIED_ADDRESS, "only claimed by a browser or an app so far")
