"""ses: e-mail over Amazon SES, API version 2, and what its refusals mean.

Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from ..channels.email import EmailRequest
from ..model.errors import TransportFailed
from ..model.instant import HOUR, SECOND
from .send_once import send_once

RATE_WAIT = 2 * SECOND
QUOTA_WAIT = HOUR  # the daily quota is a sliding 24 hours, so part of it comes back before the day is over
ACCOUNT_WAIT = HOUR  # until somebody mends the account; long, so that the channel is parked instead of hammered

_THROTTLED = frozenset({"TooManyRequestsException", "LimitExceededException", "Throttling", "ThrottlingException"})
_ACCOUNT = frozenset({
    "AccountSuspendedException", "SendingPausedException", "MailFromDomainNotVerifiedException",
    "AccessDeniedException", "AccessDenied", "UnrecognizedClientException", "InvalidClientTokenId", "ExpiredTokenException",
    "InvalidSignatureException", "SignatureDoesNotMatch",
})


class SesTransport:
    """The Transport of e-mail. `client` gives a sesv2 client made with SEND_ONCE when it is first needed."""

    def __init__(self, client: Callable[[], Any], configuration_set: str | None = None) -> None:
        self._client = client
        self._options = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, request: EmailRequest) -> str:
        """Send once; SES's message id. TransportFailed says what is known."""
        return send_once("SES", lambda: self._client().send_email(
            FromEmailAddress=request.sender,
            Destination={"ToAddresses": [request.recipient]},
            Content={"Raw": {"Data": request.raw}},
            EmailTags=[{"Name": name, "Value": value} for name, value in request.tags.items()],
            **self._options,
        ), refused)


def refused(error: ClientError) -> TransportFailed:
    """What an answer of SES means for the message. Codes are kept in the text; SES's own words may quote an address."""
    code = error.response.get("Error", {}).get("Code", "unknown")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _ACCOUNT or status == 403:
        return TransportFailed(f"SES sends nothing for this account: {code}", retryable=True, retry_after=ACCOUNT_WAIT)
    if code in _THROTTLED or status == 429:
        daily = "daily" in error.response.get("Error", {}).get("Message", "").lower()
        return TransportFailed(f"SES asks to wait: {code}", retryable=True, retry_after=QUOTA_WAIT if daily else RATE_WAIT)
    if status >= 500 or status == 0:
        return TransportFailed(f"SES failed with {status}: {code}", ambiguous=True)
    return TransportFailed(f"SES refused the message: {code}")
