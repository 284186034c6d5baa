"""unreliable_world: the engine in memory under faults, with the redelivery that Lambda, streams and queues give.

A handler that dies or fails gets the same batch again; a client that gets no answer posts again; time passes meanwhile.
"""

from collections.abc import Sequence
from typing import Any

from chalicelib.adapters.memory import MemoryCoupons
from chalicelib.backtest.world import BATCH, SERVER, World
from chalicelib.flows.dispatch import dispatch
from chalicelib.flows.fan_out import begin_waves, carry_on, fan_out
from chalicelib.flows.fold import fold
from chalicelib.flows.ingest import Ingested, Request, ingest
from chalicelib.flows.relay import relay, rescue
from chalicelib.flows.wake import wake
from chalicelib.model.errors import BeckonError
from chalicelib.model.instant import SECOND
from chalicelib.model.offer import holder_in
from chalicelib.model.source import Source
from chalicelib.rulebook.rulebook import Rulebook

from .cuts import Fault, Killed, failing
from .shop_day import POOL

MOST_TRIES = 10_000
CODES = 10
"""How many the pool has: enough for all who are to get one."""


class UnreliableWorld(World):
    """A world whose doors fail as `fault` says, and whose `streams` or `queues` stand still while they are among the `stopped`.

    `holders` are the journeys, by the keys of their messages, that may have a coupon code.
    """

    def __init__(self, rulebook: Rulebook, now: int, fault: Fault | None = None) -> None:
        super().__init__(rulebook, now, coupons=MemoryCoupons({POOL: CODES}))
        self.reliable = self.ports
        self.tries = 0
        self.holders: dict[str, str | None] = {}
        self.streams_work = True
        self.stopped: set[str] = set()
        self.batch = BATCH
        self.set_fault(fault or Fault())

    def set_fault(self, fault: Fault) -> None:
        """From now on this fault strikes."""
        self.fault = fault
        self.ports = failing(self.reliable, fault)

    def post(self, calls: Sequence[dict[str, Any]], source: Source = SERVER) -> Ingested:
        """A client that sends again until it is told that everything is stored."""
        while True:
            try:
                result = ingest(self.ports, Request(source, calls))
                break
            except (Killed, BeckonError):
                self.time_passes()
        self.run_until_idle()
        return result

    def advance_to(self, moment: int | None, *, inclusive: bool = True) -> None:
        while (ring := self.next_ring()) is not None and "streams" not in self.stopped:
            if (moment is not None and (ring > moment or (ring == moment and not inclusive))) or not self.streams_work:
                break
            self.now = max(self.now, ring)
            self.minute()
        if moment is not None:
            self.now = max(self.now, moment)

    def minute(self) -> None:
        """What the schedule does; a failure waits for the next minute."""
        try:
            wake(self.ports)
            begin_waves(self.ports)
            rescue(self.ports)
        except (Killed, BeckonError):
            self.time_passes()
        self.run_until_idle()

    def _step(self) -> bool:
        if not self.streams_work:  # records are written and trimmed before anybody reads them
            self._folded, self._relayed = len(self.events.stream), len(self.customers.stream)
            return False
        flowing = "streams" not in self.stopped
        arrivals = self.events.stream[self._folded:self._folded + self.batch] if flowing else []
        if arrivals and self._handled(lambda: fold(self.ports, arrivals)):
            self._folded += len(arrivals)
        changes = self.customers.stream[self._relayed:self._relayed + self.batch] if flowing else []
        if changes and self._handled(lambda: [relay(self.ports, *change) for change in changes] and None):
            self._relayed += len(changes)
        news = self.products.stream[self._fanned_out:self._fanned_out + self.batch] if flowing else []
        if news and self._handled(lambda: [fan_out(self.ports, change) for change in news] and None):
            self._fanned_out += len(news)
        pages = list(self.pages.messages) if "queues" not in self.stopped else []
        for page in pages:
            if self._handled(lambda page=page: carry_on(self.ports, page)):
                self.pages.messages.remove(page)
        going = self.queues.values() if "queues" not in self.stopped else []
        waiting = [(queue, message) for queue in going for message in queue.messages]
        for queue, message in waiting:
            self.holders[message.key] = holder_in(message.offer)
            if self._handled(lambda message=message: dispatch(self.ports, message)):
                queue.messages.remove(message)
        return bool(arrivals or changes or news or pages or waiting)

    def _handled(self, handler: Any) -> bool:
        """Whether the handler came to its end with nothing that must come again."""
        try:
            return not handler()
        except (Killed, BeckonError):
            self.time_passes()
            return False

    def time_passes(self) -> None:
        self.tries += 1
        if self.tries > MOST_TRIES:
            raise AssertionError("it fails for ever")
        self.now += SECOND
