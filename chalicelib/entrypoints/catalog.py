"""catalog: what the shop sells, from the owner's own servers. No browser is answered (no CORS)."""

from typing import cast

from chalice.app import Blueprint, Response

from .. import bootstrap
from ..flows.catalog import take_products
from ..model.errors import EventRejected
from ..model.product_line import MOST_PRODUCTS
from .answers import answer, answering
from .body import read_object
from .keys import require_server

routes = Blueprint(__name__)


@routes.route("/v1/catalog/products", methods=["POST"], content_types=["*/*"])
@answering
def add_products() -> Response:
    """Up to 1,000 products, whole or in part. What is not named stays; sent again they change nothing; bad ones are named by place."""
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    raw = cast(bytes, routes.current_request.raw_body or b"")  # Chalice gives bytes, whatever its annotation says
    lines = read_object(raw).get("products")
    if not isinstance(lines, list):
        raise EventRejected("invalid_products", "the body must have a list of products in `products`")
    if len(lines) > MOST_PRODUCTS:
        raise EventRejected("too_large", f"a request may have at most {MOST_PRODUCTS} products")
    heard = take_products(ports, lines)
    refused = [{"index": place, "code": error.code, "message": str(error)} for place, error in sorted(heard.refused.items())]
    return answer({"success": True, "stored": heard.changed, "duplicates": heard.unchanged, "refused": refused})
