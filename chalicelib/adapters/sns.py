"""sns: what an answer of Amazon SNS, or the lack of one, means for a message. Publish has no idempotency key, so nothing is repeated here.

Sorted into three kinds: SNS has not taken the message and may later (`retryable`), SNS will never take it, and nobody knows (`ambiguous`):
a 5xx, a timeout or a lost connection after the request was written.
Source: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html and botocore's model of SNS.
"""

from collections.abc import Callable
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ProxyConnectionError,
)
from botocore.parsers import ResponseParserError

from ..model.errors import TransportFailed
from ..model.instant import HOUR, SECOND

# botocore would silently send again after a 500 or a timeout.
SNS_CONFIG = Config(retries={"total_max_attempts": 1, "mode": "standard"}, connect_timeout=3, read_timeout=10)

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
_NOTHING_WRITTEN = (ConnectTimeoutError, EndpointConnectionError, ProxyConnectionError, NoCredentialsError, PartialCredentialsError,
                    CredentialRetrievalError)


def publish(client: Callable[[], Any], **request: Any) -> str:
    """Publish once; SNS's message id. TransportFailed says what is known."""
    try:
        answer = client().publish(**request)
    except ClientError as error:
        raise refused(error) from error
    except _NOTHING_WRITTEN as error:
        raise TransportFailed(f"SNS was not reached: {type(error).__name__}", retryable=True) from error
    except ParamValidationError as error:
        raise TransportFailed("SNS cannot be asked to send this: its request would be malformed") from error
    except (BotoCoreError, ResponseParserError) as error:
        raise TransportFailed(f"SNS gave no answer: {type(error).__name__}", ambiguous=True) from error
    if not answer.get("MessageId"):
        raise TransportFailed("SNS gave an answer that cannot be read", ambiguous=True)
    return str(answer["MessageId"])


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
