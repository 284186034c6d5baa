"""suppressions: addresses that must not be written to, from the owner's own servers. No browser is answered (no CORS)."""

from typing import cast

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.suppress import suppress
from ..model.errors import EventRejected
from ..model.suppression import MOST_SUPPRESSIONS
from .answers import answer, answering
from .body import read_object
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/suppressions", methods=["POST"], content_types=["*/*"])
@answering
def add_suppressions() -> Response:
    """Up to 1,000 addresses that must not be written to, whosever they are. Sent again they change nothing; bad ones are named by place."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    raw = cast(bytes, routes.current_request.raw_body or b"")  # Chalice gives bytes, whatever its annotation says
    entries = read_object(raw).get("suppressions")
    if not isinstance(entries, list):
        raise EventRejected("invalid_suppressions", "the body must have a list of entries in `suppressions`")
    if len(entries) > MOST_SUPPRESSIONS:
        raise EventRejected("too_large", f"a request may have at most {MOST_SUPPRESSIONS} suppressions")
    done = suppress(ports, entries)
    refused = [{"index": place, "code": error.code, "message": str(error)} for place, error in done.refused.items()]
    return answer({"success": True, "stored": done.stored, "duplicates": done.duplicates, "refused": refused})
