"""world: the whole engine in memory: streams, queues and timers are worked off step by step, the clock stands still in between.

Nothing runs by itself and nothing waits, so the same events always give the same end.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..adapters.memory import (
    MemoryBudgets,
    MemoryCoupons,
    MemoryCustomers,
    MemoryDecisions,
    MemoryDeliveries,
    MemoryDictionary,
    MemoryEvents,
    MemoryIdentifiers,
    MemoryLimits,
    MemoryMeter,
    MemoryPages,
    MemoryParking,
    MemoryProducts,
    MemoryQueue,
    MemoryRulebooks,
    MemorySources,
    MemoryStoreDirectory,
    MemorySuppressions,
    MemoryTransport,
    MemoryWatches,
    MemoryWaves,
)
from ..adapters.spread import in_turn
from ..channels.registry import CHANNELS, WAYS
from ..coupon_ports import Coupons
from ..flows.catalog import Heard, take_products
from ..flows.dispatch import dispatch
from ..flows.fan_out import begin_waves, carry_on, fan_out
from ..flows.fold import fold
from ..flows.ingest import Ingested, Request, ingest
from ..flows.relay import relay
from ..flows.stores import StoresTaken, take_stores
from ..flows.wake import wake
from ..model.canonical import digest
from ..model.errors import StoreUnavailable
from ..model.source import Source
from ..ports import Ports, Transport
from ..rulebook.bundle import Bundle
from ..rulebook.rulebook import Rulebook

BATCH = 100
FEEDS: dict[str, Callable[[Ports, Sequence[Any]], Heard | StoresTaken]] = {"product": take_products, "store": take_stores}
SERVER = Source("backtest", "server", events_a_minute=sys.maxsize)


class World:
    """One shop's engine. `now` is the clock (milliseconds); move it with `advance_to`.

    `sent`: every request that went to a provider, whatever the channel, but those that `transports` have taken.
    """

    def __init__(self, rulebook: Rulebook, now: int = 0, transports: Mapping[str, Transport] | None = None,
                 coupons: Coupons | None = None) -> None:
        self.now = now
        self.events = MemoryEvents()
        self.customers = MemoryCustomers(lambda: self.now)
        self.decisions = MemoryDecisions()
        self.deliveries = MemoryDeliveries()
        self.products = MemoryProducts()
        self.waves = MemoryWaves()
        self.pages = MemoryPages()
        self.queues = {way: MemoryQueue() for way in WAYS}
        self.sent: list[Any] = []
        self._transports: dict[str, Transport] = {name: MemoryTransport(self.sent) for name in CHANNELS} | dict(transports or {})
        self.coupons = coupons or MemoryCoupons(endless=True)
        self.budgets = MemoryBudgets()
        self.meter = MemoryMeter()
        self._attempts = 0
        self._folded = self._relayed = self._fanned_out = 0
        self.ports = Ports(
            clock=lambda: self.now, rulebook=lambda: rulebook, events=self.events, identifiers=MemoryIdentifiers(),
            customers=self.customers, decisions=self.decisions, deliveries=self.deliveries, suppressions=MemorySuppressions(),
            stores=MemoryStoreDirectory(),
            coupons=self.coupons, products=self.products, watches=MemoryWatches(), waves=self.waves, pages=self.pages,
            parking=MemoryParking(), sources=MemorySources(), limits=MemoryLimits(lambda: self.now),
            budgets=self.budgets, dictionary=MemoryDictionary(),
            queues=dict(self.queues), transports=self._transports, meter=self.meter,
            spread=in_turn, new_attempt=self._new_attempt, sign=_sign, public_url="https://backtest.invalid",
            rulebooks=MemoryRulebooks(), deployed=lambda: Bundle({}))

    def post(self, calls: Sequence[dict[str, Any]], source: Source = SERVER, *, past: bool = False) -> Ingested:
        """Events arrive now; what follows from them happens before this returns."""
        result = ingest(self.ports, Request(source, calls, past=past))
        self.run_until_idle()
        return result

    def tell(self, kind: str, lines: Sequence[dict[str, Any]]) -> list[str]:
        """A feed of the catalog says this now; what is wrong with lines that cannot be used."""
        if kind not in FEEDS:
            return [f"{_named(line)}: is left aside - there is no catalog of {kind}s" for line in lines]
        heard = FEEDS[kind](self.ports, lines)
        self.run_until_idle()
        return [f"{_named(lines[place])}: {error}" for place, error in sorted(heard.refused.items())]

    def advance_to(self, moment: int | None, *, inclusive: bool = True) -> None:
        """Move the clock, stopping at every ring on the way; None: on until no timer is left."""
        while (ring := self.next_ring()) is not None:
            if moment is not None and (ring > moment or (ring == moment and not inclusive)):
                break
            self.now = max(self.now, ring)
            wake(self.ports)
            begin_waves(self.ports)
            self.run_until_idle()
        if moment is not None:
            self.now = max(self.now, moment)

    def next_ring(self) -> int | None:
        """When something is due next: a customer's timer, or a wave of people to be told."""
        return min(filter(None, (self.customers.next_ring(), self.waves.next_at())), default=None)

    def run_until_idle(self) -> None:
        """Work off streams and queues until nothing is left."""
        while self._step():
            pass

    def _step(self) -> bool:
        arrivals = self.events.stream[self._folded:self._folded + BATCH]
        if arrivals:
            if fold(self.ports, arrivals):
                raise StoreUnavailable("memory does not fail")
            self._folded += len(arrivals)
        changes = self.customers.stream[self._relayed:]
        for customer, effects, through in changes:
            relay(self.ports, customer, effects, through)
        self._relayed += len(changes)
        news = self.products.stream[self._fanned_out:]
        for change in news:
            fan_out(self.ports, change)
        self._fanned_out += len(news)
        pages = [self.pages.messages.pop(0) for _ in range(len(self.pages.messages))]
        for page in pages:
            carry_on(self.ports, page)
        if arrivals or changes or news or pages:
            return True  # queues are slower than streams: what is under way to a customer's state arrives before its messages leave
        waiting = [queue.messages.pop(0) for queue in self.queues.values() for _ in range(len(queue.messages))]
        for message in waiting:
            dispatch(self.ports, message)
        return bool(waiting)

    def _new_attempt(self) -> str:
        self._attempts += 1
        return str(self._attempts)


def _named(line: dict[str, Any]) -> str:
    return repr(line.get("productId", line.get("storeId")))[:60]


def _sign(payload: bytes) -> bytes:
    """Links of a backtest lead nowhere; they only have to be the same each time."""
    return digest("backtest link", payload.hex()).encode()
