"""answers: what HTTP callers get back: JSON, errors as `{"code", "message"}`, and never a stack trace.

The code is a lower-case word because rudder-sdk-python, where it is missing, retries a refused batch as if the network had failed.
Oversize is 400 and not 413, as Segment answers: analytics-swift drops a batch on 400 only.
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import CaseInsensitiveMapping, ChaliceViewError, ForbiddenError, NotFoundError, Request, Response, UnauthorizedError

from ..model.errors import EventRejected, RateLimited, StoreUnavailable
from .failures import report_failure

RETRY_AFTER_SECONDS = 5

_REFUSALS = {UnauthorizedError: "unknown_key", ForbiddenError: "server_key_required", NotFoundError: "not_found"}
_FRAMEWORK = {405: "method_not_allowed", 415: "unsupported_media_type", 500: "internal"}

# for servers: no browser is answered
ADMINISTRATIVE = ("/v1/customers", "/v1/audiences", "/v1/suppressions", "/v1/coupons", "/v1/events", "/v1/catalog", "/v1/rules",
                  "/v1/rulebook")

View = Callable[..., Any]


def answer(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(body=body, status_code=status, headers={"Content-Type": "application/json", **(headers or {})})


def answer_taken(stored: int, duplicates: int, refused: Mapping[int, EventRejected]) -> Response:
    """What became of a list of entries; those that were refused are named by their places."""
    named = [{"index": place, "code": error.code, "message": str(error)} for place, error in sorted(refused.items())]
    return answer({"success": True, "stored": stored, "duplicates": duplicates, "refused": named})


def refusal(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Response:
    """An error as every caller gets it."""
    return answer({"code": code, "message": message}, status, headers)


def answering(view: View) -> View:
    """A view whose errors become answers: refused 4xx, too many 429 and unavailable 503 with Retry-After in whole seconds, the rest 500."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except EventRejected as error:
            return refusal(400, error.code, str(error))
        except ChaliceViewError as error:
            return refusal(error.STATUS_CODE, _REFUSALS.get(type(error), "bad_request"), str(error))
        except RateLimited as error:
            return refusal(429, "rate_limited", str(error), {"Retry-After": str(error.retry_after)})
        except StoreUnavailable as error:
            report_failure(view.__name__, error)
            return refusal(503, "unavailable", "try again later", {"Retry-After": str(RETRY_AFTER_SECONDS)})
        except Exception as error:  # the border: whatever went wrong inside, the caller is told no more than that
            report_failure(view.__name__, error)
            return refusal(500, "internal", "an internal error occurred")

    return guarded


def accept_anything(request: Request, proceed: Callable[[Request], Response]) -> Response:
    """Middleware: a request without Accept takes any answer, as HTTP says (RFC 9110, 12.5.1); Chalice would answer 400."""
    if "accept" not in request.headers:
        request.headers = CaseInsensitiveMapping({**request.headers, "accept": "*/*"})
    return proceed(request)


def speak_plainly(request: Request, proceed: Callable[[Request], Response]) -> Response:
    """Middleware: Chalice's own errors (`Code`, `Message`) in the form of all others, to be read by browsers where browsers may ask."""
    response = proceed(request)
    if response.status_code >= 400 and not str(request.path).startswith(ADMINISTRATIVE):
        response.headers.setdefault("Access-Control-Allow-Origin", "*")
    if isinstance(response.body, dict) and "Code" in response.body:
        response.body = {"code": _FRAMEWORK.get(response.status_code, "bad_request"), "message": response.body.get("Message", "")}
    return response
