"""fakes: a clock that stands, functions that do as they are told, and a stream that is a list."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local.functions import InvocationFailed
from local.mappings import StreamMapping
from local.patterns import compile_filters
from local.records import Record

NOON = 1_772_452_800_000
INSERTS = {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]}


class StandingClock:
    """A clock that moves only when told."""

    def __init__(self, now: int = NOON) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


class Script:
    """Functions by script: `answer` gets the sequence numbers or message ids of a batch and returns or raises."""

    def __init__(self, answer: Callable[[list[str]], Any]) -> None:
        self.answer = answer
        self.calls: list[list[str]] = []

    def invoke(self, name: str, event: dict[str, Any]) -> Any:
        ids = [record.get("messageId") or record["dynamodb"]["SequenceNumber"] for record in event["Records"]]
        self.calls.append(ids)
        return self.answer(ids)


@dataclass
class ListedStream:
    """A stream that holds the records given."""

    records: list[Record]
    arn: str = "arn:aws:dynamodb:us-east-1:1:table/t/stream/label"
    shard: str = "shard-1"
    read_so_far: int = 0

    def read(self, limit: int) -> list[Record]:
        records = self.records[self.read_so_far:self.read_so_far + limit]
        self.read_so_far += len(records)
        return records


@dataclass
class Failures:
    """Where records that were given up are told."""

    told: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, body: str) -> None:
        self.told.append(json.loads(body))


def record(number: int, *, name: str = "INSERT", at: int = NOON) -> Record:
    """A stream record with a sequence number."""
    return {"eventName": name, "dynamodb": {"SequenceNumber": str(number), "ApproximateCreationDateTime": at / 1000, "Keys": {}}}


def mapping(**changes: Any) -> StreamMapping:
    """A stream mapping as the template has it, with changes."""
    settings = {
        "function": "on_events", "table": "EventsTable", "batch_size": 3, "matches": compile_filters(INSERTS), "reports_failures": True,
        "bisects": True, "retries": -1, "record_age": -1, "on_failure": "StreamFailures",
    }
    return StreamMapping(**{**settings, **changes})


def failing(*ids: str) -> dict[str, Any]:
    """The answer of a function that reports these."""
    return {"batchItemFailures": [{"itemIdentifier": each} for each in ids]}


def crash(_: list[str]) -> Any:
    """A function that always fails."""
    raise InvocationFailed("on_events failed: StoreUnavailable: no table")
