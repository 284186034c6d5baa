"""streams: feeds a function from a table's stream, batch by batch and in order, with Lambda's retries.

Source: "Using AWS Lambda with Amazon DynamoDB" (partial batch responses, bisecting, retries and on-failure destinations) in the AWS
Lambda developer guide. One shard, parallelization factor 1: while a batch has to come again, nothing behind it moves.
"""

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.model.canonical import digest
from chalicelib.model.instant import MINUTE, SECOND, format_instant
from chalicelib.ports import Clock

from .functions import Functions, InvocationFailed
from .mappings import StreamMapping
from .records import Record, StreamReader

_LONGEST_BACKOFF = MINUTE


@dataclass(slots=True)
class Batch:
    """Records to hand over together: `attempts` made so far, not again before `due` (ms of Beckon's clock), and why."""

    records: list[Record]
    attempts: int = 0
    due: int = 0
    problem: str = ""


class StreamFeed:
    """One event source mapping of a stream. `observe` sees every record as it is read, before any filter."""

    def __init__(self, mapping: StreamMapping, reader: StreamReader, functions: Functions, clock: Clock,
                 give_up: Callable[[str], None], observe: Callable[[Record], None]) -> None:
        self._mapping, self._reader, self._functions, self._clock = mapping, reader, functions, clock
        self._give_up, self._observe = give_up, observe
        self._batches: deque[Batch] = deque()

    def step(self, force: bool = False) -> bool:
        """Read or hand over one batch; `force` takes a retry ahead of its time. False: there is nothing to do now."""
        if not self._batches:
            return self._read()
        batch = self._batches[0]
        if batch.due > self._clock() and not force:
            return False
        self._batches.popleft()
        if self._too_old(batch):
            return True
        self._hand_over(batch)
        return True

    def waiting(self) -> str | None:
        """What keeps this feed from being idle: the batch at its head, and why it failed."""
        if not self._batches:
            return None
        batch = self._batches[0]
        return f"{self._mapping.function} has {len(batch.records)} records to take, attempt {batch.attempts + 1}: {batch.problem or 'new'}"

    def next_due(self) -> int | None:
        """When the batch at the head may be tried again."""
        return self._batches[0].due if self._batches else None

    def _read(self) -> bool:
        records = self._reader.read(self._mapping.batch_size)
        for record in records:
            self._observe(record)
        wanted = [record for record in records if self._mapping.matches(record)]
        if wanted:
            self._batches.append(Batch(wanted))
        return bool(records)

    def _hand_over(self, batch: Batch) -> None:
        try:
            answer = self._functions.invoke(self._mapping.function, {"Records": batch.records})
        except InvocationFailed as failure:
            self._retry(batch, None, str(failure))
            return
        failed = self._failed_from(batch, answer)
        if failed is not None:
            self._retry(batch, failed, f"{self._mapping.function} reported record {batch.records[failed]['dynamodb']['SequenceNumber']}")

    def _failed_from(self, batch: Batch, answer: Any) -> int | None:
        """The place of the first record to come again; None: all are done. What cannot be understood fails the whole batch."""
        if not self._mapping.reports_failures or not answer or not answer.get("batchItemFailures"):
            return None
        places = {record["dynamodb"]["SequenceNumber"]: place for place, record in enumerate(batch.records)}
        reported = [places.get(failure.get("itemIdentifier"), 0) for failure in answer["batchItemFailures"]]
        return min(reported)

    def _retry(self, batch: Batch, failed: int | None, problem: str) -> None:
        """Put what has to come again back to the head. `failed` None: the function did not return, and Lambda may bisect."""
        records = batch.records[failed or 0:]
        if failed is None and self._mapping.bisects and len(records) > 1:
            half = len(records) // 2
            for part in (records[half:], records[:half]):
                self._batches.appendleft(Batch(part, batch.attempts, problem=problem))
            return
        attempts = 1 if failed else batch.attempts + 1  # records before it went through: for the rest this was the first attempt
        if self._mapping.retries != -1 and attempts > self._mapping.retries:
            self._surrender(records, "RetryAttemptsExhausted", attempts)
            return
        backoff = min(SECOND * 2 ** min(attempts - 1, 10), _LONGEST_BACKOFF)
        self._batches.appendleft(Batch(records, attempts, self._clock() + backoff, problem))

    def _too_old(self, batch: Batch) -> bool:
        """Give up the records that have passed the maximum age; what is left goes back to the head."""
        if self._mapping.record_age == -1:
            return False
        oldest = (self._clock() - self._mapping.record_age) / 1000
        expired = [record for record in batch.records if record["dynamodb"]["ApproximateCreationDateTime"] < oldest]
        if not expired:
            return False
        self._surrender(expired, "RecordAgeExceeded", batch.attempts)
        fresh = batch.records[len(expired):]
        if fresh:
            self._batches.appendleft(Batch(fresh, batch.attempts, problem=batch.problem))
        return True

    def _surrender(self, records: list[Record], condition: str, attempts: int) -> None:
        """Tell the on-failure destination where the records lie that were given up; as on AWS their contents are not told."""
        if self._mapping.on_failure is None:
            return
        numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
        moments = [format_instant(int(record["dynamodb"]["ApproximateCreationDateTime"] * 1000)) for record in records]
        self._give_up(json.dumps({
            "requestContext": {"requestId": digest(self._mapping.function, *numbers), "functionArn": self._mapping.function,
                               "condition": condition, "approximateInvokeCount": attempts},
            "version": "1.0", "timestamp": format_instant(self._clock()),
            "DDBStreamBatchInfo": {
                "shardId": self._reader.shard, "startSequenceNumber": numbers[0], "endSequenceNumber": numbers[-1],
                "approximateArrivalOfFirstRecord": moments[0], "approximateArrivalOfLastRecord": moments[-1],
                "batchSize": len(records), "streamArn": self._reader.arn,
            },
        }))
