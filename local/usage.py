"""usage: what Beckon asked of AWS since the start or the last reset: requests, and DynamoDB's capacity units by table and purpose.

Only the engine's own calls are counted, attempt by attempt. What Lambda does on its own account (reading streams, which is free, and
polling queues) is not among them.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.adapters.dynamodb.table import purpose
from chalicelib.model.instant import format_instant

from .capacity import costs

_SERVICE = {"sesv2": "ses"}
_COUNTED = ("requests", "readUnits", "writeUnits", "indexWriteUnits")  # the indexes' share is contained in the write units


class Usage:
    """Counts calls as they pass the door, from the moment `since`. `names` are the tables' logical ids by physical name."""

    def __init__(self, region: str, names: dict[str, str], since: int) -> None:
        self._region, self._names, self._since = region, names, since
        self._lock, self._one_at_a_time = threading.Lock(), threading.Lock()
        self._operations: dict[str, Counter[str]] = {}
        self._tables: dict[tuple[str, str], Counter[str]] = {}
        self._writes: dict[tuple[str, str], list[float]] = {}

    def metered(self, service: str, operation: str, request: AWSPreparedRequest, call: Callable[[], AWSResponse]) -> AWSResponse:
        """Make the call and count it."""
        if service != "dynamodb":
            answer, spent = call(), []
        else:
            with self._one_at_a_time:  # an item is looked at before and after the call; moto works on one call at a time anyway
                answer, spent = costs(dynamodb_backends[DEFAULT_ACCOUNT_ID][self._region], operation, json.loads(request.body), call)
        with self._lock:
            self._operations.setdefault(_SERVICE.get(service, service), Counter())[operation] += 1
            for cost in spent:
                counted = self._tables.setdefault((self._names.get(cost.table, cost.table), purpose.get()), Counter())
                counted.update({"requests": 1, "readUnits": cost.read, "writeUnits": cost.write + cost.index,
                                "indexWriteUnits": cost.index})
                if cost.write:
                    self._writes.setdefault((self._names.get(cost.table, cost.table), purpose.get()), []).append(cost.write)
        return answer

    def document(self) -> dict[str, Any]:
        """Everything counted, as `GET /local/usage.json` shows it."""
        with self._lock:
            tables: dict[str, dict[str, Any]] = {}
            for (table, why), counted in sorted(self._tables.items()):
                entry = tables.setdefault(table, {**dict.fromkeys(_COUNTED, 0), "purposes": {}})
                entry["purposes"][why] = {name: _plain(counted[name]) for name in _COUNTED}
                writes = sorted(self._writes.get((table, why), []))
                if writes:
                    entry["purposes"][why]["itemWriteUnits"] = {"p50": _plain(writes[len(writes) // 2]), "p95": _plain(
                        writes[len(writes) * 95 // 100]), "max": _plain(writes[-1])}
                for name in _COUNTED:
                    entry[name] = _plain(entry[name] + counted[name])
            services = {service: {"requests": sum(self._operations.get(service, Counter()).values()),
                                  "operations": dict(sorted(self._operations.get(service, Counter()).items()))}
                        for service in ("dynamodb", "sqs", "ses", "sns")}
        services["dynamodb"] |= {name: _plain(sum(entry[name] for entry in tables.values())) for name in ("readUnits", "writeUnits")}
        return {"since": format_instant(self._since), **services, "dynamodb": {**services["dynamodb"], "tables": tables}}


def _plain(number: float) -> float | int:
    """2 and not 2.0; a half stays a half."""
    return int(number) if float(number).is_integer() else number
