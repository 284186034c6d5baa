"""turned_away: keeps for people what was said with a public key and did not count."""

from ..model.customer import MOST_TURNED_AWAY, Customer
from ..model.event import Event

_LONGEST_NAME, _LONGEST_SOURCE = 60, 120


def turn_away(customer: Customer, event: Event, what: str) -> None:
    """Note that a word of this event did not count."""
    customer.turned_away.append([event.at, what[:_LONGEST_NAME], f"{event.source} {event.id}"[:_LONGEST_SOURCE]])
    del customer.turned_away[:-MOST_TURNED_AWAY]
