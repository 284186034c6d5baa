"""replay: feeds the fold from the events table, for when a stream was lost. What is in the states already changes nothing."""

from itertools import groupby, islice

from ..model.errors import StoreUnavailable
from ..ports import Ports
from .fold import fold

BATCH = 5_000  # of one customer, judged together: ids remembered on the way must not crowd out those that are still to come


def replay(ports: Ports, since: int) -> dict[str, int]:
    """Fold every event received since a moment (milliseconds) again. Returns counts; StoreUnavailable when some must come again."""
    counts = {"events": 0, "customers": 0}
    for _, arrivals in groupby(ports.events.since(since), key=lambda arrival: arrival.customer):
        counts["customers"] += 1
        while batch := list(islice(arrivals, BATCH)):
            if fold(ports, batch):
                raise StoreUnavailable("some events could not be folded; replay again from the same moment")
            counts["events"] += len(batch)
    return counts
