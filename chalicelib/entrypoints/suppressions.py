"""suppressions: addresses that must not be written to, from the owner's own servers. No browser is answered (no CORS)."""

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.suppress import suppress
from ..model.suppression import MOST_SUPPRESSIONS
from .answers import answer_taken, answering
from .body import read_entries
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/suppressions", methods=["POST"], content_types=["*/*"])
@answering
def add_suppressions() -> Response:
    """Up to 1,000 addresses that must not be written to, whosever they are. Sent again they change nothing; bad ones are named by place."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    entries = read_entries(routes.current_request, "suppressions", "entries", MOST_SUPPRESSIONS)
    done = suppress(ports, entries)
    return answer_taken(done.stored, done.duplicates, done.refused)
