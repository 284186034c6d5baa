"""evidence: what is known of how far each message came, per channel, by the ladder

    sent < delivered < machine-opened (never counts) < opened < seen < clicked < visited < replied

One message counts once, on the highest rung it reached, whatever the order in which receipts come.
"""

from typing import Any, Literal

from .instant import DAY

Rung = Literal["delivered", "machine_opened", "opened", "seen", "clicked", "visited", "replied"]
RUNGS: tuple[Rung, ...] = ("delivered", "machine_opened", "opened", "seen", "clicked", "visited", "replied")
Proof = Literal["sent", "delivered", "opened", "seen", "clicked", "visited", "replied"]
"""What a cascade can wait for: a rung, or that the message was sent at all, of which nothing is kept."""
KEPT = 180 * DAY
MOST_MESSAGES = 60

Evidence = dict[str, list[Any]]
"""By message: `[at, channel, rung as its place in RUNGS]`."""


def note_evidence(known: Evidence, message: str, at: int, channel: str, rung: Rung, now: int) -> None:
    """A receipt says that this message has come so far."""
    _take(known, message, [at, channel, RUNGS.index(rung)])
    _bound(known, now)


def rungs_reached(known: Evidence, since: int) -> dict[str, dict[str, int]]:
    """By channel how many messages came at least so far, each rung by name; `machine_opened` counts as delivered only."""
    reached: dict[str, dict[str, int]] = {}
    for at, channel, place in known.values():
        if at >= since:
            of_channel = reached.setdefault(channel, {})
            for rung in RUNGS[:place + 1]:
                if rung != "machine_opened" or RUNGS[place] == rung:
                    of_channel[rung] = of_channel.get(rung, 0) + 1
    return reached


def weaker(one: Proof, other: Proof) -> Proof:
    """Which of two proves less."""
    return min(one, other, key=lambda proof: -1 if proof == "sent" else RUNGS.index(proof))


def proven(known: Evidence, message: str, proof: Proof) -> bool:
    """Whether a message that was sent is known to have come so far."""
    return proof == "sent" or (message in known and known[message][2] >= RUNGS.index(proof))


def join_evidence(mine: Evidence, theirs: Evidence, now: int) -> Evidence:
    """Of both, each message once."""
    for message, (at, channel, place) in theirs.items():
        _take(mine, message, [at, channel, place])
    _bound(mine, max((entry[0] for entry in mine.values()), default=now))
    return mine


def lighten_evidence(known: Evidence) -> bool:
    """The older half goes."""
    old = sorted(known, key=lambda message: (known[message][0], message))[:len(known) // 2]
    for message in old:
        del known[message]
    return bool(old)


def _take(known: Evidence, message: str, word: list[Any]) -> None:
    held = known.get(message)
    known[message] = word if held is None else [max(held[0], word[0]), held[1], max(held[2], word[2])]


def _bound(known: Evidence, now: int) -> None:
    for message in [message for message, entry in known.items() if entry[0] < now - KEPT]:
        del known[message]
    for message in sorted(known, key=lambda message: (known[message][0], message))[:max(0, len(known) - MOST_MESSAGES)]:
        del known[message]
