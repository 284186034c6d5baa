"""body: from the bytes of a request to its JSON object, within limits.

The limits are Segment's (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/): 500 KB and 2,500
calls a request, counted after decompression. What is refused here is refused whole; a single bad call in a batch is not.
"""

import zlib
from typing import Any, cast

from chalice.app import Request

from ..model.canonical import read_json
from ..model.errors import EventRejected

MOST_BYTES = 500 * 1024
MOST_CALLS = 2_500
_GZIP = b"\x1f\x8b"


def read_object(raw: bytes, most: int = MOST_BYTES) -> dict[str, Any]:
    """The JSON object in a request's body, plain or gzip, of at most so many bytes. EventRejected: `too_large`, `invalid_gzip`,
    `invalid_json`.

    Compression is recognised by its first bytes and not by the header, which API Gateway may leave on a body that it has
    already inflated.
    """
    try:
        document = read_json(read_plain(raw, most))
    except RecursionError:
        raise EventRejected("invalid_json", "the body is nested too deeply") from None
    except ValueError as error:  # also UnicodeDecodeError and numbers of more digits than Python converts
        raise EventRejected("invalid_json", f"the body is not JSON: {error}"[:200]) from None
    if not isinstance(document, dict):
        raise EventRejected("invalid_json", "the body must be a JSON object")
    return document


def read_plain(raw: bytes, most: int = MOST_BYTES) -> bytes:
    """A request's body as it was before it was compressed, if it was. EventRejected: `too_large`, `invalid_gzip`."""
    plain = _inflate(raw, most) if raw.startswith(_GZIP) else raw
    if len(plain) > most:
        raise EventRejected("too_large", f"a request may have at most {most} bytes after decompression")
    return plain


def read_entries(request: Request, field: str, entry: str, most: int) -> list[Any]:
    """The list that a body has in `field`; `entry` is the word for its entries. EventRejected: `invalid_<field>`, and as `read_object`."""
    entries = read_object(cast(bytes, request.raw_body or b"")).get(field)  # Chalice gives bytes, whatever its annotation says
    if not isinstance(entries, list):
        raise EventRejected(f"invalid_{field}", f"the body must have a list of {entry} in `{field}`")
    if len(entries) > most:
        raise EventRejected("too_large", f"a request may have at most {most} {field}")
    return entries


def read_batch(envelope: dict[str, Any]) -> list[Any]:
    """The calls of a batch. EventRejected when there is no list of them or it is too long.

    A `context` beside the batch goes under that of every call, as Segment documents it.
    """
    calls = envelope.get("batch")
    if not isinstance(calls, list):
        raise EventRejected("invalid_batch", "the body must have a list of calls in `batch`")
    if len(calls) > MOST_CALLS:
        raise EventRejected("too_large", f"a batch may have at most {MOST_CALLS} calls")
    shared = envelope.get("context")
    return [_with_context(call, shared) for call in calls] if isinstance(shared, dict) and shared else calls


def _with_context(call: Any, shared: dict[str, Any]) -> Any:
    own = call.get("context") if isinstance(call, dict) else None
    if not isinstance(call, dict) or not isinstance(own, dict | None):
        return call
    return {**call, "context": {**shared, **(own or {})}}


def _inflate(raw: bytes, most: int) -> bytes:
    """At most one byte more than allowed is ever inflated, so a bomb costs no more than an honest request."""
    stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = stream.decompress(raw, most + 1)
    except zlib.error:
        raise EventRejected("invalid_gzip", "the body begins as gzip but cannot be decompressed") from None
    if len(plain) <= most and (not stream.eof or stream.unused_data):
        raise EventRejected("invalid_gzip", "the gzip body is cut off or has something behind its end")
    return plain

