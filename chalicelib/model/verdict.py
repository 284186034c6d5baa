"""verdict: what a policy says of a message: send it, hold it until a moment, or do not send it."""

from dataclasses import dataclass

from .reason import Reason


@dataclass(frozen=True, slots=True)
class Allow:
    """Nothing against it. `note` says what was looked at."""

    note: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Not now: ask again at `until` (milliseconds)."""

    until: int
    reason: Reason
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deny:
    """No."""

    reason: Reason
    note: str = ""


Verdict = Allow | Hold | Deny
