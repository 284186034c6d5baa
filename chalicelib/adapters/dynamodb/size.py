"""size: how many bytes an item counts, and how many capacity units a request for it costs.

Sources: "DynamoDB item sizes and formats" and "DynamoDB read and write operations" in the DynamoDB Developer Guide.
"""

import base64
from typing import Any

from .wire import Item, Value

WRITE_UNIT = 1_024
READ_UNIT = 4_096
_CONTAINER = 3  # a list or map, and one byte more for each entry


def item_size(item: Item) -> int:
    """Bytes of an item in the protocol's form: the names of its attributes and their values."""
    return sum(_length(name) + _value_size(value) for name, value in item.items())


def write_units(size: int) -> int:
    """Write units of one standard write of an item of so many bytes: one per started KB, also when a condition refuses it."""
    return max(1, -(-size // WRITE_UNIT))


def read_units(size: int, *, consistent: bool) -> float:
    """Read units of a read of so many bytes: one per started 4 KB, half of that when it may be a moment out of date.

    For a query or a scan the size is that of all items read together; for a batch each item counts by itself.
    """
    return max(1, -(-size // READ_UNIT)) * (1.0 if consistent else 0.5)


def _value_size(value: Value) -> int:
    (kind, content), = value.items()
    match kind:
        case "S":
            return _length(content)
        case "N":
            return _number_size(content)
        case "B":
            return _bytes(content)
        case "BOOL" | "NULL":
            return 1
        case "SS":
            return sum(map(_length, content))
        case "NS":
            return sum(map(_number_size, content))
        case "BS":
            return sum(map(_bytes, content))
        case "L":
            return _CONTAINER + sum(1 + _value_size(entry) for entry in content)
        case "M":
            return _CONTAINER + sum(1 + _length(name) + _value_size(entry) for name, entry in content.items())
    raise ValueError(f"{kind!r} is not a type of DynamoDB")


def _length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _number_size(text: str) -> int:
    """One byte per two significant digits, and one; a negative number has one more."""
    mantissa = text.lower().partition("e")[0]
    digits = mantissa.lstrip("+-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + mantissa.startswith("-")


def _bytes(content: Any) -> int:
    return len(base64.b64decode(content)) if isinstance(content, str) else len(content)
