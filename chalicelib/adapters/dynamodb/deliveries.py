"""deliveries: the claims on messages in DeliveriesTable.

Every step is one conditional write that names the attempt, so a step made twice is made once, and a step of an attempt that has
lost its claim changes nothing.
"""

from collections.abc import Iterator

from ...model.decision import Message
from ...ports import Delivery
from . import keys, wire
from .table import Refused, Table
from .wire import Item

_NOT_CALLING = f"REMOVE #{keys.CALLING_SHARD}, #{keys.CALLING_SINCE}"
_OURS = f"#{keys.ATTEMPT} = :attempt AND #{keys.STATUS}"
_LONGEST_ERROR = 1_000


class DynamoDeliveries:
    """`Deliveries` on DynamoDB; `shards` as in customers.py."""

    def __init__(self, table: Table, shards: int = 8) -> None:
        self._table = table
        self._shards = shards

    def prepare(self, message: Message, attempt: str, at: int) -> Delivery:
        """See `Deliveries`."""
        item = {
            **_key(message.key), keys.STATUS: wire.text("prepared"), keys.ATTEMPT: wire.text(attempt),
            keys.CUSTOMER: wire.text(message.customer), keys.RULE: wire.text(message.rule), keys.CHANNEL: wire.text(message.channel),
            keys.AT: wire.number(at), keys.EXPIRES_AT: wire.number(keys.expiry(at, keys.DELIVERY_DAYS)),
        }
        try:
            self._table.put(item, "claim", condition=f"attribute_not_exists(#{keys.KEY}) OR #{keys.STATUS} = :prepared",
                            values={":prepared": wire.text("prepared")}, see=True)
        except Refused as refused:
            return _delivery(refused.item)
        return _delivery(item)

    def call(self, key: str, attempt: str, at: int) -> bool:
        """See `Deliveries`."""
        change = f"SET #{keys.STATUS} = :calling, #{keys.AT} = :at, #{keys.CALLING_SHARD} = :shard, #{keys.CALLING_SINCE} = :at"
        values = {":prepared": wire.text("prepared"), ":calling": wire.text("calling"),
                  ":shard": wire.text(keys.shard_of(key, self._shards))}
        return self._step(key, change, attempt, at, f"{_OURS} IN (:prepared, :calling)", values)

    def release(self, key: str, attempt: str, at: int) -> None:
        """See `Deliveries`."""
        values = {":prepared": wire.text("prepared"), ":calling": wire.text("calling")}
        self._step(key, f"SET #{keys.STATUS} = :prepared, #{keys.AT} = :at {_NOT_CALLING}", attempt, at, f"{_OURS} = :calling", values)

    def sent(self, key: str, attempt: str, at: int, provider_id: str, *, findable: bool = False) -> None:
        """See `Deliveries`. What makes it findable is in the same write: no crash can come between."""
        found_by = f", #{keys.FOUND_BY} = :provider" if findable else ""
        change = f"SET #{keys.STATUS} = :sent, #{keys.AT} = :at, #{keys.PROVIDER_ID} = :provider{found_by} {_NOT_CALLING}"
        values = {":sent": wire.text("sent"), ":calling": wire.text("calling"), ":provider": wire.text(provider_id)}
        self._step(key, change, attempt, at, f"{_OURS} = :calling", values)

    def failed(self, key: str, attempt: str, at: int, error: str) -> bool:
        """See `Deliveries`. The error is cut at 1,000 characters."""
        change = f"SET #{keys.STATUS} = :failed, #{keys.AT} = :at, #{keys.ERROR} = :error {_NOT_CALLING}"
        values = {":failed": wire.text("failed"), ":prepared": wire.text("prepared"), ":calling": wire.text("calling"),
                  ":error": wire.text(error[:_LONGEST_ERROR])}
        return self._step(key, change, attempt, at, f"{_OURS} IN (:prepared, :calling, :failed)", values)

    def get(self, key: str) -> Delivery | None:
        """See `Deliveries`."""
        item = self._table.get(_key(key), "delivery")
        return None if item is None else _delivery(item)

    def of_provider(self, channel: str, provider_id: str) -> Delivery | None:
        """See `Deliveries`."""
        if not provider_id:
            return None
        found = self._table.query(f"#{keys.FOUND_BY} = :provider", {":provider": wire.text(provider_id)}, "delivery",
                                  index=keys.PROVIDER_INDEX)
        deliveries = [self.get(entry[keys.KEY]["S"]) for entry in found]
        return next((delivery for delivery in deliveries if delivery is not None and delivery.channel == channel), None)

    def unknown(self, before: int) -> Iterator[Delivery]:
        """See `Deliveries`. The index may be a moment behind, so each is looked at itself."""
        for shard in range(self._shards):
            values = {":shard": wire.text(str(shard)), ":before": wire.number(before)}
            for entry in self._table.query(f"#{keys.CALLING_SHARD} = :shard AND #{keys.CALLING_SINCE} < :before", values, "delivery",
                                           index=keys.CALLING_INDEX):
                delivery = self.get(entry[keys.KEY]["S"])
                if delivery is not None and delivery.status == "calling" and delivery.at < before:
                    yield delivery

    def _step(self, key: str, change: str, attempt: str, at: int, condition: str, values: Item) -> bool:
        try:
            self._table.update(_key(key), change, "claim", condition=condition,
                               values={**values, ":attempt": wire.text(attempt), ":at": wire.number(at)})
        except Refused:
            return False
        return True


def _key(key: str) -> Item:
    return {keys.KEY: wire.text(key)}


def _delivery(item: Item) -> Delivery:
    def optional(name: str) -> str | None:
        return item[name]["S"] if name in item else None

    return Delivery(
        key=item[keys.KEY]["S"], status=item[keys.STATUS]["S"], attempt=item[keys.ATTEMPT]["S"], customer=item[keys.CUSTOMER]["S"],
        rule=item[keys.RULE]["S"], channel=item[keys.CHANNEL]["S"], at=wire.whole(item[keys.AT]), provider_id=optional(keys.PROVIDER_ID),
        error=optional(keys.ERROR),
    )
