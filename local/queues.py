"""queues: feeds a function from a queue, with SQS's visibility timeout and redrive on Beckon's clock.

moto's own visibility runs on real time, so a message is taken from moto for half a day and its retries are kept here. Source:
"Using Lambda with Amazon SQS" in the AWS Lambda developer guide (partial batch responses), "Amazon SQS dead-letter queues".

A message that failed comes again alone: a batch may be smaller than its size, and so it holds up nobody. A retry taken ahead of its
time does not count as a receive, because the receives of a queue are meant to outlast an outage of half an hour and not of a moment;
after a hundred of them the message is dead all the same.
"""

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.ports import Clock

from .functions import Functions, InvocationFailed
from .glance import has_messages
from .mappings import QueueMapping

_HALF_A_DAY = 12 * 60 * 60  # seconds; the longest visibility timeout of SQS
_MOST_AT_ONCE = 10  # messages in one ReceiveMessage
_MOST_EARLY = 100


@dataclass(slots=True)
class InFlight:
    """A message taken from the queue: how often the function got it in time and ahead of it, when next (ms), and why again."""

    id: str
    body: str
    receipt: str
    sent: str
    receives: int = 0
    early: int = 0
    due: int = 0
    problem: str = ""


class QueueFeed:
    """One event source mapping of a queue. `client` is the pump's own."""

    def __init__(self, mapping: QueueMapping, client: Any, url: str, arn: str, dead_letters_url: str | None, functions: Functions,
                 clock: Clock) -> None:
        self._mapping, self._client, self._url, self._arn = mapping, client, url, arn
        self._dead_letters_url, self._functions, self._clock = dead_letters_url, functions, clock
        self._messages: dict[str, InFlight] = {}

    def step(self, force: bool = False) -> bool:
        """Hand over a batch of new messages and, one by one, the retries that are due; `force` takes all ahead of their time."""
        received = self._receive()
        due = sorted(self._due(force), key=lambda message: message.due)
        fresh, again = [message for message in due if not message.problem], [message for message in due if message.problem]
        if fresh:
            self._hand_over(fresh[:self._mapping.batch_size])
        for message in again:
            if self._is_dead(message):
                self._bury(message)
            else:
                self._hand_over([message])
        return bool(due or received)

    def waiting(self) -> str | None:
        """What keeps this feed from being idle, and why."""
        if not self._messages:
            return None
        first = min(self._messages.values(), key=lambda message: message.due)
        what = f"{self._mapping.function} has {len(self._messages)} messages to take"
        return f"{what}, receive {first.receives + first.early + 1}: {first.problem or 'new'}"

    def next_due(self) -> int | None:
        """When the first retry is due."""
        return min((message.due for message in self._messages.values()), default=None)

    def _due(self, force: bool = False) -> list[InFlight]:
        now = self._clock()
        return [message for message in self._messages.values() if force or message.due <= now]

    def _receive(self) -> int:
        """Take what is new in moto's queue; what the filter does not want is deleted, as Lambda does."""
        if len(self._due()) >= self._mapping.batch_size or not has_messages(self._client.meta.region_name, self._url):
            return 0
        answer = self._client.receive_message(QueueUrl=self._url, MaxNumberOfMessages=min(self._mapping.batch_size, _MOST_AT_ONCE),
                                              VisibilityTimeout=_HALF_A_DAY, AttributeNames=["SentTimestamp"])
        received = answer.get("Messages", [])
        for entry in received:
            known = self._messages.get(entry["MessageId"])
            message = InFlight(entry["MessageId"], entry["Body"], entry["ReceiptHandle"], entry["Attributes"]["SentTimestamp"])
            if known is not None:
                known.receipt = message.receipt
            elif self._mapping.matches({"body": _parsed(message.body)}):
                self._messages[message.id] = message
            else:
                self._delete(message)
        return len(received)

    def _hand_over(self, batch: list[InFlight]) -> None:
        for message in batch:
            if message.due <= self._clock():
                message.receives += 1
            else:
                message.early += 1
        try:
            answer = self._functions.invoke(self._mapping.function, {"Records": [self._record(message) for message in batch]})
        except InvocationFailed as failure:
            failed, problem = {message.id for message in batch}, str(failure)
        else:
            failed, problem = self._failed(batch, answer), f"{self._mapping.function} reported it"
        for message in batch:
            if message.id in failed:
                message.due, message.problem = self._clock() + self._mapping.visibility, problem
            else:
                self._delete(message)

    def _failed(self, batch: list[InFlight], answer: Any) -> set[str]:
        """The ids to come again; a report that names a message not in the batch fails all of it."""
        ids = {message.id for message in batch}
        if not self._mapping.reports_failures or not answer:
            return set()
        reported = {failure.get("itemIdentifier") for failure in answer.get("batchItemFailures") or []}
        return ids if reported - ids else reported

    def _record(self, message: InFlight) -> dict[str, Any]:
        return {
            "messageId": message.id, "receiptHandle": message.receipt, "body": message.body, "messageAttributes": {},
            "attributes": {"ApproximateReceiveCount": str(message.receives), "SentTimestamp": message.sent},
            "eventSource": "aws:sqs", "eventSourceARN": self._arn, "awsRegion": self._client.meta.region_name,
        }

    def _is_dead(self, message: InFlight) -> bool:
        return self._mapping.receives is not None and (message.receives >= self._mapping.receives or message.early >= _MOST_EARLY)

    def _bury(self, message: InFlight) -> None:
        if self._dead_letters_url is not None:
            self._client.send_message(QueueUrl=self._dead_letters_url, MessageBody=message.body)
        self._delete(message)

    def _delete(self, message: InFlight) -> None:
        self._client.delete_message(QueueUrl=self._url, ReceiptHandle=message.receipt)
        self._messages.pop(message.id, None)


def _parsed(body: str) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body
