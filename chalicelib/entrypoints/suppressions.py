"""suppressions: addresses that must not be written to, for the shop's own servers. No browser is answered (no CORS)."""

from typing import cast

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.suppress import suppress
from ..model.errors import EventRejected
from .answers import answer, answering
from .body import read_object
from .keys import require_server

routes = Blueprint(__name__)

MOST_ENTRIES = 1_000


@routes.route("/v1/suppressions", methods=["POST"], content_types=["*/*"])
@answering
def take_suppressions() -> Response:
    """Write to none of these addresses any more; up to 1,000 at a time. What is wrong with an entry is told, and the others are kept."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    entries = read_object(cast(bytes, routes.current_request.raw_body or b"")).get("suppressions")
    if not isinstance(entries, list) or len(entries) > MOST_ENTRIES:
        raise EventRejected("bad_request", f"the body must have a list of at most {MOST_ENTRIES} entries in `suppressions`")
    stored, refused = suppress(ports, entries)
    return answer({"success": True, "stored": stored, "refused": [{"index": one.index, "message": one.message} for one in refused]})
