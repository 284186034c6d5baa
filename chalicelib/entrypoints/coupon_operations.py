"""coupon_operations: what the routes of coupon pools take and answer, for the OpenAPI document."""

from typing_extensions import TypedDict

from ..model.coupon import Codes
from .operation import Operation, Refusal


class CodesTaken(TypedDict):
    """How many codes are new and how many the pool knew already, free or given; those that cannot be used are named."""

    success: bool
    stored: int
    duplicates: int
    refused: list[Refusal]


class PoolStock(TypedDict):
    """How many codes are free, are kept for journeys that have sent nothing yet, and are or may be in customers' hands."""

    pool: str
    left: int
    reserved: int
    committed: int


_POOL = "The pool's name, as rules call it: small letters, digits, `-` and `_`."
COUPON_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/v1/coupons/{pool}"): Operation("coupons", CodesTaken, "server", Codes, (400, 401, 403, 503), path_parameter=_POOL),
    ("GET", "/v1/coupons/{pool}"): Operation("coupons", PoolStock, "server", errors=(400, 401, 403, 503), path_parameter=_POOL),
}
