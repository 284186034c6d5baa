"""budget: how much a rule may send, and what its messages have taken of it so far.

A message takes its share when it is about to leave, once however often it is tried, and gives it back when it is known not to have left.
Money is counted in millionths, so that what a single message costs adds up exactly.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Most:
    """So many messages and so much money, of a day or in all; None: as many as there are."""

    messages: int | None = None
    money: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one message, by its `key`, takes of a rule's budget: itself, and so much `money` (millionths), on a `day` (`2026-03-02`)."""

    key: str
    rule: str
    day: str
    money: int = 0


@dataclass(frozen=True, slots=True)
class Spent:
    """What was taken: messages, and money in millionths."""

    messages: int = 0
    money: int = 0

    def leaves_room(self, share: Share, most: Most) -> bool:
        """Whether a share still fits in."""
        return ((most.messages is None or self.messages < most.messages)
                and (most.money is None or self.money + share.money <= most.money))
