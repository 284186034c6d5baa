"""suppress: addresses that must not be written to, in bulk: what another sender learned of bounces, complaints and opt-outs.

They stand in the suppression table, which the last gate reads, so they hold whether or not anybody has such an address yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..model.consent import ALL_TOPICS
from ..model.errors import EventRejected
from ..model.identifier_kinds import IdentifierKinds
from ..model.instant import MINUTE, parse_instant
from ..model.suppression import Suppression, suppression_reason
from ..ports import Ports

LATEST = 5 * MINUTE  # so far another clock may be ahead of ours
MOST_TOPIC = 60


@dataclass(frozen=True, slots=True)
class Suppressing:
    """How many are new, how many said nothing new, and by their places (from 0) what is wrong with the others."""

    stored: int
    duplicates: int
    refused: dict[int, EventRejected]


def suppress(ports: Ports, entries: Sequence[Any]) -> Suppressing:
    """Keep these suppressions; those that cannot be used are told, the others are kept. StoreUnavailable: the same again is safe."""
    kinds, now = ports.rulebook().kinds, ports.clock()
    good: list[Suppression] = []
    refused: dict[int, EventRejected] = {}
    for place, entry in enumerate(entries):
        try:
            good.append(suppression_of(entry, kinds, now))
        except EventRejected as error:
            refused[place] = error
    new = sum(ports.spread(ports.suppressions.add, good))
    for outcome, number in (("stored", new), ("duplicate", len(good) - new), ("refused", len(refused))):
        if number:
            ports.meter.count("suppressions", number, outcome=outcome)
    return Suppressing(new, len(good) - new, refused)


def suppression_of(entry: Any, kinds: IdentifierKinds, now: int) -> Suppression:
    """The suppression an entry asks for. EventRejected says what is wrong with it, and the mend."""
    if not isinstance(entry, dict):
        raise EventRejected("not_an_object", "an entry is an object - give channel, address, reason and at")
    channel, topic = entry.get("channel"), entry.get("topic")
    kind = kinds.of_channel(channel) if isinstance(channel, str) else None
    if kind is None:
        known = ", ".join(kind.channel for kind in kinds.kinds.values() if kind.channel)
        raise EventRejected("no_channel", f"channel {_shown(channel)} is none - it is one of {known}")
    address = kinds.value(kind, entry.get("address"))
    if address is None:
        raise EventRejected("no_address", f"{_shown(entry.get('address'))} is no {kind} - write it as it is written to"
                                          + (", a number with its country's prefix" if kind in ("phone", "whatsapp") else ""))
    reason = suppression_reason(entry.get("reason"))
    if reason is None:
        raise EventRejected("no_reason", f"reason {_shown(entry.get('reason'))} is none - it is bounce, complaint or unsubscribed")
    at = parse_instant(entry.get("at"))
    if at is None or at > now + LATEST:
        raise EventRejected("no_time", f"at {_shown(entry.get('at'))} is no moment of the past - write 2026-03-01T09:00:00Z")
    if topic is None or topic == "":
        topic = ALL_TOPICS
    if not isinstance(topic, str) or len(topic) > MOST_TOPIC or not topic.isprintable():
        raise EventRejected("no_topic", f"topic {_shown(topic)} is none - it is a text of at most {MOST_TOPIC} characters")
    return Suppression(str(channel), address, topic, reason, at)


def _shown(value: object) -> str:
    return repr(value)[:60]
