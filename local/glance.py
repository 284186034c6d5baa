"""glance: whether moto has anything new, without a request: a pump that asks over the wire every time spends most of its time asking."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodbstreams.models import dynamodbstreams_backends
from moto.sqs.models import sqs_backends


class StreamGlance:
    """At the streams of a region."""

    def __init__(self, region: str) -> None:
        self._region = region

    def written(self, stream_arn: str) -> int:
        """How many records were ever written to a stream."""
        table = dynamodb_backends[DEFAULT_ACCOUNT_ID][self._region].get_table(stream_arn.split("/")[1])
        return len(table.stream_shard.items) if table.stream_shard is not None else 0

    def forget(self, iterator: str) -> None:
        """moto keeps every shard iterator it ever gave out; one that was used is never used again here."""
        dynamodbstreams_backends[DEFAULT_ACCOUNT_ID][self._region].shard_iterators.pop(iterator, None)


def has_messages(region: str, queue_url: str) -> bool:
    """Whether a queue holds a message that could be received now."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][region].queues[queue_url.rsplit("/", 1)[-1]]
    return bool(queue.messages)
