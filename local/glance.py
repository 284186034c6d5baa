"""glance: whether moto has anything new, without a request: a pump that asks over the wire every time spends most of its time asking."""

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodbstreams.models import dynamodbstreams_backends
from moto.sqs.models import sqs_backends


def records_written(region: str, stream_arn: str) -> int:
    """How many records were ever written to a stream."""
    table = dynamodb_backends[DEFAULT_ACCOUNT_ID][region].get_table(stream_arn.split("/")[1])
    return len(table.stream_shard.items) if table.stream_shard is not None else 0


def has_messages(region: str, queue_url: str) -> bool:
    """Whether a queue holds a message that could be received now."""
    queue = sqs_backends[DEFAULT_ACCOUNT_ID][region].queues[queue_url.rsplit("/", 1)[-1]]
    return bool(queue.messages)


def forget_iterator(region: str, iterator: str) -> None:
    """moto keeps every shard iterator it ever gave out; one that was used is never used again here."""
    dynamodbstreams_backends[DEFAULT_ACCOUNT_ID][region].shard_iterators.pop(iterator, None)
