"""consent: whether a customer agreed to be written to, per channel and topic. Three-valued: given, withdrawn, unknown."""

from dataclasses import dataclass
from typing import Literal

ConsentStatus = Literal["given", "withdrawn", "unknown"]
ALL_TOPICS = "*"


@dataclass(frozen=True, slots=True)
class Consent:
    """What was said last: `given` or `withdrawn`, when, and where it was said (source and event id)."""

    status: Literal["given", "withdrawn"]
    at: int
    source: str

    def outweighs(self, other: "Consent | None") -> bool:
        """The later word counts; of two at the same moment the stricter."""
        return other is None or self.at > other.at or (self.at == other.at and self.status == "withdrawn")


Consents = dict[str, Consent]  # by "channel/topic"; the topic "*" speaks for all


def record_consent(consents: Consents, channel: str, topic: str, consent: Consent) -> None:
    """Take in a word on consent unless a later one is known."""
    key = f"{channel}/{topic}"
    if consent.outweighs(consents.get(key)):
        consents[key] = consent


def consent_for(consents: Consents, channel: str, topic: str) -> Consent | None:
    """The word that counts for a channel and topic: the later of the topic's own and the one for all topics."""
    own, general = consents.get(f"{channel}/{topic}"), consents.get(f"{channel}/{ALL_TOPICS}")
    if own is None or general is None:
        return own or general
    return own if own.outweighs(general) else general


def absorb_consents(mine: Consents, theirs: Consents) -> None:
    """Join the consents of two records of one person: where both have spoken, the stricter wins, then the later."""
    for key, consent in theirs.items():
        known = mine.get(key)
        if known is None or (known.status == "given" and consent.status == "withdrawn"):
            mine[key] = consent
        elif known.status == consent.status and consent.at > known.at:
            mine[key] = consent
