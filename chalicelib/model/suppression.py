"""suppression: an address that must not be written to, and the words for why, as people, SES, Segment and other senders write them."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, NotRequired

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from .reason import Reason

MOST_SUPPRESSIONS = 1_000  # in one request

# By the letters alone. Names of SES's suppression list (BOUNCE, COMPLAINT), Segment's e-mail events, Klaviyo's suppression reasons and
# Beckon's own reasons. A soft bounce is none: the address is alive.
_WORDS = {
    "bounce": Reason.SUPPRESSED_BOUNCE, "bounced": Reason.SUPPRESSED_BOUNCE, "hardbounce": Reason.SUPPRESSED_BOUNCE,
    "hardbounced": Reason.SUPPRESSED_BOUNCE, "emailbounced": Reason.SUPPRESSED_BOUNCE, "suppressedbounce": Reason.SUPPRESSED_BOUNCE,
    "invalidemail": Reason.SUPPRESSED_BOUNCE, "cleaned": Reason.SUPPRESSED_BOUNCE,
    "complaint": Reason.SUPPRESSED_COMPLAINT, "complained": Reason.SUPPRESSED_COMPLAINT, "spam": Reason.SUPPRESSED_COMPLAINT,
    "spamcomplaint": Reason.SUPPRESSED_COMPLAINT, "emailmarkedasspam": Reason.SUPPRESSED_COMPLAINT,
    "suppressedcomplaint": Reason.SUPPRESSED_COMPLAINT,
    "unsubscribed": Reason.UNSUBSCRIBED, "unsubscribe": Reason.UNSUBSCRIBED, "usersuppressed": Reason.UNSUBSCRIBED,
    "optout": Reason.UNSUBSCRIBED, "optedout": Reason.UNSUBSCRIBED,
}


@dataclass(frozen=True, slots=True)
class Suppression:
    """An address that must not be written to. `topic` is `*` for every topic; `reason` one of model/reason.py."""

    channel: str
    address: str
    topic: str
    reason: str
    at: int

    @property
    def lasting(self) -> bool:
        """Whether no consent lifts it: a bounce or a complaint."""
        return self.reason != Reason.UNSUBSCRIBED

    def outweighs(self, other: "Suppression") -> bool:
        """What no consent lifts counts, then the later word: in whatever order they come, the same is left."""
        return (self.lasting, self.at) > (other.lasting, other.at)


class SuppressionEntry(TypedDict):
    """One address that must not be written to."""

    channel: Annotated[Any, WithJsonSchema({"type": "string", "description": "`email`, `sms`, ...", "examples": ["email"]})]
    address: Annotated[Any, WithJsonSchema({"type": ["string", "number"], "examples": ["anna@example.com"],
                                            "description": "The address, number or id on that channel, as people write it."})]
    reason: Annotated[Any, WithJsonSchema({"type": "string", "examples": ["bounce", "complaint", "unsubscribed"],
                                           "description": "`bounce`, `complaint` or `unsubscribed`; SES's and Segment's names will do."})]
    at: Annotated[Any, WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-03-01T09:00:00Z"],
                                       "description": "When that was; a consent given later lifts an `unsubscribed`, nothing the others."})]
    topic: NotRequired[Annotated[Any, WithJsonSchema({"type": ["string", "null"], "examples": ["offers"],
                                                      "description": "Only for this topic; without it for all."})]]


class SuppressionEntries(TypedDict):
    """Many addresses at once."""

    suppressions: Annotated[list[SuppressionEntry], Field(max_length=MOST_SUPPRESSIONS, description="The addresses, on any channels.")]


def suppression_reason(word: object) -> Reason | None:
    """The reason a word stands for, however it is written; None when it stands for none."""
    return _WORDS.get(re.sub(r"[\W_]", "", word).lower()) if isinstance(word, str) else None
