"""dictionary: which events were seen in the last 30 days, for rule writers and the linter. No browser is answered (no CORS)."""

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..model.dictionary import DAYS
from ..model.instant import DAY, format_instant
from .answers import answer, answering
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/events/dictionary", methods=["GET"], content_types=["*/*"])
@answering
def show_dictionary() -> Response:
    """Names, fields and types of the events of the last 30 days, with counts."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    since = ports.clock() - DAYS * DAY
    entries = [{"type": entry.type, "event": entry.name, "count": entry.count, "firstSeen": format_instant(entry.first_at),
                "lastSeen": format_instant(entry.last_at), "fields": {path: entry.fields[path] for path in sorted(entry.fields)}}
               for entry in ports.dictionary.entries(since)]
    return answer({"since": format_instant(since), "events": entries}, headers={"Cache-Control": "no-store"})
