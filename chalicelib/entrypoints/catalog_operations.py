"""catalog_operations: what the routes of the catalog take and answer."""

from typing import Any

from typing_extensions import TypedDict

from ..model.feed_report import FeedReport
from ..model.product_line import ProductLines
from ..model.store import StoreEntries
from .operation import Operation, Refusal


class ProductsTaken(TypedDict):
    """How many products are another now and how many are what they were; those that cannot be used are named."""

    success: bool
    stored: int
    duplicates: int
    refused: list[Refusal]


class StoresTaken(TypedDict):
    """How many stores are new or another now and how many are what they were; those that cannot be used are named."""

    success: bool
    stored: int
    duplicates: int
    refused: list[Refusal]


class ProductPage(TypedDict):
    """Products there are; `next` is what `after` takes to go on, null at the end."""

    products: list[dict[str, Any]]
    next: str | None


class FeedJudged(TypedDict):
    """Whether a full feed may go in."""

    success: bool
    accepted: bool


CATALOG_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/v1/catalog/products"): Operation("catalog", ProductsTaken, "server", ProductLines, (400, 401, 403, 503)),
    ("GET", "/v1/catalog/products"): Operation("catalog", ProductPage, "server", errors=(401, 403, 503)),
    ("POST", "/v1/catalog/stores"): Operation("catalog", StoresTaken, "server", StoreEntries, (400, 401, 403, 503)),
    ("POST", "/v1/catalog/feeds"): Operation("catalog", FeedJudged, "server", FeedReport, (400, 401, 403)),
}
