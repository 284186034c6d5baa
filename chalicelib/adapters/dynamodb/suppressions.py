"""suppressions: addresses that must not be written to, in SuppressionsTable."""

from ...model.reason import Reason
from ...model.suppression import Suppression
from . import keys, wire
from .table import Refused, Table

_ALL_TOPICS = "*"


class DynamoSuppressions:
    """`Suppressions` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, suppression: Suppression) -> bool:
        """See `Suppressions`."""
        item = {
            keys.ADDRESS: wire.text(keys.suppression_key(suppression.channel, suppression.address)),
            keys.TOPIC: wire.text(suppression.topic), keys.REASON: wire.text(suppression.reason), keys.AT: wire.number(suppression.at),
        }
        weaker = (f"#{keys.REASON} = :liftable OR #{keys.AT} < :at" if suppression.lasting
                  else f"(#{keys.REASON} = :liftable AND #{keys.AT} < :at)")
        try:
            self._table.put(item, "suppression", condition=f"attribute_not_exists(#{keys.ADDRESS}) OR {weaker}",
                            values={":at": wire.number(suppression.at), ":liftable": wire.text(Reason.UNSUBSCRIBED)})
        except Refused:
            return False
        return True

    def find(self, channel: str, address: str, topic: str) -> list[Suppression]:
        """See `Suppressions`. An address has few topics: reading them all costs less than asking for two."""
        found = self._table.query(f"#{keys.ADDRESS} = :address", {":address": wire.text(keys.suppression_key(channel, address))},
                                  "suppression")
        return [Suppression(channel, address, item[keys.TOPIC]["S"], item[keys.REASON]["S"], wire.whole(item[keys.AT]))
                for item in found if item[keys.TOPIC]["S"] in (topic, _ALL_TOPICS)]
