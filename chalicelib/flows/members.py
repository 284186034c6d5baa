"""members: who is in an audience now, page by page, and their identifiers as advertising platforms take them.

The condition is asked anew of everybody, so it does not matter when somebody was last seen. Only those who agreed to the channel `ads`,
for this audience (its id is the topic) or in general, are given out; the others are counted.
"""

from dataclasses import dataclass

from ..engine.audiences import is_member
from ..engine.scope import scope_of
from ..model.consent import consent_for
from ..model.customer import Customer
from ..model.hashed import Platform, hashed_identifiers
from ..ports import Ports
from ..rulebook.audience import Audience

PAGE = 500
ADS = "ads"


@dataclass(frozen=True, slots=True)
class Members:
    """A page: rows of hashes, how many customers were looked at, are members, and were not given out; where to go on."""

    rows: list[tuple[str, str]]
    customers: int
    members: int
    withheld: int
    next: str | None


def members(ports: Ports, audience: Audience, platform: Platform, after: str | None = None) -> Members:
    """One page of the customers table."""
    states, going_on = ports.customers.page(after, PAGE)
    now, rulebook = ports.clock(), ports.rulebook()
    people = [state for state in states if state.merged_into is None and state.first_seen]
    inside = [state for state in people if is_member(audience, scope_of(state, now, rulebook))]
    agreed = [state for state in inside if _agreed(state, audience)]
    rows = [row for state in agreed for row in hashed_identifiers(state.held, platform)]
    return Members(rows, len(people), len(inside), len(inside) - len(agreed), going_on)


def _agreed(customer: Customer, audience: Audience) -> bool:
    word = consent_for(customer.consents, ADS, audience.id)
    return word is not None and word.status == "given"
