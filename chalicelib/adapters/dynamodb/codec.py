"""codec: documents as small byte strings: canonical JSON, compressed with a dictionary of what such documents usually say.

The first byte is the number of the format: 1 is zlib; 2 is Zstandard (RFC 8878), for documents with as good a result in half the time,
for events at its fastest, in an eighth of the time with a third more bytes. A format never changes once something was stored with it:
a better dictionary is `dictionary_2.txt` and one line more in `_FORMATS`; readers keep every old one. Kept as one binary value, a
document meets none of DynamoDB's limits on numbers, nesting and texts, and most events fit one write unit (1 KB).
"""

import json
import sys
import threading
import zlib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ...model.canonical import canonical_json

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_FORMATS = {1: "dictionary_1.txt", 2: "dictionary_1.txt"}
_NEWEST = 2
_MARK = bytes((_NEWEST,))
_SMALL, _FAST = 5, -1  # levels


class _Compressors(threading.local):
    """Those of a thread, made once: they have taken in the dictionary."""

    def __init__(self) -> None:
        self.small, self.fast = _compressor(_SMALL), _compressor(_FAST)


def encode(document: Any) -> bytes:
    """The bytes of a JSON document; equal documents give equal bytes. ValueError for NaN and infinity."""
    return press(canonical_json(document).encode("utf-8", "surrogatepass"))


def pack(plain: bytes) -> bytes:
    """The bytes of a JSON text that there are many of: every event's."""
    compressor = _compressors().fast
    return _MARK + compressor.compress(plain, compressor.FLUSH_FRAME)


def press(plain: bytes) -> bytes:
    """The bytes of a text that is written seldom and read often, as small as may be."""
    compressor = _compressors().small
    return _MARK + compressor.compress(plain, compressor.FLUSH_FRAME)


def decode(stored: bytes) -> Any:
    """The document of which `encode` or `pack` made these bytes. ValueError for anything else."""
    return json.loads(unpack(stored).decode("utf-8", "surrogatepass"))


def unpack(stored: bytes) -> bytes:
    """The text of which `press` or `pack` made these bytes. ValueError for anything else."""
    match stored[:1]:
        case b"\x01":
            reader = zlib.decompressobj(zdict=_dictionary(1))
            try:
                plain = reader.decompress(stored[1:])
            except zlib.error as error:
                raise ValueError(f"not readable: {error}") from error
            if not reader.eof:
                raise ValueError("not readable: its end is missing")
            return plain
        case b"\x02":
            try:
                return zstd.decompress(stored[1:], zstd_dict=_zstd_dictionary(2).as_digested_dict)
            except zstd.ZstdError as error:
                raise ValueError(f"not readable: {error}") from error
    raise ValueError(f"stored in a format this version does not know: {stored[:1].hex() or 'nothing'}")


@lru_cache
def _dictionary(number: int) -> bytes:
    """What a format takes as known. Lines are only for people: the dictionary is their text without the breaks."""
    return "".join(files(__package__).joinpath(_FORMATS[number]).read_text("utf-8").splitlines()).encode()


@lru_cache
def _zstd_dictionary(number: int) -> zstd.ZstdDict:
    """The same, as plain content that may be referred to."""
    return zstd.ZstdDict(_dictionary(number), is_raw=True)


def _compressor(level: int) -> zstd.ZstdCompressor:
    options: dict[int, int] = {zstd.CompressionParameter.compression_level: level, zstd.CompressionParameter.checksum_flag: 0,
                               zstd.CompressionParameter.dict_id_flag: 0}
    return zstd.ZstdCompressor(options=options, zstd_dict=_zstd_dictionary(_NEWEST).as_digested_dict)


@lru_cache
def _compressors() -> _Compressors:
    return _Compressors()
