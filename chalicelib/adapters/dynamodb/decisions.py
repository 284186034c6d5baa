"""decisions: what was decided on each customer, in DecisionsTable."""

from ...model.decision import Decision, decision_from
from . import keys, wire
from .codec import decode, encode
from .table import Refused, Table


class DynamoDecisions:
    """`Decisions` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def record(self, decision: Decision) -> bool:
        """See `Decisions`."""
        item = {
            keys.CUSTOMER: wire.text(decision.customer), keys.ID: wire.text(decision.id),
            keys.BODY: wire.binary(encode(decision.document())),
            keys.EXPIRES_AT: wire.number(keys.expiry(decision.decided_at, keys.DECISION_DAYS)),
        }
        try:
            self._table.put(item, "decision", condition=f"attribute_not_exists(#{keys.CUSTOMER})")
        except Refused:
            return False
        return True

    def of_customer(self, customer: str, limit: int) -> list[Decision]:
        """See `Decisions`."""
        found = self._table.query(f"#{keys.CUSTOMER} = :customer", {":customer": wire.text(customer)}, "lookup",
                                  newest_first=True, limit=limit)
        return [decision_from(decode(item[keys.BODY]["B"])) for item in found]

    def erase(self, customer: str, through: int) -> None:
        """See `Decisions`."""
        for item in self._table.query(f"#{keys.CUSTOMER} = :customer", {":customer": wire.text(customer)}, "erasure"):
            if decision_from(decode(item[keys.BODY]["B"])).decided_at <= through:
                self._table.delete({keys.CUSTOMER: item[keys.CUSTOMER], keys.ID: item[keys.ID]}, "erasure")
