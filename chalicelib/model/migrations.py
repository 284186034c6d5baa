"""migrations: how a state stored by an earlier version becomes one of this version, a step for each version, in place of rewriting all.

A step takes and gives the stored document. It stays for as long as a state of its version may lie anywhere: a customer who was away for
years is migrated when they come back.
"""

from collections.abc import Callable
from typing import Any

from .identifier_kinds import STANDARD

Document = dict[str, Any]


def _from_1(stored: Document) -> Document:
    """The cart was two parts, as were the ids of recent events; e-mail address and phone were traits only, of which one counted."""
    held = {}
    for kind in ("email", "phone"):
        word = stored.get("said", {}).get(kind)
        value = STANDARD.value(kind, word[0]) if word else None
        if word and value:
            held[kind] = [[value, word[1], int(len(word) > 2)]]
    moved = {name: value for name, value in stored.items() if name not in ("cartChanges", "forgotten")}
    for name, parts in (("cart", ("cart", "cartChanges")), ("recent", ("recent", "forgotten"))):
        if any(old in stored for old in parts):
            moved[name] = [stored.get(parts[0], {}), stored.get(parts[1], [] if name == "cart" else 0)]
    return {**moved, **({"held": held} if held else {})}


def _from_2(stored: Document) -> Document:
    """Each send named the type of its message, which was always `marketing`: others are not counted."""
    if "sends" not in stored:
        return stored
    return {**stored, "sends": [[key, at, channel, rule] for key, at, channel, _, rule in stored["sends"]]}


STEPS: tuple[Callable[[Document], Document], ...] = (_from_1, _from_2)
"""The first takes version 1 to version 2, and so on."""
STATE_VERSION = len(STEPS) + 1


def migrated(stored: Document) -> Document:
    """The document as this version stores it. ValueError for one of a later version, which this one must not touch."""
    version = stored.get("v", 1)
    if version > STATE_VERSION:
        raise ValueError(f"a customer stored as version {version}; this one knows versions up to {STATE_VERSION}")
    for step in STEPS[version - 1:]:
        stored = step(stored)
    return stored
