"""queues: messages on their way to dispatch, answered one by one.

A message that must come again is reported and stays in its queue; after the queue's own number of receives it lies in the
dead-letter queue. One that cannot be read will never be readable, so it is parked at once.
"""

import json
from typing import Any, Protocol

from .. import bootstrap
from ..flows.dispatch import dispatch
from ..model.decision import Message, message_from
from ..model.errors import StoreUnavailable, TransportFailed
from ..ports import Parked, Ports
from .failures import report_failure

# What one message may take when everything is slow, milliseconds. None is begun with less left: a function that is stopped in the
# middle of a send leaves a message of which nobody knows whether it went out.
LONGEST_DISPATCH = 20_000


class Deadline(Protocol):
    """The part of Lambda's context that tells how long this invocation may go on."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""


def dispatch_batch(event: dict[str, Any], deadline: Deadline | None) -> dict[str, list[dict[str, str]]]:
    """Dispatch an SQS batch; the ids of the messages that must come again, in the form of ReportBatchItemFailures."""
    ports = bootstrap.ports()
    again = [record["messageId"] for record in event["Records"] if _out_of_time(deadline) or not _done(ports, record)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}


def _out_of_time(deadline: Deadline | None) -> bool:
    return deadline is not None and deadline.get_remaining_time_in_millis() < LONGEST_DISPATCH


def _done(ports: Ports, record: dict[str, Any]) -> bool:
    try:
        message = _read(ports, record)
        if message is not None:
            dispatch(ports, message)
    except (StoreUnavailable, TransportFailed) as error:
        ports.meter.count("dispatch_retried", error=type(error).__name__)
        return False
    except Exception as error:  # the border of the function: one bad message must not hold up the nine others
        report_failure("dispatch", error)
        ports.meter.count("dispatch_crashed", error=type(error).__name__)
        return False
    return True


def _read(ports: Ports, record: dict[str, Any]) -> Message | None:
    """The message, or None when it cannot be read and is parked."""
    try:
        return message_from(json.loads(record["body"]))
    except (ValueError, TypeError) as error:
        ports.parking.park(Parked(place="dispatch", id=record["messageId"], at=ports.clock(),
                                  reason=f"unreadable: {type(error).__name__}", body=record["body"]))
        ports.meter.count("parked", place="dispatch")
        return None
