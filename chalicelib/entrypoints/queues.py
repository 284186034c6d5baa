"""queues: messages on their way to dispatch and pages of a fan-out, answered one by one.

A message that must come again is reported and stays in its queue; after the queue's own number of receives it lies in the
dead-letter queue. One that cannot be read will never be readable, so it is parked at once.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from .. import bootstrap
from ..flows.dispatch import dispatch
from ..flows.fan_out import carry_on
from ..model.decision import message_from
from ..model.errors import StoreUnavailable, TransportFailed
from ..model.page import page_from
from ..ports import Parked, Ports
from .failures import report_failure

# What one message or page may take when everything is slow, milliseconds. None is begun with less left: a function that is stopped in the
# middle of a send leaves a message of which nobody knows whether it went out.
LONGEST_DISPATCH = 20_000


Item = TypeVar("Item")
Failures = dict[str, list[dict[str, str]]]


class Deadline(Protocol):
    """The part of Lambda's context that tells how long this invocation may go on."""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""


def dispatch_batch(event: dict[str, Any], deadline: Deadline | None) -> Failures:
    """Dispatch an SQS batch; the ids of the messages that must come again, in the form of ReportBatchItemFailures."""
    return _one_by_one(event, deadline, Work("dispatch", message_from, dispatch))


def fan_out_pages(event: dict[str, Any], deadline: Deadline | None) -> Failures:
    """Tell the people of the pages in an SQS batch; the ids of the pages that must come again."""
    return _one_by_one(event, deadline, Work("fan-out", page_from, carry_on))


@dataclass(frozen=True, slots=True)
class Work(Generic[Item]):
    """What is done with each thing in a queue: its name for people, how it is read, what is done."""

    name: str
    read: Callable[[dict[str, Any]], Item]
    do: Callable[[Ports, Item], None]


def _one_by_one(event: dict[str, Any], deadline: Deadline | None, work: Work[Any]) -> Failures:
    ports = bootstrap.ports()
    again = [record["messageId"] for record in event["Records"] if _out_of_time(deadline) or not _done(ports, record, work)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}


def _out_of_time(deadline: Deadline | None) -> bool:
    return deadline is not None and deadline.get_remaining_time_in_millis() < LONGEST_DISPATCH


def _done(ports: Ports, record: dict[str, Any], work: Work[Any]) -> bool:
    counted = work.name.replace("-", "_")
    try:
        item = _read(ports, record, work)
        if item is not None:
            work.do(ports, item)
    except (StoreUnavailable, TransportFailed) as error:
        ports.meter.count(f"{counted}_retried", error=type(error).__name__)
        return False
    except Exception as error:  # the border of the function: one bad message must not hold up the nine others
        report_failure(work.name, error)
        ports.meter.count(f"{counted}_crashed", error=type(error).__name__)
        return False
    return True


def _read(ports: Ports, record: dict[str, Any], work: Work[Item]) -> Item | None:
    """What the record holds, or None when it cannot be read and is parked."""
    try:
        return work.read(json.loads(record["body"]))
    except (KeyError, ValueError, TypeError) as error:
        ports.parking.park(Parked(place=work.name, id=record["messageId"], at=ports.clock(),
                                  reason=f"unreadable: {type(error).__name__}", body=record["body"]))
        ports.meter.count("parked", place=work.name)
        return None
