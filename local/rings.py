"""rings: when the timer index will ring next, known without asking it, from the changes of the customers table.

`ring_at` of a customer is the moment and number of their next ring. The schedule's function is called when one is due, when the clock
was moved, and once a minute of a clock that ticks by itself, as the deployed schedule does.
"""

import heapq

from chalicelib.model.instant import MINUTE, SECOND, format_instant, parse_instant
from chalicelib.ports import Clock

from .functions import Functions, InvocationFailed
from .records import Record

_LONGEST_BACKOFF = MINUTE
_MOST_AT_ONE_MOMENT = 1_000


class RingsWithoutEnd(Exception):
    """The same moment rings again and again; the text names the customer."""


class Rings:
    """The schedule feed: `observe` watches the customers table, `step` calls the function when there is reason to."""

    def __init__(self, function: str, functions: Functions, clock: Clock) -> None:
        self._function, self._functions, self._clock = function, functions, clock
        self._ring: dict[str, str] = {}  # by customer, as in the table: moment#number
        self._heap: list[tuple[int, str, str]] = []
        self._expected: list[int] = []
        self._called_at: int | None = None
        self._asked = False
        self._failures, self._retry_at, self._problem = 0, 0, ""
        self._moment, self._at_moment = -1, 0

    def observe(self, record: Record) -> None:
        """Take note of a change of the customers table."""
        customer = next(iter(record["dynamodb"]["Keys"].values()))["S"]
        ring = record["dynamodb"].get("NewImage", {}).get("ring_at", {}).get("S")
        if ring == self._ring.get(customer):
            return
        self._ring.pop(customer, None)
        moment = parse_instant(ring.partition("#")[0]) if ring else None
        if moment is not None:
            self._ring[customer] = ring
            heapq.heappush(self._heap, (moment, customer, ring))

    def earliest(self) -> int | None:
        """The moment of the next ring that has not rung yet."""
        while self._heap and self._ring.get(self._heap[0][1]) != self._heap[0][2]:
            heapq.heappop(self._heap)
        rings = self._heap[0][0] if self._heap else None
        return min(filter(None, (rings, self._expected[0] if self._expected else None)), default=None)

    def expect(self, moment: int) -> None:
        """Something else than a customer's timer is due at a moment: a wave of people to be told."""
        heapq.heappush(self._expected, moment)

    def after(self, moment: int) -> int | None:
        """The first ring later than a moment. It only looks, so anybody may ask at any time."""
        moments = (parse_instant(ring.partition("#")[0]) for ring in list(self._ring.values()))
        return min((due for due in moments if due is not None and due > moment), default=None)

    def ask(self) -> None:
        """Have the function called at the next step whether or not a ring is due."""
        self._asked = True

    def step(self, force: bool = False) -> bool:
        """Call the function once if a ring is due or somebody asked. False: no reason to."""
        now = self._clock()
        earliest = self.earliest()
        if not self._asked and (earliest is None or earliest > now):
            return False
        if now < self._retry_at and not force:
            return False
        self._call(now)
        return True

    def waiting(self) -> str | None:
        """Why a due call has not been made: the last one failed."""
        return f"{self._function} has a call to take, attempt {self._failures + 1}: {self._problem}" if self._failures else None

    def next_due(self) -> int | None:
        """When to look again: the next ring, or the retry of a call that failed."""
        return self._retry_at if self._failures else self.earliest()

    def minute_has_passed(self) -> bool:
        """Whether a ticking clock owes the schedule its call of the minute."""
        return self._called_at is None or self._clock() - self._called_at >= MINUTE

    def _call(self, now: int) -> None:
        self._ring_due(now)
        try:
            self._functions.invoke(self._function, _scheduled(now))
        except InvocationFailed as failure:
            self._failures += 1
            self._retry_at, self._problem = now + min(SECOND * 2 ** min(self._failures, 10), _LONGEST_BACKOFF), str(failure)
            self._asked = True  # the call is owed, though its rings have been taken off the heap
            return
        self._called_at, self._asked, self._failures, self._retry_at, self._problem = now, False, 0, 0, ""

    def _ring_due(self, now: int) -> None:
        """What is due counts as rung; it rings again only when the table says another moment or number."""
        while self._expected and self._expected[0] <= now:
            heapq.heappop(self._expected)
        while (earliest := self.earliest()) is not None and earliest <= now:
            moment, customer, _ = heapq.heappop(self._heap)
            self._moment, self._at_moment = now, self._at_moment + 1 if self._moment == now else 1
            if self._at_moment > _MOST_AT_ONE_MOMENT + len(self._ring):
                raise RingsWithoutEnd(f"at {format_instant(now)} timers rang {self._at_moment} times, last for customer {customer}, "
                                      f"due {format_instant(moment)}")


def _scheduled(now: int) -> dict[str, object]:
    """The event of an EventBridge schedule."""
    return {"version": "0", "id": f"minute-{now}", "detail-type": "Scheduled Event", "source": "aws.events", "account": "123456789012",
            "time": format_instant(now), "region": "us-east-1", "resources": [], "detail": {}}
