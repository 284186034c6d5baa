"""sms_size: how many text messages a text takes: an SMS carries 140 bytes, and what is longer is sent, and paid for, in several.

A text of the GSM alphabet alone has seven bits a character, any other sixteen. Of several parts each loses six bytes to its header; no
character stands half in one part and half in the next.
Source: 3GPP TS 23.038, 6.2.1 (the alphabet and its extension, whose characters take two places) and TS 23.040, 9.2.3.24.1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
_EXTENSION = frozenset("\f^{}\\[~]|€")
_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}


@dataclass(frozen=True, slots=True)
class Size:
    """`units` are places of the alphabet (GSM-7) or 16 bits (UCS-2); `parts` is what the carrier counts."""

    alphabet: Literal["GSM-7", "UCS-2"]
    units: int
    parts: int


def size_of(text: str) -> Size:
    """How large a text is as an SMS; an empty one takes one part too."""
    if all(letter in _ALPHABET or letter in _EXTENSION for letter in text):
        return _size("GSM-7", (2 if letter in _EXTENSION else 1 for letter in text))
    return _size("UCS-2", (2 if ord(letter) > 0xFFFF else 1 for letter in text))


def _size(alphabet: Literal["GSM-7", "UCS-2"], letters: Iterable[int]) -> Size:
    widths = list(letters)
    alone, of_several = _ROOM[alphabet]
    units = sum(widths)
    if units <= alone:
        return Size(alphabet, units, 1)
    parts, left = 1, of_several
    for width in widths:
        if width > left:
            parts, left = parts + 1, of_several
        left -= width
    return Size(alphabet, units, parts)
