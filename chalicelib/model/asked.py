"""asked: consents that do not count until whoever reads the mail confirms them (double opt-in)."""

from dataclasses import astuple, dataclass
from typing import Any

from .instant import DAY

MOST_ASKED = 10
MOST_ASKED_A_DAY = 5  # messages that somebody else's form could send to one customer
ASKED_AGAIN_AFTER = DAY
ASKED_FOR = 7 * DAY


@dataclass(frozen=True, slots=True)
class Asked:
    """A yes that waits: when and where it was said, the version of the text agreed to, the address to be confirmed (None while the
    customer has none), and when that address was last asked (0: not yet)."""

    at: int
    source: str
    text_version: str | None = None
    address: str | None = None
    told: int = 0

    def lasts(self, now: int) -> bool:
        """Whether it may still be confirmed, or an address for it still be waited for."""
        return now < (self.told or self.at) + ASKED_FOR


AskedConsents = dict[str, Asked]  # by "channel/topic"


def bound_asked(asked: AskedConsents) -> None:
    """Beyond the bound the oldest go."""
    while len(asked) > MOST_ASKED:
        del asked[min(asked, key=lambda key: (asked[key].told or asked[key].at, key))]


def lighten_asked(asked: AskedConsents) -> bool:
    """The older half goes."""
    old = sorted(asked, key=lambda key: (asked[key].told or asked[key].at, key))[:(len(asked) + 1) // 2]
    for key in old:
        del asked[key]
    return bool(old)


def join_asked(mine: AskedConsents, theirs: AskedConsents, now: int) -> AskedConsents:
    """All of both; of two on the same the one that was asked last."""
    for key, word in theirs.items():
        if key not in mine or (mine[key].told, mine[key].at) < (word.told, word.at):
            mine[key] = word
    bound_asked(mine)
    return mine


def write_asked(asked: AskedConsents) -> dict[str, list[Any]]:
    """As stored: `[when, source, text version, address, asked when]`."""
    return {key: list(astuple(word)) for key, word in asked.items()}


def read_asked(stored: dict[str, list[Any]]) -> AskedConsents:
    """What `write_asked` wrote."""
    return {key: Asked(*word) for key, word in stored.items()}
