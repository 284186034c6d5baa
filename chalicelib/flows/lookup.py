"""lookup: from whatever people type to the one customer it leads to."""

from typing import Any

from ..model.customer import Customer
from ..model.identity import Identifier, identifier
from ..model.instant import format_instant
from ..model.merge import Merge
from ..ports import Ports


def find_home(ports: Ports, who: str) -> str | None:
    """The id of the customer that a user id, a device, an e-mail address, a phone number, a card, ..., as people write it, leads to."""
    parts = names_of(ports, who)
    known = ports.identifiers.find(parts)
    return next((known[part] for part in parts if part in known), None)


def names_of(ports: Ports, who: str) -> list[Identifier]:
    """The identifiers that somebody may mean by what they write."""
    kinds = ports.rulebook().kinds
    others = [Identifier(kind, value) for kind in kinds.kinds if (value := kinds.value(kind, who)) is not None]
    return [part for part in (identifier("user", who), identifier("anonymous", who), *others) if part]


def find_customer(ports: Ports, who: str) -> Customer | None:
    """The customer found by anything that leads to one (`find_home`); None for nobody, and for one who was erased."""
    home = find_home(ports, who)
    customer = load_survivor(ports, home) if home else None
    return None if customer is None or (customer.erased_at and not customer.first_seen) else customer


def load_survivor(ports: Ports, customer: str) -> Customer | None:
    """The state of a customer, or of the one it was merged into; None where there is none yet."""
    record = ports.customers.load(customer)
    while record is not None and record.state.merged_into:
        record = ports.customers.load(record.state.merged_into)
    return None if record is None else record.state


def merge_view(merge: Merge) -> dict[str, Any]:
    """A record that joined, as people see it."""
    return {"id": merge.id, "at": format_instant(merge.at), "name": merge.name, "cause": merge.cause}
