"""keys: who is calling, by the write key of the request.

SDKs put it in three places: Basic authentication with the key as user, `writeKey` in the body (analytics-kotlin has nothing
else), and `?writeKey=` (a beacon cannot send headers). The first that is there counts.
"""

import base64
from collections.abc import Mapping
from typing import Any

from chalice.app import ForbiddenError, Request, UnauthorizedError

from ..model.source import Source
from ..ports import Sources

_LONGEST = 200


def caller(request: Request, body: dict[str, Any], sources: Sources) -> Source:
    """The source that posts. UnauthorizedError for a missing or unknown key."""
    query: Mapping[str, Any] = request.query_params or {}
    return _source(_basic(request) or body.get("writeKey") or query.get("writeKey"), sources)


def require_server(request: Request, sources: Sources) -> Source:
    """The server whose secret key it is, given by Basic only: addresses end up in logs. UnauthorizedError, ForbiddenError."""
    source = _source(_basic(request), sources)
    if source.kind != "server":
        raise ForbiddenError("this needs the key of a server source")
    return source


def _source(key: object, sources: Sources) -> Source:
    known = isinstance(key, str) and 0 < len(key) <= _LONGEST and sources.find(key)
    if not known:
        raise UnauthorizedError("the write key is missing or unknown")
    return known


def _basic(request: Request) -> str | None:
    """The user of Basic authentication, with or without a colon and the padding of base64."""
    scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    token = token.strip().rstrip("=")
    try:
        decoded = base64.b64decode(token + "=" * (-len(token) % 4), validate=True).decode()
    except ValueError:  # no base64, or no text in it
        return None
    return decoded.partition(":")[0] or None
