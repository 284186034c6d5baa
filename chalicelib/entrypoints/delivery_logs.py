"""delivery_logs: entries of a log in which a provider tells of messages, as CloudWatch Logs brings them: JSON, gzipped, in base64.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html (Lambda; a CONTROL_MESSAGE tells of nothing).
"""

import binascii
import json
import zlib
from base64 import b64decode
from typing import Any

from .. import bootstrap
from .told import park, take_each

_GZIP = 16 + zlib.MAX_WBITS
_MOST_BYTES = 32 * 1024 * 1024  # an entry of a log has at most 1 MB, a batch 10,000 of them; Lambda is asked with at most 6 MB


def sms_delivery_logs(event: dict[str, Any]) -> None:
    """Take in what SNS tells of text messages. StoreUnavailable, once all others are done, when one of them must come again."""
    ports = bootstrap.ports()
    entries = _entries(event)
    if entries is None:
        body = json.dumps(event, sort_keys=True)
        park(ports, "sms", body, body, "no_entries: the function was called with nothing that CloudWatch Logs brings")
        return
    take_each(ports, "sms", [(str(entry.get("id") or number), str(entry.get("message"))) for number, entry in enumerate(entries)])


def _entries(event: dict[str, Any]) -> list[dict[str, Any]] | None:
    """The entries of the log, none for a trial; None when it cannot be read."""
    try:
        document = json.loads(_unpacked(b64decode(event["awslogs"]["data"], validate=True)))
        found = document["logEvents"] if document["messageType"] == "DATA_MESSAGE" else []
        return found if isinstance(found, list) and all(isinstance(entry, dict) for entry in found) else None
    except (KeyError, TypeError, ValueError, RecursionError, binascii.Error, zlib.error):
        return None


def _unpacked(packed: bytes) -> bytes:
    unpacker = zlib.decompressobj(_GZIP)
    body = unpacker.decompress(packed, _MOST_BYTES)
    if not unpacker.eof:
        raise ValueError("longer than what can be read, or cut off")
    return body
