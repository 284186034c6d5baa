"""sns: Publish of Amazon SNS, which text messages and notifications leave by, and what its refusals mean.

Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html and botocore's model of SNS.
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from ..model.errors import TransportFailed
from ..model.instant import HOUR, SECOND
from .send_once import send_once

RATE_WAIT = 2 * SECOND
ACCOUNT_WAIT = HOUR  # until somebody mends the account; long, so that the channel is parked instead of hammered

_THROTTLED = frozenset({"Throttled", "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException"})
_ACCOUNT = frozenset({
    "AuthorizationError", "AuthorizationErrorException", "PlatformApplicationDisabled", "PlatformApplicationDisabledException",
    "AccessDenied", "AccessDeniedException", "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredToken", "ExpiredTokenException",
    "InvalidSignatureException", "SignatureDoesNotMatch", "InvalidSecurity", "InvalidSecurityException", "UserError", "UserErrorException",
})
_DEAD = frozenset({"EndpointDisabled", "EndpointDisabledException"})
_OPTED_OUT = frozenset({"OptedOut", "OptedOutException"})
_BAD_NUMBER = "invalid parameter: phonenumber"


def publish(client: Callable[[], Any], **request: Any) -> str:
    """Publish once; SNS's message id. TransportFailed says what is known."""
    return send_once("SNS", lambda: client().publish(**request), refused)


def refused(error: ClientError) -> TransportFailed:
    """What SNS's refusal means for the message. Codes are kept in the text; SNS's own words may quote a number or a token."""
    said, status = error.response.get("Error", {}), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code, words = said.get("Code", "unknown"), said.get("Message", "")
    if code in _DEAD:
        return TransportFailed(f"SNS refused the message: {code}", closes="bounced")
    if code in _OPTED_OUT:
        return TransportFailed(f"SNS refused the message: {code}", closes="unsubscribed")
    if code in _ACCOUNT or status == 403:
        return TransportFailed(f"SNS sends nothing for this account: {code}", retryable=True, retry_after=ACCOUNT_WAIT)
    if code in _THROTTLED or status == 429:
        return TransportFailed(f"SNS asks to wait: {code}", retryable=True, retry_after=RATE_WAIT)
    if status >= 500 or status == 0:
        return TransportFailed(f"SNS failed with {status}: {code}", ambiguous=True)
    return TransportFailed(f"SNS refused the message: {code}", closes="bounced" if words.lower().startswith(_BAD_NUMBER) else None)
