"""decision: what was decided for one step of a journey, and the message that follows when the word was "send"."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from .canonical import digest
from .instant import format_instant
from .offer import Offer

Word = Literal["send", "hold", "deny"]


def message_key(customer: str, rule: str, run: str, step: int, before: int = 0) -> str:
    """The name of the one message for this occasion: 26 characters `[a-z2-7]`, made once, at the decision.

    `before`: how many messages of this step went out on other channels, where it is a cascade.
    """
    return digest("message", customer, rule, run, f"{step}.{before}" if before else str(step))


@dataclass(frozen=True, slots=True)
class Message:
    """What dispatch needs to send: everything personal is read fresh from the customer then, so nothing of it stands here."""

    key: str
    customer: str
    rule: str
    run: str
    run_key: str | None
    step: int
    channel: str
    template: str
    topic: str
    message_type: str
    at: int
    decided_at: int
    expires_at: int
    cause: str
    data: dict[str, Any]
    offer: Offer | None = None
    variant: str | None = None

    def document(self) -> dict[str, Any]:
        """The message as queued."""
        return asdict(self)


def message_from(document: dict[str, Any]) -> Message:
    """The message whose `document()` this is."""
    return Message(**document)


@dataclass(frozen=True, slots=True)
class Decision:
    """One verdict on one step. `trace` lists every check made, in order, so that the reason can be followed. `version` is that of the rule
    that was asked (None: it was gone), `rulebook` names the rulebook it stood in, `variant` in which of the rule's variants it writes."""

    at: int
    decided_at: int
    customer: str
    name: str
    rule: str
    run: str
    run_key: str | None
    step: int
    verdict: Word
    reason: str | None
    channel: str | None
    key: str
    cause: str
    data: dict[str, Any]
    trace: list[dict[str, Any]] = field(default_factory=list)
    version: int | None = None
    rulebook: str | None = None
    variant: str | None = None

    @property
    def id(self) -> str:
        """The same for the same decision taken again, and in the order of `at`."""
        return f"{format_instant(self.at)}#{self.key}#{format_instant(self.decided_at)}#{self.verdict}"

    def document(self) -> dict[str, Any]:
        """The decision as stored."""
        return asdict(self)

    def line(self) -> dict[str, Any]:
        """The decision as it stands in a decisions file, for people and other programs."""
        return {
            "at": format_instant(self.at), "decidedAt": format_instant(self.decided_at), "customer": self.name, "rule": self.rule,
            "variant": self.variant,
            "step": self.step, "verdict": self.verdict, "reason": self.reason, "channel": self.channel, "key": self.key,
            "cause": self.cause, "data": self.data, "version": self.version, "rulebook": self.rulebook,
        }


def decision_from(document: dict[str, Any]) -> Decision:
    """The decision whose `document()` this is."""
    return Decision(**document)
