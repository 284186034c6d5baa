"""wire: attribute values as DynamoDB's protocol writes them, and stream records as Lambda hands them over.

Source: "Attribute data types" in the DynamoDB Developer Guide; "Using AWS Lambda with Amazon DynamoDB" for the records, in
which binary values are base64 text.
"""

import base64
from typing import Any

from ...model.event import Position

Value = dict[str, Any]
Item = dict[str, Value]


def text(value: str) -> Value:
    """A string. What is no UTF-8 becomes question marks: text attributes are for people, the exact document is in the body."""
    return {"S": value if value.isascii() else value.encode("utf-8", "replace").decode()}


def number(value: int) -> Value:
    """A whole number."""
    return {"N": str(value)}


def binary(value: bytes) -> Value:
    """Bytes."""
    return {"B": value}


def whole(value: Value) -> int:
    """The whole number of an attribute."""
    return int(value["N"])


def inserted(record: dict[str, Any]) -> bool:
    """Whether a stream record tells of a new item."""
    return record["eventName"] == "INSERT"


def image_of(record: dict[str, Any]) -> Item | None:
    """The item after the change, None when it was removed. KeyError and ValueError for what is no stream record."""
    return _image(record["dynamodb"].get("NewImage"))


def image_before(record: dict[str, Any]) -> Item | None:
    """The item before the change, None when it is new; of streams that tell it."""
    return _image(record["dynamodb"].get("OldImage"))


def position_of(record: dict[str, Any]) -> Position:
    """Where in the stream the record stands. The label is the end of the stream's ARN, `…:table/NAME/stream/LABEL`."""
    label = record["eventSourceARN"].rpartition("/stream/")[2]
    return Position(label, int(record["dynamodb"]["SequenceNumber"]))


def _image(image: dict[str, Any] | None) -> Item | None:
    return None if image is None else {name: _decoded(value) for name, value in image.items()}


def _decoded(value: Value) -> Value:
    return {"B": base64.b64decode(value["B"], validate=True)} if "B" in value else value
