"""webhook: calls of a shop's own system, signed as Standard Webhooks says: over id, moment and the very bytes that are sent.

Only 2xx says that it was heard, and nothing is followed. Everything else may be called again under the same id; 410 says: never again.
Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from ..channels.webhook import WebhookRequest
from ..model.errors import StoreUnavailable, TransportFailed
from ..model.instant import DAY, HOUR, MINUTE, SECOND, from_datetime
from ..ports import Clock
from .web import Answer, Post

SECRET_PREFIX = "whsec_"
LEAST_SECRET, MOST_SECRET = 24, 64  # bytes
MENDING_WAIT = HOUR  # until somebody mends the address or the secret
BUSY_WAIT = 5 * MINUTE  # where a busy receiver does not say how long
_BUSY = (429, 502, 503, 504)
_NOT_SET_UP = (401, 403, 404, 405)  # and whatever leads elsewhere
_LATER = (408, 409, 423, 425)  # like a failure: it may have been heard, and is said again


class WebhookTransport:
    """The Transport of webhooks. `secrets` gives `whsec_...`, several of them with spaces in between while one makes way for another."""

    def __init__(self, post: Post, secrets: Callable[[], str], clock: Clock) -> None:
        self._post, self._secrets, self._clock = post, secrets, clock

    def send(self, request: WebhookRequest) -> str:
        """Call once; the message's own key, by which the receiver knows it. TransportFailed says what is known."""
        try:
            secrets = [secret_bytes(text) for text in self._secrets().split()]
        except StoreUnavailable:
            raise TransportFailed("the webhook's secret cannot be read", retryable=True) from None
        except ValueError:
            secrets = []
        if not secrets:
            raise TransportFailed("the webhook's secret is none", retryable=True, retry_after=MENDING_WAIT)
        now = self._clock()
        stamp = str(now // SECOND)
        answer = self._post(request.url, {
            "Content-Type": "application/json", "User-Agent": "Beckon", "webhook-id": request.key, "webhook-timestamp": stamp,
            "webhook-signature": " ".join(signature(secret, request.key, stamp, request.body) for secret in secrets)}, request.body)
        failure = failure_of(answer, now)
        if failure is not None:
            raise failure
        return request.key


def secret_bytes(text: str) -> bytes:
    """The bytes of a secret as it is written. ValueError when it is none."""
    digits = text.removeprefix(SECRET_PREFIX).rstrip("=")
    try:
        secret = base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)
    except binascii.Error:
        raise ValueError("a webhook's secret is whsec_ and base64") from None
    if not text.startswith(SECRET_PREFIX) or not LEAST_SECRET <= len(secret) <= MOST_SECRET:
        raise ValueError(f"a webhook's secret is whsec_ and base64 of {LEAST_SECRET} to {MOST_SECRET} bytes")
    return secret


def signature(secret: bytes, message_id: str, stamp: str, body: bytes) -> str:
    """The signature of one call, by one secret."""
    mac = hmac.new(secret, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(mac).decode()}"


def failure_of(answer: Answer, now: int) -> TransportFailed | None:
    """What an answer means for the message; None: it was heard."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status == 410:
        return TransportFailed("the webhook's endpoint says that it is gone: 410", endpoint_gone=True)
    wait = _wait(answer.headers.get("retry-after"), now)
    if status in _BUSY or (wait is not None and status not in _NOT_SET_UP and status >= 400):
        return TransportFailed(f"the webhook's endpoint asks to wait: {status}", retryable=True, retry_after=wait or BUSY_WAIT)
    if status < 400 or status in _NOT_SET_UP:
        return TransportFailed(f"the webhook's endpoint is not set up: {status}", retryable=True, retry_after=MENDING_WAIT)
    if status >= 500 or status in _LATER:
        return TransportFailed(f"the webhook's endpoint failed: {status}", ambiguous=True)
    return TransportFailed(f"the webhook's endpoint refused the message: {status}")


def _wait(text: str | None, now: int) -> int | None:
    """Milliseconds that Retry-After asks for, in seconds or as a date; a day at most, None where it asks for nothing (RFC 9110, 10.2.3)."""
    said = (text or "").strip()
    if said.isascii() and said.isdecimal() and len(said) < 10:
        return min(int(said) * SECOND, DAY)
    try:
        moment = from_datetime(parsedate_to_datetime(said))
    except (ValueError, TypeError):
        return None
    return min(max(moment - now, 0), DAY)
