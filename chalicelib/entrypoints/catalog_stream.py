"""catalog_stream: the changes of the catalog, told to those who watch the products, record by record and in order."""

from typing import Any

from .. import bootstrap
from ..adapters.dynamodb.products import change_in
from ..flows.fan_out import fan_out
from ..model.errors import StoreUnavailable
from ..ports import Ports
from .failures import report_failure
from .streams import Failures, Record, from_record, park_record


def fan_out_batch(event: dict[str, Any]) -> Failures:
    """Tell what has changed in a batch of the products table's stream; from the first record on that must come again."""
    ports = bootstrap.ports()
    for record in event["Records"]:
        try:
            _tell(ports, record)
        except StoreUnavailable:
            ports.meter.count("fan_out_retried", error=StoreUnavailable.__name__)
            return from_record(record)
    return from_record(None)


def _tell(ports: Ports, record: Record) -> None:
    """StoreUnavailable comes through; whatever else goes wrong is this record's own fault, and it is set aside."""
    try:
        change = change_in(record)
        if change is not None:
            fan_out(ports, change)
    except StoreUnavailable:
        raise
    except Exception as error:  # the border of the function: one bad record must not block the shard
        report_failure("fan-out", error)
        park_record(ports, "fan-out", record, error)
