"""push_receipts: what Amazon SNS tells of notifications that it could not deliver, as the events that makes in the customer's log.

SNS names its own id of the message, and the endpoint in place of the token: whose token that is, the transport knows. What was seen or
tapped only the app can tell, with `Push Notification Received` and `Push Notification Tapped`.
Source: https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html
"""

from typing import Any

from ..model.errors import EventRejected
from ..model.instant import parse_instant
from .receipt import ProviderReceipt, Told
from .told_text import Document, read_document, some_text

_DEAD = frozenset({"EndpointDisabled", "InvalidPlatformToken", "PlatformTokenInvalid", "Unregistered", "NotRegistered", "BadDeviceToken",
                   "DeviceTokenNotForTopic", "InvalidRegistration"})
_OTHERS = frozenset({"EndpointCreated", "EndpointDeleted", "EndpointUpdated"})
_LONGEST_TEXT = 500


def read_receipts(text: str) -> list[ProviderReceipt]:
    """The receipt in an event of a platform application; none when it is about no delivery. EventRejected says why it cannot be used."""
    document = read_document(text, "what SNS tells")
    kind = _text(document.get("EventType"))
    if kind in _OTHERS:
        return []
    if kind != "DeliveryFailure":
        raise EventRejected("no_event_type", "SNS's event is none of a platform application")
    provider_id, at = _text(document.get("MessageId")), parse_instant(document.get("Time"))
    if provider_id is None:
        raise EventRejected("no_message_id", "SNS's event names no message")
    if at is None:
        raise EventRejected("no_time", "SNS's event does not say when that was")
    return [ProviderReceipt("push", provider_id=provider_id, events=(_told(document),), at=at,
                            behind=_text(document.get("EndpointArn")) or "")]


def _told(document: Document) -> Told:
    """Only a token of which the platform knows nothing any more is dead."""
    kind, words = _text(document.get("FailureType")), _text(document.get("FailureMessage"))
    name = "Push Notification Bounced" if kind in _DEAD else "Push Notification Dropped"
    return name, {key: value for key, value in (("reason", kind), ("detail", words)) if value is not None}


def _text(said: Any) -> str | None:
    return some_text(said, _LONGEST_TEXT)
