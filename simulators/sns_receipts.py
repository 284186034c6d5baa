"""sns_receipts: what Amazon SNS tells afterwards, and as late as one likes: entries of its delivery logs, failures of push, answers to SMS.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html, .../application-event-notifications.html,
https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms.html
"""

import gzip
import json
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from chalicelib.model.instant import format_instant

ACCEPTED = "Message has been accepted by phone carrier"


def log_entry(message_id: str, phone: str, at: int, *, response: str = ACCEPTED, dwell: int = 599) -> str:
    """An entry of the log of SMS: published at `at`, and what the carrier said `dwell` milliseconds later."""
    success = response.startswith("Message has been accepted")
    return json.dumps({
        "notification": {"messageId": message_id, "timestamp": format_instant(at).replace("T", " ").removesuffix("Z")},
        "delivery": {"phoneCarrier": "Example Mobile", "mnc": 270, "mcc": 310, "numberOfMessageParts": 1, "destination": phone,
                     "priceInUSD": 0.00645, "smsType": "Promotional", "providerResponse": response, "dwellTimeMs": dwell,
                     **({"dwellTimeMsUntilDeviceAck": dwell + 700} if success else {})},
        "status": "SUCCESS" if success else "FAILURE"})


def log_event(entries: Iterable[str], *, kind: str = "DATA_MESSAGE") -> dict[str, Any]:
    """What CloudWatch Logs calls a function with."""
    document = {"messageType": kind, "owner": "123456789012", "logGroup": "sns/us-east-1/123456789012/DirectPublishToPhoneNumber",
                "logStream": "one", "subscriptionFilters": ["beckon"],
                "logEvents": [{"id": f"entry-{number}", "timestamp": 0, "message": entry} for number, entry in enumerate(entries)]}
    return {"awslogs": {"data": b64encode(gzip.compress(json.dumps(document).encode())).decode()}}


def sms_answer(phone: str, words: str, *, about: str | None = None) -> str:
    """What somebody wrote back, as two-way messaging brings it to a topic."""
    return json.dumps({"originationNumber": phone, "destinationNumber": "+18445550100", "messageKeyword": "KEYWORD", "messageBody": words,
                       "inboundMessageId": f"in-{words}", **({"previousPublishedMessageId": about} if about else {})})


def push_failure(message_id: str, endpoint: str, at: int, *, kind: str = "EndpointDisabled", words: str = "Endpoint is disabled") -> str:
    """What a platform application tells of a notification that could not be delivered."""
    return json.dumps({"DeliveryAttempts": 1, "EndpointArn": endpoint, "EventType": "DeliveryFailure", "FailureMessage": words,
                       "FailureType": kind, "MessageId": message_id, "Resource": endpoint.replace(":endpoint/", ":app/").rpartition("/")[0],
                       "Service": "SNS", "Time": format_instant(at)})


def topic_event(messages: Iterable[str], at: int) -> dict[str, Any]:
    """What a topic calls a function with."""
    return {"Records": [{"EventSource": "aws:sns", "EventVersion": "1.0", "EventSubscriptionArn": "arn", "Sns": {
        "Type": "Notification", "MessageId": f"topic-{number}", "TopicArn": "arn", "Subject": None, "Message": message,
        "Timestamp": format_instant(at), "MessageAttributes": {}}} for number, message in enumerate(messages)]}
