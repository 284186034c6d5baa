"""coupons: coupon pools filled and counted by the owner's own servers. No browser is answered (no CORS)."""

from typing import cast

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.stock import fill, stock_of
from ..model.coupon import MOST_CODES
from ..model.errors import EventRejected
from .answers import answer, answering
from .body import read_object
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/coupons/{pool}", methods=["POST"], content_types=["*/*"])
@answering
def add_codes(pool: str) -> Response:
    """Up to 1,000 codes for a coupon pool. Sent again they change nothing; those that are none are named by their places."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    raw = cast(bytes, routes.current_request.raw_body or b"")  # Chalice gives bytes, whatever its annotation says
    codes = read_object(raw).get("codes")
    if not isinstance(codes, list):
        raise EventRejected("invalid_codes", "the body must have a list of codes in `codes`")
    if len(codes) > MOST_CODES:
        raise EventRejected("too_large", f"a request may have at most {MOST_CODES} codes")
    filled = fill(ports, pool, codes)
    refused = [{"index": place, "code": error.code, "message": str(error)} for place, error in filled.refused.items()]
    return answer({"success": True, "stored": filled.stored, "duplicates": filled.duplicates, "refused": refused})


@routes.route("/v1/coupons/{pool}", methods=["GET"], content_types=["*/*"])
@answering
def count_codes(pool: str) -> Response:
    """How many codes of a coupon pool are left, reserved and committed; one that was never filled has none."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    stock = stock_of(ports, pool)
    return answer({"pool": pool, "left": stock.left, "reserved": stock.reserved, "committed": stock.committed})
