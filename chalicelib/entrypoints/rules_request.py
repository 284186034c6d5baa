"""rules_request: what the routes of rules and of the whole rulebook ask of a request: a server's key, and a JSON object."""

from typing import Any, cast

from chalice.app import Request

from .. import bootstrap
from ..model.source import Source
from ..ports import Ports
from .body import MOST_BYTES, read_object
from .keys import require_server


def ports_for(request: Request) -> tuple[Ports, Source]:
    """The ports, and the server's source whose key the request has; whoever has none is refused."""
    ports = bootstrap.ports()
    return ports, require_server(request, ports.sources)


def raw_body(request: Request) -> bytes:
    """The body as it came; Chalice gives bytes, whatever its annotation says."""
    return cast(bytes, request.raw_body or b"")


def body_of(request: Request, most: int = MOST_BYTES) -> dict[str, Any]:
    """The body's JSON object. EventRejected: it has none."""
    return read_object(raw_body(request), most)
