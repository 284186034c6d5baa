"""The contract of the write keys."""

from chalicelib.model.instant import MINUTE
from chalicelib.model.source import Source, key_id

from .conftest import Stores


def test_a_key_belongs_to_its_source_and_an_unknown_one_to_nobody(stores: Stores) -> None:
    stores.sources.add("web-key", Source("shop", "browser"))
    assert stores.sources.find("web-key") == Source("shop", "browser")
    assert stores.sources.find("web-key ") is None
    assert stores.sources.find("") is None
    assert stores.sources.find("\ud800") is None


def test_a_key_works_as_soon_as_it_is_let_in(stores: Stores) -> None:
    assert stores.sources.find("till-key") is None
    stores.sources.add("till-key", Source("till", "server"))
    assert stores.sources.find("till-key") == Source("till", "server")


def test_a_source_has_several_keys_and_loses_one_of_them(stores: Stores) -> None:
    shop = Source("shop", "browser", signed_only=True, events_a_minute=1_000)
    for key in ("old-key", "new-key"):
        stores.sources.add(key, shop)
    stores.sources.add("till-key", Source("till", "server"))

    assert stores.sources.disable(key_id("old-key"))
    assert not stores.sources.disable("0" * 12), "there is no such key"

    assert stores.sources.find("old-key") is None
    assert stores.sources.find("new-key") == shop
    assert [source.name for source in stores.sources.all()] == ["shop", "shop", "till"]
    assert {source.id: source.disabled for source in stores.sources.all()} == {
        key_id("old-key"): True, key_id("new-key"): False, key_id("till-key"): False}


def test_a_key_that_was_turned_away_is_let_in_again(stores: Stores) -> None:
    stores.sources.add("web-key", Source("shop", "browser"))
    stores.sources.disable(key_id("web-key"))
    stores.sources.add("web-key", Source("shop", "browser"))
    assert stores.sources.find("web-key") == Source("shop", "browser")


def test_an_unknown_key_is_looked_up_once_a_minute(dynamo: Stores) -> None:
    reads = 0
    asked = dynamo.sources._table.get  # type: ignore[attr-defined]

    def count(*args: object) -> object:
        nonlocal reads
        reads += 1
        return asked(*args)

    dynamo.sources._table.get = count  # type: ignore[attr-defined]
    for _ in range(50):
        assert dynamo.sources.find("somebody's guess") is None
    assert reads == 1
    dynamo.clock.now += MINUTE
    assert dynamo.sources.find("somebody's guess") is None
    assert reads == 2


def test_whoever_tries_keys_without_end_fills_no_memory(dynamo: Stores) -> None:
    dynamo.sources.add("web-key", Source("shop", "browser"))
    dynamo.sources.find("web-key")
    dynamo.sources._table.get = lambda *_: None  # type: ignore[attr-defined]
    for number in range(3_000):
        assert dynamo.sources.find(f"guess {number}") is None
    assert len(dynamo.sources._unknown) <= 1_000  # type: ignore[attr-defined]
    assert dynamo.sources.find("web-key") is not None, "what is known stays known meanwhile"
