"""traits: what is said of a customer, by name `[value, when]`, with a third part, 1, for an address that a trusted source gave."""

from typing import Any

from .canonical import canonical_json

MOST_TRAITS = 100
MOST_TRAIT_BYTES = 8_192
ADDRESSES = ("email", "phone")

Said = dict[str, list[Any]]


def take_word(said: Said, name: str, value: Any, at: int) -> None:
    """Of two words on the same thing the later counts, whichever arrived first."""
    if name not in said or said[name][1] <= at:
        said[name] = [value, at]


def take_address(said: Said, name: str, word: list[Any]) -> bool:
    """Of two words on an address the trusted one counts, then the later; False when this one does not."""
    there = said.get(name)
    if there is not None and (len(there), there[1]) > (len(word), word[1]):
        return len(there) == len(word)
    said[name] = word
    return True


def bound_traits(said: Said) -> None:
    """Traits beyond the bounds go, the largest first: an address or a first name never makes room for a blob."""
    sizes = {name: len(canonical_json({name: entry})) for name, entry in said.items()}
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        if sum(sizes.values()) <= MOST_TRAIT_BYTES and len(sizes) <= MOST_TRAITS:
            break
        del said[name], sizes[name]


def join_traits(mine: Said, theirs: Said, now: int) -> Said:
    """Of an address the word of a trusted source, of everything else the later one."""
    for name, word in theirs.items():
        if name in ADDRESSES:
            take_address(mine, name, word)
        elif name not in mine or mine[name][1] < word[1]:
            mine[name] = word
    bound_traits(mine)
    return mine


def lighten_traits(said: Said) -> bool:
    """The largest goes."""
    if not said:
        return False
    del said[max(said, key=lambda name: (len(canonical_json({name: said[name]})), name))]
    return True
