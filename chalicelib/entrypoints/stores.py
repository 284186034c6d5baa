"""stores: where the shop sells, from the owner's own servers. No browser is answered (no CORS)."""

from typing import cast

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.stores import take_stores
from ..model.errors import EventRejected
from ..model.store import MOST_STORES
from .answers import answer, answering
from .body import read_object
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/catalog/stores", methods=["POST"], content_types=["*/*"])
@answering
def add_stores() -> Response:
    """Up to 1,000 stores, each as it is now, whole. Sent again they change nothing; bad ones are named by place."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    raw = cast(bytes, routes.current_request.raw_body or b"")  # Chalice gives bytes, whatever its annotation says
    entries = read_object(raw).get("stores")
    if not isinstance(entries, list):
        raise EventRejected("invalid_stores", "the body must have a list of stores in `stores`")
    if len(entries) > MOST_STORES:
        raise EventRejected("too_large", f"a request may have at most {MOST_STORES} stores")
    taken = take_stores(ports, entries)
    refused = [{"index": place, "code": error.code, "message": str(error)} for place, error in sorted(taken.refused.items())]
    return answer({"success": True, "stored": taken.stored, "duplicates": taken.duplicates, "refused": refused})
