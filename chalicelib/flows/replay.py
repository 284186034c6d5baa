"""replay: feeds the fold from the events table, for when a stream was lost. What is in the states already changes nothing.

After a table was restored from a backup it does two things more: the words that erasure was asked for are folded again, and what the
tombstones in the states say is taken out of the restored tables again.
"""

from itertools import groupby, islice

from ..engine.progress import standing
from ..model.errors import StoreUnavailable
from ..ports import Ports
from .fold import fold
from .rights import apply_tombstones

BATCH = 5_000  # of one customer, judged together: ids remembered on the way must not crowd out those that are still to come


def replay(ports: Ports, since: int) -> dict[str, int]:
    """Fold every event received since a moment (milliseconds) again. StoreUnavailable when some must come again.

    Returns counts of `events` and `customers` read, of events `forgotten`: so old that nobody can tell whether they are in the
    state already, and therefore left out, and of customers `erased` since then, of whom nothing is left.
    """
    counts = {"events": 0, "customers": 0, "forgotten": 0, "erased": 0}
    for customer, arrivals in groupby(ports.events.since(since), key=lambda arrival: arrival.customer):
        counts["customers"] += 1
        while batch := list(islice(arrivals, BATCH)):
            record = ports.customers.load(customer)
            counts["forgotten"] += sum(standing(record.state, arrival) == "forgotten" for arrival in batch) if record else 0
            if fold(ports, batch):
                raise StoreUnavailable("some events could not be folded; replay again from the same moment")
            counts["events"] += len(batch)
    counts["erased"] = apply_tombstones(ports, since)
    return counts
