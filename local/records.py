"""records: the change records of a table's stream in moto, read in order and given the form in which Lambda gets them.

Source of the form: "Using AWS Lambda with Amazon DynamoDB", example event: binary values are base64 text, the creation time is a
number of seconds, every record names its stream.
"""

import base64
from typing import Any

from chalicelib.ports import Clock

from .glance import StreamGlance

Record = dict[str, Any]


class StreamReader:
    """Reads one stream from its beginning; the emulators have one shard for each. With a glance it asks only when there is news."""

    def __init__(self, client: Any, arn: str, clock: Clock, glance: StreamGlance | None = None) -> None:
        self.arn = arn
        self._client, self._clock, self._glance = client, clock, glance
        self._read_so_far = 0
        shards = client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self.shard = shards[0]["ShardId"]
        self._iterator = client.get_shard_iterator(StreamArn=arn, ShardId=self.shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]

    def read(self, limit: int) -> list[Record]:
        """The next records, at most `limit`. Their creation time is Beckon's, as of this reading."""
        if self._glance and self._glance.written(self.arn) == self._read_so_far:
            return []
        answer = self._client.get_records(ShardIterator=self._iterator, Limit=limit)
        if self._glance:
            self._glance.forget(self._iterator)
        self._iterator = answer["NextShardIterator"]
        self._read_so_far += len(answer["Records"])
        created = self._clock() / 1000
        return [_lambda_form(record, self.arn, created) for record in answer["Records"]]


def _lambda_form(record: Record, arn: str, created: float) -> Record:
    change = dict(record["dynamodb"])
    change["ApproximateCreationDateTime"] = created
    for image in ("Keys", "NewImage", "OldImage"):
        if image in change:
            change[image] = _json_form(change[image])
    return {**record, "dynamodb": change, "eventSourceARN": arn}


def _json_form(value: Any) -> Any:
    match value:
        case bytes():
            return base64.b64encode(value).decode()
        case dict():
            return {name: _json_form(inner) for name, inner in value.items()}
        case list():
            return [_json_form(inner) for inner in value]
    return value
