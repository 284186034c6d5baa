"""suppress: addresses that must not be written to, told by the shop or brought from another system, whether or not anybody has them.

The last gate reads the suppression table before every message, so they count from the moment this returns.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..model.instant import parse_instant
from ..model.reason import Reason
from ..ports import Ports, Suppression

ALL_TOPICS = "*"
_REASONS = {
    Reason.SUPPRESSED_BOUNCE: ("bounce", "bounced", "hardbounce", "permanent", "invalid"),
    Reason.SUPPRESSED_COMPLAINT: ("complaint", "complained", "spam", "abuse"),
    Reason.UNSUBSCRIBED: ("unsubscribed", "unsubscribe", "optout", "optedout", "stop", "manual"),
}
_NAMED = {name: reason for reason, names in _REASONS.items() for name in (*names, reason.value.replace("_", ""))}


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that cannot be used: its place in the list, from 0, and what is wrong."""

    index: int
    message: str


def suppress(ports: Ports, entries: Sequence[Any]) -> tuple[int, list[Refused]]:
    """Keep these; how many were kept, and what is wrong with the others. StoreUnavailable: not all are kept; again is safe.

    An entry has `address` and `reason` (bounce, complaint, unsubscribed), and may have `channel` (email), `topic` (all) and `at` (now).
    """
    good: list[Suppression] = []
    refused: list[Refused] = []
    now = ports.clock()
    for index, entry in enumerate(entries):
        try:
            good.append(_suppression(ports, entry, now))
        except ValueError as error:
            refused.append(Refused(index, str(error)))
    for _ in ports.spread(ports.suppressions.add, good):
        pass
    return len(good), refused


def _suppression(ports: Ports, entry: Any, now: int) -> Suppression:
    if not isinstance(entry, dict):
        raise ValueError("is no object - give address and reason")
    channel, topic = entry.get("channel") or "email", entry.get("topic") or ALL_TOPICS
    kinds = ports.rulebook().kinds
    kind = kinds.of_channel(channel) if isinstance(channel, str) else None
    if kind is None:
        known = ", ".join(kind.channel for kind in kinds.kinds.values() if kind.channel)
        raise ValueError(f"channel {str(channel)[:40]!r} is none - it is one of {known}")
    address = kinds.value(kind, entry.get("address"))
    if address is None:
        raise ValueError(f"address {str(entry.get('address'))[:80]!r} is no {kind} - nobody can be written to there anyway")
    said = str(entry.get("reason") or "").lower()
    reason = _NAMED.get("".join(filter(str.isalnum, said)))
    if reason is None:
        raise ValueError(f"reason {said[:40]!r} is none - write bounce, complaint or unsubscribed")
    at = now if entry.get("at") is None else parse_instant(entry["at"])
    if at is None:
        raise ValueError(f"at {str(entry['at'])[:40]!r} is no moment - write 2026-03-01T09:00:00Z")
    if not isinstance(topic, str) or len(topic) > 64:
        raise ValueError("topic is no text of at most 64 characters")
    return Suppression(channel, address, topic, reason, min(at, now))
