"""wake: each minute, an event for every customer whose timer is due. Stopped halfway, it goes on where it stopped.

A ring that nobody has heard (its stream record was lost, or set aside) rings again every hour: ringing twice changes nothing.
"""

from ..model.event import TIMER_DUE, Event
from ..model.instant import HOUR
from ..ports import Ports


def wake(ports: Ports) -> int:
    """Write one `Timer Due` per ring; a ring written before is there already. Returns how many are new."""
    now = ports.clock()
    return sum(ports.spread(lambda due: _ring(ports, *due, now), ports.customers.due(now)))


def _ring(ports: Ports, customer: str, ring: int, number: int, now: int) -> bool:
    overdue = (now - ring) // HOUR
    return ports.events.append(customer, Event(
        id=f"ring-{customer}-{number}" + (f"-{overdue}" if overdue else ""), type="engine", name=TIMER_DUE, at=now, received_at=now,
        client_time=ring, source="engine", properties={"ring": number}))
