"""sns_push: notifications over Amazon SNS mobile push: a token gets an endpoint of the platform application it belongs to, and the
endpoint the message.

Making an endpoint is idempotent and shows nobody anything, so whatever fails before the message is published may be tried again.
Source: https://docs.aws.amazon.com/sns/latest/dg/mobile-push-send.html
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from ..channels.push import PushRequest
from ..model.errors import StoreUnavailable, TransportFailed
from .sns import ACCOUNT_WAIT, publish, refused

_EXISTS = re.compile(r"Endpoint (arn:\S+) already exists with the same Token", re.IGNORECASE)
_APNS = "AWS.SNS.MOBILE.APNS"


class PushTransport:
    """The Transport of push. `client` as in sns_sms.py; `applications` are the ARNs of platform applications by platform."""

    def __init__(self, client: Callable[[], Any], applications: Mapping[str, str]) -> None:
        self._client = client
        self._applications = applications

    def send(self, request: PushRequest) -> str:
        """Send once; SNS's message id. TransportFailed says what is known."""
        application = self._applications.get(request.platform)
        if not application:
            raise TransportFailed(f"no platform application of the account is named for {request.platform}", retryable=True,
                                  retry_after=ACCOUNT_WAIT)
        kind = application.split(":app/")[-1].partition("/")[0]
        try:
            endpoint = self._endpoint(application, request.recipient)
        except ClientError as error:
            raise _before_publishing(error) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise TransportFailed(f"SNS made no endpoint: {type(error).__name__}", retryable=True) from error
        return publish(self._client, TargetArn=endpoint, MessageStructure="json", Message=_message(kind, request),
                       MessageAttributes=_attributes(kind, request))

    def address_behind(self, name: str) -> str | None:
        """The token behind an endpoint, None when there is no such endpoint. StoreUnavailable: asking again may help."""
        try:
            token = self._client().get_endpoint_attributes(EndpointArn=name)["Attributes"].get("Token")
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NotFound", "NotFoundException", "InvalidParameter"):
                return None
            raise StoreUnavailable(f"SNS does not tell whose endpoint that is: {error.response.get('Error', {}).get('Code')}") from error
        except (BotoCoreError, ResponseParserError) as error:
            raise StoreUnavailable(f"SNS does not tell whose endpoint that is: {type(error).__name__}") from error
        return str(token) if token else None

    def _endpoint(self, application: str, token: str) -> str:
        """The endpoint of a token. One that was made with other attributes is taken over and switched on: the app has given the token."""
        try:
            return str(self._client().create_platform_endpoint(PlatformApplicationArn=application, Token=token)["EndpointArn"])
        except ClientError as error:
            exists = _EXISTS.search(error.response.get("Error", {}).get("Message", ""))
            if exists is None:
                raise
        self._client().set_endpoint_attributes(EndpointArn=exists[1], Attributes={"Token": token, "Enabled": "true"})
        return exists[1]


def _before_publishing(error: ClientError) -> TransportFailed:
    """Nothing was published: nobody knows at worst whether there is an endpoint. An application that is gone is the account's matter."""
    failed, code = refused(error), error.response.get("Error", {}).get("Code", "unknown")
    if failed.ambiguous:
        return TransportFailed(f"SNS made no endpoint: {code}", retryable=True)
    if code in ("NotFound", "NotFoundException"):
        return TransportFailed(f"SNS sends nothing for this account: {code}", retryable=True, retry_after=ACCOUNT_WAIT)
    words = error.response.get("Error", {}).get("Message", "").lower()
    return TransportFailed(str(failed), closes="bounced") if words.startswith("invalid parameter: token") else failed


def _message(kind: str, request: PushRequest) -> str:
    inner = request.payload if request.platform == "apns" else json.dumps({"fcmV1Message": {"message": json.loads(request.payload)}},
                                                                         ensure_ascii=False, separators=(",", ":"))
    return json.dumps({"default": request.plain, kind: inner}, ensure_ascii=False, separators=(",", ":"))


def _attributes(kind: str, request: PushRequest) -> dict[str, dict[str, str]]:
    told = {f"AWS.SNS.MOBILE.{kind}.TTL": str(request.keep)}
    if request.platform == "apns":
        told |= {f"{_APNS}.PUSH_TYPE": "alert", f"{_APNS}.PRIORITY": "10"}
    return {name: {"DataType": "String", "StringValue": value} for name, value in told.items()}
