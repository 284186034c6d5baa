"""customers: what Beckon knows of one customer, for the owner's own servers and people. No browser is answered (no CORS)."""

from urllib.parse import unquote

from chalice.app import Blueprint, NotFoundError, Response

from .. import bootstrap
from ..flows.lookup import look_up
from .answers import answer, answering
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/customers/{user_id}", methods=["GET"], content_types=["*/*"])
@answering
def show_customer(user_id: str) -> Response:
    """The customer with this user id; 404 when there is none. API Gateway's REST APIs hand the path over still encoded."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    found = look_up(ports, unquote(user_id))
    if found is None:
        raise NotFoundError("there is no customer with this user id")
    return answer(found, headers={"Cache-Control": "no-store"})
