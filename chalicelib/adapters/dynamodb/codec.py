"""codec: documents as small byte strings: canonical JSON, compressed with a dictionary of what such documents usually say.

The first byte is the number of the format. A format never changes once something was stored with it: a better dictionary is
`dictionary_2.txt` and one line more in `_FORMATS`; readers keep every old one. Kept as one binary value, a document meets none
of DynamoDB's limits on numbers, nesting and texts, and most events fit one write unit (1 KB).
"""

import json
import zlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ...model.canonical import canonical_json

_FORMATS = {1: "dictionary_1.txt"}
_NEWEST = max(_FORMATS)
_LEVEL, _WINDOW_BITS, _MEMORY_LEVEL = 6, 14, 6  # a compressor of 80 KB instead of 256: ten times quicker to copy, no larger results


def encode(document: Any) -> bytes:
    """The bytes of a JSON document. ValueError for NaN and infinity."""
    plain = canonical_json(document).encode("utf-8", "surrogatepass")  # JSON may hold lone surrogates
    compressor = _compressor(_NEWEST).copy()
    return bytes((_NEWEST,)) + compressor.compress(plain) + compressor.flush()


def decode(stored: bytes) -> Any:
    """The document of which `encode` made these bytes. ValueError for anything else."""
    if not stored or stored[0] not in _FORMATS:
        raise ValueError(f"stored in a format this version does not know: {stored[:1].hex() or 'nothing'}")
    reader = zlib.decompressobj(zdict=_dictionary(stored[0]))
    try:
        plain = reader.decompress(stored[1:])
    except zlib.error as error:
        raise ValueError(f"not readable: {error}") from error
    if not reader.eof:
        raise ValueError("not readable: its end is missing")
    return json.loads(plain.decode("utf-8", "surrogatepass"))


@lru_cache
def _dictionary(number: int) -> bytes:
    """What a format takes as known. Lines are only for people: the dictionary is their text without the breaks."""
    return "".join(files(__package__).joinpath(_FORMATS[number]).read_text("utf-8").splitlines()).encode()


@lru_cache
def _compressor(number: int) -> Any:
    """A compressor that has taken in the dictionary; copying it is cheaper than making it."""
    return zlib.compressobj(_LEVEL, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL, zdict=_dictionary(number))
