"""catalog: what the shop sells, from the owner's own servers. No browser is answered (no CORS)."""

from collections.abc import Mapping
from typing import Any, cast

from chalice.app import Blueprint, Response
from pydantic import ValidationError

from .. import bootstrap
from ..flows.catalog import judge_feed, take_products
from ..model.errors import EventRejected
from ..model.feed_report import FeedReport
from ..model.product_line import MOST_PRODUCTS
from ..ports import Ports
from .answers import answer, answer_taken, answering
from .body import read_entries, read_object
from .keys import require_server

PAGE = 1_000

routes = Blueprint(__name__)


@routes.route("/v1/catalog/products", methods=["POST"], content_types=["*/*"])
@answering
def add_products() -> Response:
    """Up to 1,000 products, whole or in part. What is not named stays; sent again they change nothing; bad ones are named by place."""
    ports = _ports()
    lines = read_entries(routes.current_request, "products", "products", MOST_PRODUCTS)
    heard = take_products(ports, lines)
    return answer_taken(heard.changed, heard.unchanged, heard.refused)


@routes.route("/v1/catalog/products", methods=["GET"], content_types=["*/*"])
@answering
def list_products() -> Response:
    """Which products there are, and whether each can be had, up to 1,000 at a time: `?after=` takes the `next` of the page before."""
    ports = _ports()
    query: Mapping[str, Any] = routes.current_request.query_params or {}
    products, going_on = ports.products.page(query.get("after") or None, PAGE)
    shown = [{"productId": product.get("productId"), "variant": product.get("variant"), "available": product.get("available") is not False}
             for product in products]
    return answer({"products": shown, "next": going_on}, headers={"Cache-Control": "no-store"})


@routes.route("/v1/catalog/feeds", methods=["POST"], content_types=["*/*"])
@answering
def judge() -> Response:
    """Whether a full feed may go in: one that lost more than a fifth of what is known is to be held back whole, and an alarm tells."""
    ports = _ports()
    try:
        report = FeedReport.model_validate(_body())
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise EventRejected("invalid_report", f"{'.'.join(map(str, first['loc']))[:60]}: {first['msg']} - give known and lost") from None
    return answer({"success": True, "accepted": judge_feed(ports, report)})


def _ports() -> Ports:
    ports = bootstrap.ports()
    require_server(routes.current_request, ports.sources)
    return ports


def _body() -> dict[str, Any]:
    return read_object(cast(bytes, routes.current_request.raw_body or b""))  # Chalice gives bytes, whatever its annotation says
