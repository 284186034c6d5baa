"""ownership: whose a record is: the user it belongs to, or where it has gone. It is claimed once, by a conditional put.

A record that was taken apart from another begins anew: it is nobody's again, and open to everybody but to that other one, whatever that
may have joined since. What stood there before is then a mark, which names the others and says under which name the new claim is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.identity import Identifier, owner_of
from ..ports import Ports

GONE_TO = "\x1f"  # before the customer a record without a user has gone to, in the place of its owner; no user id has it
_APART = "\x1e"  # begins a mark, and stands between its parts
_MOST_MOVES = 10


@dataclass(frozen=True, slots=True)
class Ownership:
    """What is settled of a record: its owner, or `GONE_TO` and a record; and from whom it was taken apart."""

    owner: str
    apart: frozenset[str] = frozenset()


def claim_record(ports: Ports, record: str, owner: str) -> Ownership:
    """Let a record be this owner's unless it is somebody's; whose it is now."""
    claimed = ports.identifiers.claim(owner_of(record), owner)
    if not claimed.startswith(_APART):
        return Ownership(claimed)
    return Ownership(ports.identifiers.claim(_anew(record, claimed), owner), _others(claimed))


def take_record(ports: Ports, record: str, owner: str, home: str, *, explicit: bool) -> str:
    """As `claim_record`; but what was taken apart from this home stays as it is unless the shop asks for it (`explicit`)."""
    claimed = ports.identifiers.claim(owner_of(record), owner)
    if not claimed.startswith(_APART):
        return claimed
    if not explicit and are_apart(ports, _others(claimed), home):
        return claimed
    return ports.identifiers.claim(_anew(record, claimed), owner)


def owners(ports: Ports, records: Iterable[str]) -> dict[str, str]:
    """Of these records those that are somebody's, or have gone, with whose they are or where."""
    wanted = {owner_of(record): record for record in records}
    found = {wanted[name]: claimed for name, claimed in ports.identifiers.find(wanted).items()}
    anew = {_anew(record, claimed): record for record, claimed in found.items() if claimed.startswith(_APART)}
    again = {anew[name]: claimed for name, claimed in ports.identifiers.find(anew).items()} if anew else {}
    return {**{record: claimed for record, claimed in found.items() if not claimed.startswith(_APART)}, **again}


def are_apart(ports: Ports, others: frozenset[str], home: str) -> bool:
    """Whether a home is one of those others, or what one of them has become."""
    for other in others:
        reached: str | None = other
        for _ in range(_MOST_MOVES):
            if reached is None or reached == home:
                break
            record = ports.customers.load(reached)
            reached = record.state.merged_into if record else None
        if reached == home:
            return True
    return False


def set_apart(ports: Ports, record: str, other: str, number: int, user: str | None) -> None:
    """Let a record be nobody's again, and never by itself the other's; one that belongs to a user of its own stays that user's.

    `number`: the how manyeth time (from 0), so that done twice is done once.
    """
    mark = _mark(number, {other})
    claimed = ports.identifiers.claim(owner_of(record), mark if user is None else user)
    if user is None and claimed != mark:
        ports.identifiers.move(owner_of(record), _mark(number, {other, *(_others(claimed) if claimed.startswith(_APART) else ())}))


def _mark(number: int, others: set[str]) -> str:
    return _APART + _APART.join([str(number), *sorted(others)])


def _others(mark: str) -> frozenset[str]:
    return frozenset(mark.split(_APART)[2:])


def _anew(record: str, mark: str) -> Identifier:
    return owner_of(f"{record}{_APART}{mark.split(_APART)[1]}")
