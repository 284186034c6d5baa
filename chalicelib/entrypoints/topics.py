"""topics: messages of SNS topics. One that cannot be used will never be usable, so it is parked whole; while a table does not answer the
function fails, so that Lambda brings the messages again: to take one in twice changes nothing.
"""

import json
from typing import Any

from .. import bootstrap
from ..flows.feedback import take_feedback
from ..model.errors import EventRejected, StoreUnavailable
from ..ports import Parked, Ports
from .failures import report_failure

Record = dict[str, Any]


def email_feedback(event: dict[str, Any]) -> None:
    """Take in what SES tells of e-mails. StoreUnavailable, once all others are done, when one of them must come again."""
    ports = bootstrap.ports()
    again = [error for record in event["Records"] if (error := _take(ports, record)) is not None]
    if again:
        ports.meter.count("receipts", len(again), outcome="retried", channel="email")
        raise again[0]


def _take(ports: Ports, record: Record) -> StoreUnavailable | None:
    try:
        _take_or_park(ports, record)
    except StoreUnavailable as error:
        return error
    return None


def _take_or_park(ports: Ports, record: Record) -> None:
    notification = record.get("Sns")
    message = notification.get("Message") if isinstance(notification, dict) else None
    if not isinstance(notification, dict) or not isinstance(message, str):
        body = json.dumps(record, sort_keys=True)
        _park(ports, body, body, "no_message: the record holds no message of a topic")
        return
    name = str(notification.get("MessageId") or message)  # a MessageId is unique in a topic
    try:
        take_feedback(ports, "email", message)
    except StoreUnavailable:
        raise
    except EventRejected as error:
        _park(ports, name, message, f"{error.code}: {error}")
    except Exception as error:  # the border of the function: one bad message must not hold up the others
        report_failure("feedback", error)
        _park(ports, name, message, type(error).__name__)


def _park(ports: Ports, name: str, body: str, reason: str) -> None:
    ports.parking.park(Parked(place="feedback", id=f"email:{name}", at=ports.clock(), reason=reason, body=body))
    ports.meter.count("parked", place="feedback")
