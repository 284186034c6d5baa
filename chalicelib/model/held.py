"""held: the identifiers a customer holds, of every kind but user ids and devices: verified before claimed, newest first.

A word that came late changes nothing that is newer, so the order of arrival makes no difference. None as a value is a word too: whoever
gives an empty address has none any more. What a receipt has shown to be dead is kept, retired, so that the next living one is used.
"""

from dataclasses import dataclass, replace
from typing import Any

from .identifier_kinds import BUILT_IN, MOST_OF_A_KIND
from .separation import each, whole


@dataclass(frozen=True, slots=True)
class HeldIdentifier:
    """A value in its one form (None: "none any more"), when it was said last, whether somebody trusted said it, since when it is dead."""

    value: str | None
    at: int
    verified: bool = False
    retired: int | None = None

    @property
    def rank(self) -> tuple[bool, int, str]:
        """Higher counts first."""
        return self.verified, self.at, self.value or ""


HeldIdentifiers = dict[str, list[HeldIdentifier]]  # by kind, highest rank first


def hold(held: HeldIdentifiers, kind: str, word: HeldIdentifier) -> None:
    """Take in a word on an identifier; beyond the bound of its kind the lowest rank goes, retired ones first."""
    entries = held.get(kind, [])
    same = next((entry for entry in entries if entry.value == word.value), None)
    if same is not None:
        entries = [entry for entry in entries if entry is not same]
        word = _both(same, word)
    most = BUILT_IN[kind].most if kind in BUILT_IN else MOST_OF_A_KIND
    kept = sorted([*entries, word], key=lambda entry: (entry.retired is None, entry.rank), reverse=True)[:most]
    held[kind] = sorted(kept, key=lambda entry: entry.rank, reverse=True)


def retire(held: HeldIdentifiers, kind: str, value: str, at: int) -> None:
    """A receipt says that nobody can be reached there: the next living one takes its place. One given anew since then stays."""
    held[kind] = [replace(entry, retired=at) if entry.value == value and entry.at <= at else entry for entry in held.get(kind, [])]
    if not held[kind]:
        del held[kind]


def usable(held: HeldIdentifiers, kind: str) -> list[HeldIdentifier]:
    """Those the customer has, the best first: the living before the retired, none older than the word that there is none any more."""
    entries = held.get(kind, [])
    none_since = next((entry.rank for entry in entries if entry.value is None), None)
    had = [entry for entry in entries if entry.value is not None and (none_since is None or entry.rank[:2] > none_since[:2])]
    return sorted(had, key=lambda entry: entry.retired is not None)


def join_held(mine: HeldIdentifiers, theirs: HeldIdentifiers, now: int) -> HeldIdentifiers:
    """All of both."""
    for kind, entries in theirs.items():
        for entry in entries:
            hold(mine, kind, entry)
    return mine


def separate_held(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """Two people's identifiers again, as stored, value by value."""
    named = [{kind: {entry[0]: entry for entry in entries} for kind, entries in (document or {}).items()}
             for document in (before, after, now)]
    stays, _ = each(each(whole))(named[0], named[1], named[2], None)
    in_order = {kind: sorted(entries, key=lambda entry: entry.rank, reverse=True)
                for kind, entries in read_held({kind: list(values.values()) for kind, values in stays.items()}).items()}
    return write_held(in_order), theirs


def write_held(held: HeldIdentifiers) -> dict[str, list[list[Any]]]:
    """As stored: `[value, when, verified, retired]`, without what is empty at the end."""
    return {kind: [[entry.value, entry.at, int(entry.verified), *([] if entry.retired is None else [entry.retired])] for entry in entries]
            for kind, entries in held.items()}


def read_held(stored: dict[str, list[list[Any]]]) -> HeldIdentifiers:
    """What `write_held` wrote."""
    return {kind: [HeldIdentifier(entry[0], entry[1], bool(entry[2]), entry[3] if len(entry) > 3 else None) for entry in entries]
            for kind, entries in stored.items()}


def _both(one: HeldIdentifier, other: HeldIdentifier) -> HeldIdentifier:
    """Two words on the same value: one that was retired lives again when it was said later than that."""
    at, retired = max(one.at, other.at), max(filter(None, (one.retired, other.retired)), default=None)
    return HeldIdentifier(one.value, at, one.verified or other.verified, None if retired is not None and at > retired else retired)


def lighten_held(held: HeldIdentifiers) -> bool:
    """Of the kind of which there are most, the last goes."""
    kind = max(held, key=lambda kind: (len(held[kind]), kind), default=None)
    if kind is None or len(held[kind]) < 2:
        return False
    held[kind].pop()
    return True
