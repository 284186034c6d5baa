"""mappings: how functions are fed, read from the template that is deployed: streams, queues, their retries and where failures go.

infra/ has the event sources in the form of AWS SAM, and the queues' own settings. The defaults are
those of CloudFormation's AWS::Lambda::EventSourceMapping and AWS::SQS::Queue.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .patterns import Matcher, compile_filters

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class StreamMapping:
    """A function fed by a table's stream. `retries` and `record_age` (ms) of -1: no limit. `on_failure`: a queue's logical id."""

    function: str
    table: str
    batch_size: int
    matches: Matcher
    reports_failures: bool
    bisects: bool
    retries: int
    record_age: int
    on_failure: str | None


@dataclass(frozen=True, slots=True)
class QueueMapping:
    """A function fed by a queue. `visibility` in milliseconds; after `receives` deliveries a message goes to `dead_letters`."""

    function: str
    queue: str
    batch_size: int
    matches: Matcher
    reports_failures: bool
    visibility: int
    receives: int | None
    dead_letters: str | None


def read_mappings(resources: Document) -> tuple[list[StreamMapping], list[QueueMapping]]:
    """All event source mappings among a template's resources, in its order."""
    streams, queue_mappings = [], []
    for name, properties in _sources(resources):
        if "Stream" in properties:
            streams.append(_stream(name, properties))
        elif "Queue" in properties:
            queue_mappings.append(_queue(name, properties, resources))
    return streams, queue_mappings


def handler_name(resource: str) -> str:
    """The handler in app.py behind a resource of Chalice's template: `OnEmailMarketing` is `on_email_marketing`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", resource).lower()


def _sources(resources: Document) -> Iterator[tuple[str, Document]]:
    for name, resource in resources.items():
        for source in (resource.get("Properties") or {}).get("Events", {}).values():
            yield name, source.get("Properties", {})


def _stream(name: str, properties: Document) -> StreamMapping:
    age = properties.get("MaximumRecordAgeInSeconds", -1)
    return StreamMapping(
        function=handler_name(name), table=_logical_id(properties["Stream"]), batch_size=properties.get("BatchSize", 100),
        matches=compile_filters(properties.get("FilterCriteria")), reports_failures=_reports_failures(properties),
        bisects=properties.get("BisectBatchOnFunctionError", False), retries=properties.get("MaximumRetryAttempts", -1),
        record_age=-1 if age == -1 else age * 1000, on_failure=_destination(properties),
    )


def _queue(name: str, properties: Document, resources: Document) -> QueueMapping:
    queue = _logical_id(properties["Queue"])
    settings = resources[queue].get("Properties", {})
    redrive = settings.get("RedrivePolicy")
    return QueueMapping(
        function=handler_name(name), queue=queue, batch_size=properties.get("BatchSize", 10),
        matches=compile_filters(properties.get("FilterCriteria")), reports_failures=_reports_failures(properties),
        visibility=settings.get("VisibilityTimeout", 30) * 1000, receives=int(redrive["maxReceiveCount"]) if redrive else None,
        dead_letters=_logical_id(redrive["deadLetterTargetArn"]) if redrive else None,
    )


def _reports_failures(properties: Document) -> bool:
    return "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", [])


def _destination(properties: Document) -> str | None:
    on_failure = properties.get("DestinationConfig", {}).get("OnFailure")
    return _logical_id(on_failure["Destination"]) if on_failure else None


def _logical_id(reference: Any) -> str:
    match reference:
        case {"Ref": str(name)}:
            return name
        case {"Fn::GetAtt": [str(name), *_]}:
            return name
        case {"Fn::GetAtt": str(path)}:
            return path.partition(".")[0]
    raise ValueError(f"{json.dumps(reference)} is not a Ref or Fn::GetAtt of a table or queue of infra/")
