"""progress: how far a customer's state has come in the stream, and whether an arrival is in it already."""

from typing import Literal

from ..model.customer import Customer
from ..model.event import TIMER_DUE, Arrival, Position
from .erase import is_erased

Standing = Literal["new", "applied", "forgotten", "erased"]


def standing(customer: Customer, arrival: Arrival) -> Standing:
    """`applied`: it is in the state. `forgotten`: it came by another way than the stream and is so old that nobody can tell.

    `erased`: it belongs to what was erased and is not to come back.
    """
    if is_erased(customer, arrival.event):
        return "erased"
    position, reached = arrival.position, customer.position
    if position and reached and position.label == reached.label and position.sequence <= reached.sequence:
        return "applied"
    if arrival.event.id in customer.recent:
        return "applied"
    if position is None and arrival.event.received_at <= customer.recent.forgotten_until:
        return "new" if arrival.event.name == TIMER_DUE and arrival.event.type == "engine" else "forgotten"  # a ring may come twice
    return "new"


def reach(customer: Customer, position: Position | None) -> None:
    """Note the furthest place reached; a new label (the stream was made anew) counts from where it begins."""
    if position is None:
        return
    reached = customer.position
    if reached is None or reached.label != position.label or reached.sequence < position.sequence:
        customer.position = position
