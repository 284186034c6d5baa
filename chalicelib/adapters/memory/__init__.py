"""memory: every port in one process, without AWS: the world of the backtest, of rule examples and of most tests."""

from .border import MemoryDictionary, MemoryLimits, MemoryParking, MemorySources
from .budgets import MemoryBudgets
from .catalog import MemoryProducts
from .coupons import MemoryCoupons
from .rulebooks import MemoryRulebooks
from .store_directory import MemoryStoreDirectory
from .stores import (
    MemoryCustomers,
    MemoryDecisions,
    MemoryDeliveries,
    MemoryEvents,
    MemoryIdentifiers,
    MemoryMeter,
    MemoryQueue,
    MemorySuppressions,
    MemoryTransport,
)
from .watches import MemoryPages, MemoryWatches, MemoryWaves

__all__ = [
    "MemoryBudgets",
    "MemoryCoupons",
    "MemoryCustomers",
    "MemoryDecisions",
    "MemoryDeliveries",
    "MemoryDictionary",
    "MemoryEvents",
    "MemoryIdentifiers",
    "MemoryLimits",
    "MemoryMeter",
    "MemoryPages",
    "MemoryParking",
    "MemoryProducts",
    "MemoryQueue",
    "MemoryRulebooks",
    "MemorySources",
    "MemoryStoreDirectory",
    "MemorySuppressions",
    "MemoryTransport",
    "MemoryWatches",
    "MemoryWaves",
]
