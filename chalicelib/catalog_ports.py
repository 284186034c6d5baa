"""catalog_ports: the doors to the catalog, its stores, and who watches its products; `ports.py` says what holds for all."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from .model.catalog import Change, Document
from .model.page import Page, Turn
from .model.stores_around import StoresAround
from .model.watch import Aspect, Watch, Watcher


class Products(Protocol):
    """The catalog's products (model/catalog.py), by product key."""

    def find(self, keys: Iterable[str]) -> dict[str, Document]:
        """Those of them that the catalog has, read consistently."""

    def put(self, key: str, product: Document) -> Change | None:
        """Keep what a feed says of a product at the moment `at`: fields it does not name stay, null takes one away, and of each field the
        latest word counts (model/told.py). What it changed, None when nothing. EventRejected for more than can be kept."""

    def page(self, after: str | None, limit: int) -> tuple[list[Document], str | None]:
        """At most so many products after a place, and where to go on (None: that was all). For imports: it reads the whole table."""


class StoreDirectory(Protocol):
    """The shop's stores (model/store.py), by id and by place."""

    def put(self, store: Document, at: int) -> bool:
        """Keep what a feed says of a store at a moment (milliseconds), unless a later word is known; whether that changed anything."""

    def find(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those of them that there are. May be a moment out of date."""

    def around(self, lat: float, lon: float) -> StoresAround:
        """The stores in whose rings or margins somebody at this place may be. May be some minutes out of date."""


class Watches(Protocol):
    """Who watches which product: by product and shard, in the order of their turn (model/watch.py)."""

    def put(self, customer: str, watch: Watch, number: int) -> None:
        """Write a watch down, unless what stands there of the same turn has a higher number."""

    def remove(self, customer: str, watch: Watch) -> None:
        """Take a watch away; one that is gone already is fine."""

    def page(self, aspect: Aspect, product: str, shard: int, after: str | None, limit: int) -> list[tuple[str, Watcher]]:
        """So many watchers of one shard after a place, each with its own; places of all shards are in one order. Read consistently."""


class Waves(Protocol):
    """The next wave of each product whose pieces did not suffice for everybody."""

    def wait(self, wave: Page) -> None:
        """Keep a wave until it begins, instead of what waits for this product, unless that belongs to a later change or is a later wave."""

    def settle(self, page: Page, turn: Turn) -> Turn:
        """Whose turn it is in this page: as given, unless that was settled before. Whoever has been told stands among the watchers no
        longer, so a page that is done again would else take others in their place."""

    def due(self, now: int) -> Iterator[Page]:
        """The waves that begin at or before a moment."""

    def begun(self, wave: Page) -> None:
        """Forget a wave, unless another one waits for this product by now."""


class Pages(Protocol):
    """The way to those who are to be told next."""

    def put(self, messages: Sequence[Page]) -> None:
        """Hand pages over; each may arrive more than once and in any order."""
