"""table: one DynamoDB table behind a few verbs, with errors in Beckon's own words.

What a call is for stands in `purpose` while it runs, so that whoever counts requests (local mode's meter) can say what they were for.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from random import random
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from ...model.errors import StoreUnavailable
from .wire import Item

purpose: ContextVar[str] = ContextVar("purpose", default="other")

# Our own code builds every item, so boto3 need not check it again. A call that takes longer than 3 seconds is better made anew.
CLIENT_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=3, read_timeout=3,
                       parameter_validation=False, max_pool_connections=32)

_OUR_FAULT = frozenset({"ValidationException", "SerializationException", "UnknownOperationException"})
_BATCH = 100  # keys in one BatchGetItem
_BATCH_ATTEMPTS = 5
_FIRST_PAUSE = 0.05  # seconds; doubled each time
_MEETINGS = 8
_MET, _DID_NOT_HOLD = "TransactionConflict", "ConditionalCheckFailed"


class Refused(Exception):
    """A condition did not hold, nothing was written; `item` is what stands there (empty: nothing)."""

    def __init__(self, item: Item) -> None:
        self.item = item
        super().__init__("the condition did not hold")


class _Cancelled(Exception):
    """Why a transaction was not made, write by write."""

    def __init__(self, codes: tuple[str, ...]) -> None:
        self.codes = codes
        super().__init__(", ".join(codes))


class NotTogether(Exception):
    """Of writes that belong together some had a condition that did not hold (`at`, in their order); nothing was written."""

    def __init__(self, at: tuple[bool, ...]) -> None:
        self.at = at
        super().__init__("a condition did not hold")


@dataclass(frozen=True, slots=True)
class Write:
    """One of several writes that belong together."""

    verb: str
    request: dict[str, Any]

    @staticmethod
    def put(item: Item, condition: str) -> "Write":
        """Write a whole item."""
        return Write("Put", {"Item": item, **_conditional(condition, condition, None, False)})

    @staticmethod
    def update(key: Item, change: str, values: Item, condition: str = "") -> "Write":
        """Change attributes of an item."""
        return Write("Update", {"Key": key, "UpdateExpression": change, **_conditional(condition, f"{change} {condition}", values, False)})

    @staticmethod
    def delete(key: Item, condition: str, values: Item) -> "Write":
        """Remove an item."""
        return Write("Delete", {"Key": key, **_conditional(condition, condition, values, False)})


class Table:
    """A table by its name, on a client shared by all tables.

    In expressions `#name` is the attribute of that name and `:name` a value. Every method raises StoreUnavailable when the table
    does not answer; a request DynamoDB calls wrong is a bug of ours and comes through as it is.
    """

    def __init__(self, client: Any, name: str, pause: Callable[[float], None] = time.sleep) -> None:
        self.name = name
        self._client = client
        self._pause = pause

    def put(self, item: Item, reason: str, *, condition: str | None = None, values: Item | None = None, see: bool = False) -> None:
        """Write a whole item. Refused, with the item in the way if `see`, when the condition does not hold."""
        self._call(self._client.put_item, reason, Item=item, **_conditional(condition, condition or "", values, see))

    def update(self, key: Item, change: str, reason: str, *, values: Item, condition: str = "", names: dict[str, str] | None = None,
               see: bool = False) -> Item:
        """Change attributes of an item; the answer has those that were changed as they were before.

        `names` are placeholders whose attributes are called otherwise.
        """
        request = _conditional(condition, f"{change} {condition}", values, see)
        request["ExpressionAttributeNames"] = {**request.get("ExpressionAttributeNames", {}), **(names or {})}
        answer = self._call(self._client.update_item, reason, Key=key, UpdateExpression=change, ReturnValues="UPDATED_OLD", **request)
        return answer.get("Attributes", {})

    def write_together(self, writes: Sequence[Write], reason: str) -> None:
        """Make all these writes, or none. NotTogether when a condition does not hold. Who meets another on an item comes again."""
        items = [{write.verb: {"TableName": self.name, **write.request}} for write in writes]
        for attempt in range(_MEETINGS):
            if attempt:
                self._pause(_FIRST_PAUSE * attempt * (1 + random()))
            try:
                self._call(self._client.transact_write_items, reason, TransactItems=items)
                return
            except _Cancelled as cancelled:
                if _MET in cancelled.codes:
                    continue
                if _DID_NOT_HOLD in cancelled.codes:
                    raise NotTogether(tuple(code == _DID_NOT_HOLD for code in cancelled.codes)) from None
                raise StoreUnavailable(f"{self.name}: {', '.join(cancelled.codes)}") from None
        raise StoreUnavailable(f"{self.name}: others were faster {_MEETINGS} times")

    def get(self, key: Item, reason: str) -> Item | None:
        """Read one item consistently."""
        return self._call(self._client.get_item, reason, Key=key, ConsistentRead=True).get("Item")

    def get_many(self, keys: Sequence[Item], reason: str, *, consistent: bool = False) -> Iterator[Item]:
        """Read items by their keys (all different), in any order; each may be a moment out of date unless `consistent`."""
        for start in range(0, len(keys), _BATCH):
            wanted: list[Item] = list(keys[start:start + _BATCH])
            for attempt in range(_BATCH_ATTEMPTS):
                if attempt:
                    self._pause(_FIRST_PAUSE * 2 ** (attempt - 1))
                request = {"Keys": wanted, **({"ConsistentRead": True} if consistent else {})}
                answer = self._call(self._client.batch_get_item, reason, RequestItems={self.name: request})
                yield from answer.get("Responses", {}).get(self.name, ())
                wanted = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
                if not wanted:
                    break
            else:
                raise StoreUnavailable(f"{self.name}: {len(wanted)} keys stayed unread")

    def query(self, condition: str, values: Item, reason: str, *, index: str | None = None, local: bool = False,
              newest_first: bool = False, limit: int | None = None) -> Iterator[Item]:
        """Read the items of one partition in the order of their sort keys; consistently, unless by an index that is not `local`."""
        request: dict[str, Any] = {"KeyConditionExpression": condition, "ExpressionAttributeNames": _names(condition),
                                   "ExpressionAttributeValues": values, "ScanIndexForward": not newest_first}
        request |= {**({"IndexName": index} if index else {}), **({"ConsistentRead": True} if local or not index else {})}
        left = limit
        while left is None or left > 0:
            answer = self._call(self._client.query, reason, **request, **({} if left is None else {"Limit": left}))
            yield from answer["Items"]
            left = None if left is None else left - len(answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def scan(self, only: str, values: Item, reason: str) -> Iterator[Item]:
        """Read the whole table, partition by partition, and give the items for which `only` holds."""
        request: dict[str, Any] = {"FilterExpression": only, "ExpressionAttributeNames": _names(only), "ConsistentRead": True}
        if values:
            request["ExpressionAttributeValues"] = values
        while True:
            answer = self._call(self._client.scan, reason, **request)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def page(self, after: Item | None, limit: int, reason: str) -> tuple[list[Item], Item | None]:
        """Read so many items of the whole table, after a key, and the key to go on after; None at the end."""
        answer = self._call(self._client.scan, reason, Limit=limit, ConsistentRead=True, **({"ExclusiveStartKey": after} if after else {}))
        return answer["Items"], answer.get("LastEvaluatedKey")

    def count(self, condition: str, values: Item, reason: str, *, index: str | None = None) -> int:
        """How many items of one partition there are, read consistently."""
        request: dict[str, Any] = {"KeyConditionExpression": condition, "ExpressionAttributeNames": _names(condition), "Select": "COUNT",
                                   "ExpressionAttributeValues": values, "ConsistentRead": True, **({"IndexName": index} if index else {})}
        found = 0
        while True:
            answer = self._call(self._client.query, reason, **request)
            found += answer["Count"]
            if "LastEvaluatedKey" not in answer:
                return found
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def delete(self, key: Item, reason: str, *, condition: str | None = None, values: Item | None = None) -> None:
        """Remove an item; one that is gone already is fine, unless by the condition. Refused when that does not hold."""
        self._call(self._client.delete_item, reason, Key=key, **_conditional(condition, condition or "", values, False))

    def _call(self, method: Callable[..., dict[str, Any]], reason: str, **request: Any) -> dict[str, Any]:
        if "RequestItems" not in request and "TransactItems" not in request:
            request["TableName"] = self.name
        token = purpose.set(reason)
        try:
            return method(**request)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            if code == "ConditionalCheckFailedException":
                raise Refused(error.response.get("Item", {})) from None
            if code == "TransactionCanceledException":
                raise _Cancelled(tuple(reason.get("Code", "None") for reason in error.response.get("CancellationReasons", ()))) from None
            if code in _OUR_FAULT:
                raise
            raise StoreUnavailable(f"{self.name}: {code}") from error
        except ParamValidationError:
            raise
        except BotoCoreError as error:
            raise StoreUnavailable(f"{self.name}: {error}") from error
        finally:
            purpose.reset(token)


def _conditional(condition: str | None, expressions: str, values: Item | None, see: bool) -> dict[str, Any]:
    request: dict[str, Any] = {}
    if condition:
        request["ConditionExpression"] = condition
    if see:
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
    if names := _names(expressions):
        request["ExpressionAttributeNames"] = names
    if values:
        request["ExpressionAttributeValues"] = values
    return request


@lru_cache(maxsize=256)
def _names(expression: str) -> dict[str, str]:
    """Every attribute goes by a placeholder: DynamoDB reserves 573 words, `status` and `key` among them."""
    return {found: found[1:] for found in re.findall(r"#\w+", expression)}
