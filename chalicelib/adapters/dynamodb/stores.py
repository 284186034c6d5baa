"""stores: all stores of one deployment, on one client."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...ports import Clock
from ..clock import system_clock
from .budgets import DynamoBudgets
from .coupons import DynamoCoupons
from .customers import DynamoCustomers
from .decisions import DynamoDecisions
from .deliveries import DynamoDeliveries
from .dictionary import DynamoDictionary
from .events import DynamoEvents
from .identifiers import DynamoIdentifiers
from .limits import DynamoLimits
from .parking import DynamoParking
from .products import DynamoProducts
from .rulebooks import DynamoRulebooks
from .sources import DynamoSources
from .store_directory import DynamoStoreDirectory
from .suppressions import DynamoSuppressions
from .table import Table
from .watches import DynamoWatches, DynamoWaves

SHARDS = 8


@dataclass(frozen=True, slots=True)
class Stores:
    """The doors of ports.py that lead to DynamoDB, under the names they have in `Ports`."""

    events: DynamoEvents
    identifiers: DynamoIdentifiers
    customers: DynamoCustomers
    decisions: DynamoDecisions
    deliveries: DynamoDeliveries
    suppressions: DynamoSuppressions
    products: DynamoProducts
    watches: DynamoWatches
    waves: DynamoWaves
    coupons: DynamoCoupons
    stores: DynamoStoreDirectory
    parking: DynamoParking
    sources: DynamoSources
    limits: DynamoLimits
    budgets: DynamoBudgets
    dictionary: DynamoDictionary
    rulebooks: DynamoRulebooks


def open_stores(client: Any, names: Mapping[str, str], clock: Clock, shards: int = SHARDS, machine_clock: Clock = system_clock) -> Stores:
    """The stores on tables given by their names in infra/storage.json. `client` is a DynamoDB client with `CLIENT_CONFIG`.

    `machine_clock` measures real work, whatever Beckon's clock says.
    """
    def table(logical: str) -> Table:
        return Table(client, names[logical])

    return Stores(
        events=DynamoEvents(table("EventsTable")), identifiers=DynamoIdentifiers(table("IdentifiersTable")),
        customers=DynamoCustomers(table("CustomersTable"), clock, shards), decisions=DynamoDecisions(table("DecisionsTable")),
        deliveries=DynamoDeliveries(table("DeliveriesTable"), shards), suppressions=DynamoSuppressions(table("SuppressionsTable")),
        stores=DynamoStoreDirectory(table("StoresTable"), clock),
        coupons=DynamoCoupons(table("CouponsTable")),
        products=DynamoProducts(table("ProductsTable")), watches=DynamoWatches(table("WatchesTable")),
        waves=DynamoWaves(table("WatchesTable")), parking=DynamoParking(table("ParkedTable")),
        sources=DynamoSources(table("SourcesTable"), clock),
        limits=DynamoLimits(table("LimitsTable"), machine_clock), budgets=DynamoBudgets(table("LimitsTable")),
        dictionary=DynamoDictionary(table("DictionaryTable"), clock),
        rulebooks=DynamoRulebooks(table("RulebooksTable")),
    )
