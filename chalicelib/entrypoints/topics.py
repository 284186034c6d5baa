"""topics: messages of SNS topics in which a provider tells what became of ours, or brings what readers answer (told.py)."""

import json
from collections.abc import Iterator
from typing import Any

from .. import bootstrap
from ..ports import Ports
from .told import park, take_each

Record = dict[str, Any]


def email_feedback(event: dict[str, Any]) -> None:
    """Take in what SES tells of e-mails. StoreUnavailable, once all others are done, when one of them must come again."""
    ports = bootstrap.ports()
    take_each(ports, "email", [(name, message) for name, message, _ in _messages(ports, "email", event)])


def push_feedback(event: dict[str, Any]) -> None:
    """Take in what SNS tells of notifications. StoreUnavailable as above."""
    ports = bootstrap.ports()
    take_each(ports, "push", [(name, message) for name, message, _ in _messages(ports, "push", event)])


def sms_inbound(event: dict[str, Any]) -> None:
    """Take in what people answer to text messages. StoreUnavailable as above."""
    ports = bootstrap.ports()
    take_each(ports, "sms", [(name, _with_time(message, when)) for name, message, when in _messages(ports, "sms", event)])


def _messages(ports: Ports, channel: str, event: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The topic's messages by name, and when each came. A record that holds none is parked."""
    for record in event["Records"]:
        notification = record.get("Sns")
        message = notification.get("Message") if isinstance(notification, dict) else None
        if not isinstance(notification, dict) or not isinstance(message, str):
            body = json.dumps(record, sort_keys=True)
            park(ports, channel, body, body, "no_message: the record holds no message of a topic")
            continue
        yield str(notification.get("MessageId") or message), message, notification.get("Timestamp")  # a MessageId is unique in a topic


def _with_time(message: str, when: Any) -> str:
    """An answer does not say when it was sent; the topic knows when it came."""
    try:
        document = json.loads(message)
    except (ValueError, RecursionError):
        return message
    return json.dumps({"timestamp": when, **document}) if isinstance(document, dict) else message
