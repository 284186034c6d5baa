"""sns: a strict Amazon SNS: what the real one refuses and moto lets pass, everything it took, and what it tells of that afterwards.

It stands before moto, at the door through which the engine's clients pass, and judges requests as they are written on the wire.
Sources: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html, .../API_CreatePlatformEndpoint.html,
https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html; payload limits of APNs and FCM.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core.botocore_stubber import MockRawResponse
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sns.models import PlatformEndpoint, sns_backends

from chalicelib.ports import Clock

SERVICE = "sns"
MOST_BYTES_OF_A_TEXT = 1_600
MOST_BYTES_FOR_A_PHONE = 4_096
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SENDER = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,11}")
_MESSAGE_ID = re.compile(r"<MessageId>([^<]+)</MessageId>")
_PLATFORMS = {"GCM": ("GCM",), "APNS": ("APNS",), "APNS_SANDBOX": ("APNS_SANDBOX",)}
_RESERVED = {"AWS.SNS.SMS.SMSType": "String", "AWS.SNS.SMS.SenderID": "String", "AWS.SNS.SMS.MaxPrice": "Number",
             "AWS.MM.SMS.OriginationNumber": "String"}
_ALLOWED = {"AWS.SNS.SMS.SMSType": re.compile("Promotional|Transactional"), "AWS.SNS.SMS.SenderID": _SENDER,
            "AWS.SNS.SMS.MaxPrice": re.compile(r"[0-9]+(\.[0-9]+)?")}

Call = Callable[[], AWSResponse]
Parameters = Mapping[str, str]
Attributes = dict[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Published:
    """A message that SNS took, when (milliseconds), and where it goes: a number, or the token behind an endpoint."""

    at: int
    id: str
    message: str
    attributes: dict[str, str]
    phone: str | None = None
    token: str | None = None
    endpoint: str | None = None


class Refused(Exception):
    """SNS says no: an error code and the words for it."""

    def __init__(self, code: str, words: str, status: int = 400) -> None:
        self.code, self.words, self.status = code, words, status
        super().__init__(words)


@dataclass(slots=True)
class StrictSns:
    """One region of one account. `taken` is in the order of the calls."""

    region: str
    clock: Clock
    taken: list[Published] = field(default_factory=list)

    def answer(self, operation: str, request: AWSPreparedRequest, call: Call) -> AWSResponse:
        """What SNS answers to one request; `call` asks moto."""
        body = request.body.decode() if isinstance(request.body, bytes) else str(request.body or "")
        parameters = dict(parse_qsl(body, keep_blank_values=True))
        try:
            match operation:
                case "Publish":
                    return self._publish(parameters, call)
                case "CreatePlatformEndpoint":
                    known = self._known(parameters)
                    return call() if known is None else _answer(request.url, operation, f"<EndpointArn>{escape(known)}</EndpointArn>")
                case "SetEndpointAttributes":
                    answer = call()
                    self._read_switch(parameters.get("EndpointArn", ""))
                    return answer
        except Refused as refused:
            return _error(request.url, refused)
        return call()

    def disable(self, token: str) -> None:
        """The platform says that there is no such device any more: SNS takes nothing more for it."""
        for endpoint in self._endpoints():
            if endpoint.token == token:
                endpoint.attributes["Enabled"] = False

    def _publish(self, parameters: Parameters, call: Call) -> AWSResponse:
        attributes = _attributes(parameters)
        message, phone, target = parameters.get("Message", ""), parameters.get("PhoneNumber"), parameters.get("TargetArn")
        if not message:
            raise Refused("InvalidParameter", "Invalid parameter: Empty message")
        if phone is not None:
            _check_text(phone, message, attributes)
        elif target is not None and ":endpoint/" in target:
            self._check_push(target, message, parameters.get("MessageStructure"))
        answer = call()
        found = _MESSAGE_ID.search(answer.content.decode()) if answer.status_code == 200 else None
        if found:
            endpoint = self._endpoint(target) if target else None
            self.taken.append(Published(self.clock(), found[1], message, {name: value for name, (_, value) in attributes.items()},
                                        phone, endpoint.token if endpoint else None, target))
        return answer

    def _check_push(self, target: str, message: str, structure: str | None) -> None:
        endpoint = self._endpoint(target)
        if endpoint is None:
            raise Refused("NotFound", "Endpoint does not exist", 404)
        if endpoint.attributes.get("Enabled") is not True:
            raise Refused("EndpointDisabled", "Endpoint is disabled")
        if structure is None:
            return
        document = _json_object(message, "Message")
        if not isinstance(document.get("default"), str):
            raise Refused("InvalidParameter", "Invalid parameter: Message Structure - No default entry in JSON message body")
        for name in _PLATFORMS.get(target.split(":endpoint/")[1].partition("/")[0], ()):
            if name in document:
                _check_payload(name, document[name])

    def _known(self, parameters: Parameters) -> str | None:
        """A token that is known already, asked for with nothing else, has its endpoint, enabled or not."""
        application, token = parameters.get("PlatformApplicationArn", ""), parameters.get("Token", "")
        if not token:
            raise Refused("InvalidParameter", "Invalid parameter: Token Reason: cannot be empty")
        if application not in sns_backends[DEFAULT_ACCOUNT_ID][self.region].applications:
            raise Refused("NotFound", "PlatformApplication does not exist", 404)
        if any(name.startswith("Attributes.") or name == "CustomUserData" for name in parameters):
            return None
        for endpoint in self._endpoints():
            if endpoint.token == token and endpoint.application.arn == application and not endpoint.custom_user_data:
                return str(endpoint.arn)
        return None

    def _read_switch(self, arn: str) -> None:
        """moto keeps the word `true` as it is and reads it as a no."""
        endpoint = self._endpoint(arn)
        if endpoint is not None and isinstance(endpoint.attributes.get("Enabled"), str):
            endpoint.attributes["Enabled"] = endpoint.attributes["Enabled"].lower() == "true"

    def _endpoint(self, arn: str) -> PlatformEndpoint | None:
        return sns_backends[DEFAULT_ACCOUNT_ID][self.region].platform_endpoints.get(arn)

    def _endpoints(self) -> list[PlatformEndpoint]:
        return list(sns_backends[DEFAULT_ACCOUNT_ID][self.region].platform_endpoints.values())


def _check_text(phone: str, message: str, attributes: Attributes) -> None:
    if not _E164.fullmatch(phone):
        raise Refused("InvalidParameter", f"Invalid parameter: PhoneNumber Reason: {phone} is not valid to publish to")
    if len(message.encode()) > MOST_BYTES_OF_A_TEXT:
        raise Refused("InvalidParameter", "Invalid parameter: Message Reason: SMS message must be less than 1600 bytes")
    for name, (kind, value) in attributes.items():
        if _RESERVED.get(name, kind) != kind:
            raise Refused("InvalidParameter", f"Invalid parameter: {name} Reason: must be of type {_RESERVED[name]}")
        if name in _ALLOWED and not _ALLOWED[name].fullmatch(value):
            raise Refused("InvalidParameter", f"Invalid parameter: {name} Reason: {value} is not allowed")


def _check_payload(platform: str, payload: Any) -> None:
    if not isinstance(payload, str):
        raise Refused("InvalidParameter", f"Invalid parameter: Message Structure - {platform} must be a string")
    document = _json_object(payload, platform)
    inner = document.get("fcmV1Message", {}).get("message", document) if platform == "GCM" else document
    if len(json.dumps(inner, ensure_ascii=False, separators=(",", ":")).encode()) > MOST_BYTES_FOR_A_PHONE:
        raise Refused("InvalidParameter", f"Invalid parameter: Message too long for {platform}")
    if platform.startswith("APNS") and not isinstance(document.get("aps"), dict):
        raise Refused("InvalidParameter", f"Invalid parameter: {platform} has no aps")


def _json_object(text: str, where: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Refused("InvalidParameter", f"Invalid parameter: {where} Structure - not a JSON object")
    return found


def _attributes(parameters: Parameters) -> Attributes:
    """Message attributes by name: type and value."""
    names = {name.removesuffix(".Name"): value for name, value in parameters.items()
             if name.startswith("MessageAttributes.entry.") and name.endswith(".Name")}
    return {value: (parameters.get(f"{place}.Value.DataType", ""), parameters.get(f"{place}.Value.StringValue", ""))
            for place, value in names.items()}


def _answer(url: str, operation: str, inside: str) -> AWSResponse:
    body = f"<{operation}Response><{operation}Result>{inside}</{operation}Result></{operation}Response>"
    return AWSResponse(url, 200, {"Content-Type": "text/xml"}, MockRawResponse(body))


def _error(url: str, refused: Refused) -> AWSResponse:
    body = (f"<ErrorResponse><Error><Type>Sender</Type><Code>{refused.code}</Code><Message>{escape(refused.words)}</Message></Error>"
            "</ErrorResponse>")
    return AWSResponse(url, refused.status, {"Content-Type": "text/xml"}, MockRawResponse(body))
