"""customers: what Beckon knows of one customer, for the owner's own servers and people, and the customer's rights.

The customer is named by user id, device, e-mail address, telephone number, card or any other identifier, as people write it. No browser
is answered (no CORS).
"""

from typing import Any, cast
from urllib.parse import unquote

from chalice.app import Blueprint, NotFoundError, Response

from .. import bootstrap
from ..engine.scope import cart_view
from ..flows.lookup import find_customer
from ..flows.profile import look_up
from ..flows.rights import ask_erasure, export
from ..flows.separation import separate
from ..model.errors import EventRejected
from ..ports import Ports
from .answers import answer, answering
from .body import read_object
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/customers/{user_id}", methods=["GET"], content_types=["*/*"])
@answering
def show_customer(user_id: str) -> Response:
    """Who it is, what lies in the cart, what was said, sent and decided; 404 when there is none."""
    return _private(look_up(_ports(), unquote(user_id)))


@routes.route("/v1/customers/{user_id}/cart", methods=["GET"], content_types=["*/*"])
@answering
def show_cart(user_id: str) -> Response:
    """The cart that follows the person from device to device, for the shop's own pages; 404 when there is no such customer."""
    customer = find_customer(_ports(), unquote(user_id))
    return _private(None if customer is None else {"customer": customer.name, **cart_view(customer.cart.lines())})


@routes.route("/v1/customers/{user_id}/export", methods=["GET"], content_types=["*/*"])
@answering
def export_customer(user_id: str) -> Response:
    """Everything kept of a customer. Events come 500 at a time: `?after=` takes the `next` of the page before."""
    query = routes.current_request.query_params
    try:
        return _private(export(_ports(), unquote(user_id), query.get("after") if query else None))
    except ValueError as error:
        raise EventRejected("bad_request", str(error)) from None


@routes.route("/v1/customers/{user_id}", methods=["DELETE"], content_types=["*/*"])
@answering
def erase_customer(user_id: str) -> Response:
    """Have everything kept of a customer erased; 404 when there is none. It is durable when this is answered, and done moments later."""
    erased = ask_erasure(_ports(), unquote(user_id))
    return _private(None if erased is None else {"success": True, "id": erased})


@routes.route("/v1/customers/{user_id}/separate", methods=["POST"], content_types=["*/*"])
@answering
def separate_customer(user_id: str) -> Response:
    """Undo a merge: have the record that joined as `from` taken out of this customer again. It is durable when this is answered."""
    ports = _ports()
    joined = read_object(cast(bytes, routes.current_request.raw_body or b"")).get("from")
    if not isinstance(joined, str) or not joined.strip():
        raise EventRejected("bad_request", "`from` names the record that joined: its id, its name, or an identifier it had")
    return _private(separate(ports, unquote(user_id), joined.strip()))


def _ports() -> Ports:
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    return ports


def _private(found: dict[str, Any] | None) -> Response:
    """API Gateway's REST APIs hand the path over still encoded, so every view above decodes the name."""
    if found is None:
        raise NotFoundError("there is no customer of this name: no user id, device, address, number or card")
    return answer(found, headers={"Cache-Control": "no-store"})
