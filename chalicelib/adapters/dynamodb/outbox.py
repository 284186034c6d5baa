"""outbox: effects that wait in a customer's item, as bytes; when they are many, in items of their own that the item points to.

A part's key is made of its content and of where in the numbering its effects stand, so writing it again changes nothing and a
part that was taken away never comes back under the same key.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from ...model.outcome import Effect, effect_document, effect_from
from .codec import decode, encode

MOST_INLINE = 64 * 1024
MOST_PART = 256 * 1024

Packed = tuple[bytes, dict[str, bytes]]


def pack(effects: list[Effect], last: int) -> Packed:
    """The bytes for the item, and the parts it points to by name. `last` is the number of the last effect."""
    documents = [effect_document(effect) for effect in effects]
    whole = encode(documents)
    if len(whole) <= MOST_INLINE:
        return whole, {}
    parts: dict[str, bytes] = {}
    first = last - len(effects) + 1
    for group in _groups(documents):
        content = encode(group)
        parts[f"{first}-{hashlib.sha256(content).hexdigest()[:26]}"] = content
        first += len(group)
    return encode({"parts": list(parts)}), parts


def part_names(stored: bytes) -> list[str]:
    """The parts that the item's bytes point to; none when the effects stand in the item itself."""
    document = decode(stored)
    return document["parts"] if isinstance(document, dict) else []


def unpack(stored: bytes, read_part: Callable[[str], bytes | None]) -> list[Effect] | None:
    """The effects behind the item's bytes; None when a part is gone. ValueError for an effect this version does not know."""
    document = decode(stored)
    if isinstance(document, list):
        return [effect_from(entry) for entry in document]
    effects: list[Effect] = []
    for name in document["parts"]:
        content = read_part(name)
        if content is None:
            return None
        effects += [effect_from(entry) for entry in decode(content)]
    return effects


def _groups(documents: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Neighbours together as long as their compressed sizes add up to no more than a part may have."""
    groups: list[list[dict[str, Any]]] = [[]]
    size = 0
    for document in documents:
        length = len(encode(document))
        if groups[-1] and size + length > MOST_PART:
            groups.append([])
            size = 0
        groups[-1].append(document)
        size += length
    return groups
