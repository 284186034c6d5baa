"""coupons: coupon pools filled and counted by the owner's own servers. No browser is answered (no CORS)."""

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.stock import fill, stock_of
from ..model.coupon import MOST_CODES
from .answers import answer, answer_taken, answering
from .body import read_entries
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/coupons/{pool}", methods=["POST"], content_types=["*/*"])
@answering
def add_codes(pool: str) -> Response:
    """Up to 1,000 codes for a coupon pool. Sent again they change nothing; those that are none are named by their places."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    codes = read_entries(routes.current_request, "codes", "codes", MOST_CODES)
    filled = fill(ports, pool, codes)
    return answer_taken(filled.stored, filled.duplicates, filled.refused)


@routes.route("/v1/coupons/{pool}", methods=["GET"], content_types=["*/*"])
@answering
def count_codes(pool: str) -> Response:
    """How many codes of a coupon pool are left, reserved and committed; one that was never filled has none."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    stock = stock_of(ports, pool)
    return answer({"pool": pool, "left": stock.left, "reserved": stock.reserved, "committed": stock.committed})
