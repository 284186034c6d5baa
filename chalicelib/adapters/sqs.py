"""sqs: the way to dispatch and from page to page of a fan-out, over Amazon SQS standard queues.

Source: SendMessageBatch takes at most 10 messages and 256 KiB in all (1 MiB since 2025; the older limit is kept to).
"""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ..model.errors import StoreUnavailable

# Sending twice does no harm (dispatch claims each message), so botocore may retry; its defaults would wait a minute per try.
SQS_CONFIG = Config(retries={"total_max_attempts": 4, "mode": "standard"}, connect_timeout=3, read_timeout=3)
_MOST_MESSAGES = 10
_MOST_BYTES = 256 * 1024


class Sendable(Protocol):
    """What can wait in a queue."""

    def document(self) -> dict[str, Any]:
        """As JSON."""


class SqsQueue:
    """The Queue and the Pages port. `client` gives the boto3 client when it is first needed."""

    def __init__(self, client: Callable[[], Any], url: str) -> None:
        self._client = client
        self._url = url

    def put(self, messages: Sequence[Sendable]) -> None:
        """Hand messages over. StoreUnavailable when SQS has not taken all of them; the same call may be made again."""
        for batch in _batches([json.dumps(message.document(), separators=(",", ":")) for message in messages]):
            entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(batch)]
            try:
                answer = self._client().send_message_batch(QueueUrl=self._url, Entries=entries)
            except (BotoCoreError, ClientError) as error:
                raise StoreUnavailable(f"the queue did not answer: {error}") from error
            if answer.get("Failed"):
                codes = sorted({failed.get("Code", "unknown") for failed in answer["Failed"]})
                raise StoreUnavailable(f"the queue refused {len(answer['Failed'])} of {len(batch)} messages: {', '.join(codes)}")


def _batches(bodies: list[str]) -> Iterator[list[str]]:
    """Bodies in order, as many in one batch as SQS takes. They are ASCII: json escapes all else, also what SQS would refuse."""
    batch: list[str] = []
    size = 0
    for body in bodies:
        if batch and (len(batch) == _MOST_MESSAGES or size + len(body) > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += len(body)
    if batch:
        yield batch
