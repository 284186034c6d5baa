"""ingest: the Segment HTTP tracking API, under every name that SDKs call it by.

Exactly 200 on success, because rudder-sdk-python takes 202 and 204 for failures; a call that cannot be used is set aside and
counted, because every SDK throws the whole batch away on 400.
"""

from typing import Any, cast

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.ingest import Request, ingest
from ..model.errors import EventRejected
from ..model.event import EventType
from .answers import answer, answering
from .body import read_batch, read_object
from .cors import SDK_CORS
from .keys import caller

routes = Blueprint(__name__)

CALLS: dict[str, EventType] = {"identify": "identify", "i": "identify", "track": "track", "t": "track", "page": "page", "p": "page",
         "screen": "screen", "s": "screen", "group": "group", "g": "group", "alias": "alias", "a": "alias"}
SINGLES = [f"/v1/{name}" for name in CALLS]
BATCHES = ["/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch"]


@answering
def take_call() -> Response:
    """One call; its type is the path's when it does not say."""
    name = routes.current_request.path.rpartition("/")[2]
    body = read_object(_raw())
    return _take(body, [_without_key(body)], CALLS[name])


@answering
def take_batch() -> Response:
    """Many calls of any type."""
    body = read_object(_raw())
    return _take(body, read_batch(body), None)


for path in SINGLES:
    routes.route(path, methods=["POST"], content_types=["*/*"], cors=SDK_CORS)(take_call)
for path in BATCHES:
    routes.route(path, methods=["POST"], content_types=["*/*"], cors=SDK_CORS)(take_batch)


def _take(body: dict[str, Any], calls: list[Any], default_type: EventType | None) -> Response:
    request, ports = routes.current_request, bootstrap.ports()
    source = caller(request, body, ports.sources)
    sent_at = body.get("sentAt") or request.headers.get("sentat")
    past = body.get("past") is True and default_type is None
    if past and source.public:
        raise EventRejected("server_key_required", "`past` takes the key of a server source")
    done = ingest(ports, Request(source, calls, sent_at if isinstance(sent_at, str) else None, default_type, past))
    named = [{"index": one.place, "code": one.error.code, "message": str(one.error)} for one in done.refused]
    return answer({"success": True, "stored": done.stored, "duplicates": done.duplicates, "quarantined": done.quarantined,
                   **({"refused": named} if named and not source.public else {})})  # who brings in a file wants to know which lines to mend


def _raw() -> bytes:
    return cast(bytes, routes.current_request.raw_body or b"")  # Chalice gives bytes, whatever its annotation says


def _without_key(call: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in call.items() if name != "writeKey"}
