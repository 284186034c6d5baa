"""stores: where the shop sells, from the owner's own servers. No browser is answered (no CORS)."""

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.stores import take_stores
from ..model.store import MOST_STORES
from .answers import answer_taken, answering
from .body import read_entries
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/catalog/stores", methods=["POST"], content_types=["*/*"])
@answering
def add_stores() -> Response:
    """Up to 1,000 stores, each as it is now, whole. Sent again they change nothing; bad ones are named by place."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    entries = read_entries(routes.current_request, "stores", "stores", MOST_STORES)
    taken = take_stores(ports, entries)
    return answer_taken(taken.stored, taken.duplicates, taken.refused)
