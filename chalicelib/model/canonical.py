"""canonical: documents as JSON and back, one text for one document, and the hashes made of it."""

import base64
import hashlib
import json
import math
from decimal import Decimal
from typing import Any

import orjson


def read_json(text: bytes) -> Any:
    """The document of a JSON text. ValueError when it is none, RecursionError when it is nested beyond all measure.

    What the fast reader refuses and the JSON grammar allows (half a surrogate pair, as JavaScript leaves it when it cuts a text) is read
    by the standard library. Numbers that are none (NaN, 1e999) become `Decimal`, which cannot be stored: whoever looks at the part they
    stand in refuses that part and not the rest.
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text, parse_constant=Decimal, parse_float=_number, parse_int=_whole)


def _number(digits: str) -> float | Decimal:
    number = float(digits)
    return Decimal(digits) if math.isinf(number) else number


def _whole(digits: str) -> int | float | Decimal:
    """As the fast reader: what 64 bits cannot hold is a double."""
    number = int(digits) if len(digits) <= 20 else None
    return number if number is not None and -2**63 <= number < 2**64 else _number(digits)


def plain_json(document: object) -> bytes:
    """JSON without spaces, names in the order they have. ValueError or TypeError for what JSON cannot hold, RecursionError for depth."""
    try:
        return orjson.dumps(document)
    except TypeError:  # half a surrogate pair, more than 64 bits: the grammar allows both
        return json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8", "surrogatepass")


def canonical_json(document: object) -> str:
    """JSON with sorted keys and no spaces: equal documents give equal text. ValueError for NaN and infinity."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(*parts: str) -> str:
    """26 characters `[a-z2-7]`: 130 bits of SHA-256 over the parts, which are kept apart by their lengths."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return base64.b32encode(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())[:26].decode().lower()


def fraction(*parts: str) -> float:
    """A number in [0, 1) that is always the same for the same parts: chance without dice."""
    text = "".join(f"{len(part)}:{part}" for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:7], "big") / 2**56
