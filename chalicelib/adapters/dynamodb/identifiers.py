"""identifiers: which customer an identifier belongs to, in IdentifiersTable."""

from collections.abc import Iterable

from ...model.identity import Identifier
from . import keys, wire
from .table import Refused, Table
from .wire import Item


class DynamoIdentifiers:
    """`Identifiers` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def find(self, identifiers: Iterable[Identifier]) -> dict[Identifier, str]:
        """See `Identifiers`. Cheap reads, which may be a moment old: whoever gets no answer claims, and that is exact."""
        wanted = {keys.identifier_key(identifier): identifier for identifier in identifiers}
        found = self._table.get_many([_key(identifier) for identifier in wanted.values()], "identity")
        return {wanted[item[keys.IDENTIFIER]["S"]]: item[keys.CUSTOMER]["S"] for item in found}

    def claim(self, identifier: Identifier, customer: str) -> str:
        """See `Identifiers`."""
        item = {**_key(identifier), keys.CUSTOMER: wire.text(customer)}
        try:
            self._table.put(item, "identity", condition=f"attribute_not_exists(#{keys.IDENTIFIER})", see=True)
        except Refused as refused:
            return refused.item[keys.CUSTOMER]["S"]
        return customer

    def move(self, identifier: Identifier, customer: str) -> None:
        """See `Identifiers`."""
        self._table.put({**_key(identifier), keys.CUSTOMER: wire.text(customer)}, "identity")


def _key(identifier: Identifier) -> Item:
    return {keys.IDENTIFIER: wire.text(keys.identifier_key(identifier))}
