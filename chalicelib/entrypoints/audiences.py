"""audiences: the named conditions of the rulebook, and who is in them. No browser is answered (no CORS)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from chalice.app import Blueprint, NotFoundError, Response

from .. import bootstrap
from ..flows.members import members
from ..model.errors import EventRejected
from ..model.hashed import PLATFORMS
from ..ports import Ports
from .answers import answer, answering
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/audiences", methods=["GET"], content_types=["*/*"])
@answering
def list_audiences() -> Response:
    """The audiences of the rulebook."""
    audiences = _ports().rulebook().audiences.values()
    return answer({"audiences": [{"id": audience.id, "description": audience.description, "condition": audience.condition}
                                 for audience in audiences]})


@routes.route("/v1/audiences/{audience}/members", methods=["GET"], content_types=["*/*"])
@answering
def show_members(audience: str) -> Response:
    """Hashed identifiers of members who agreed to the channel `ads`.

    500 customers are looked at at a time: `?after=` takes the `next` of the page before. `?platform=` is `google` or `meta`.
    """
    ports = _ports().steady()
    query: Mapping[str, Any] = routes.current_request.query_params or {}
    found, platform = ports.rulebook().audiences.get(unquote(audience)), query.get("platform", PLATFORMS[0])
    if found is None:
        raise NotFoundError(f"there is no audience of this name; there are: {', '.join(ports.rulebook().audiences) or 'none'}")
    if platform not in PLATFORMS:
        raise EventRejected("bad_request", f"platform is one of {', '.join(PLATFORMS)}")
    page = members(ports, found, platform, query.get("after"))
    return answer({"audience": found.id, "identifiers": [{"email": email, "phone": phone} for email, phone in page.rows],
                   "customers": page.customers, "members": page.members, "withheld": page.withheld, "next": page.next},
                  headers={"Cache-Control": "no-store"})


def _ports() -> Ports:
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    return ports
