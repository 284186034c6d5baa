"""The contract of the write keys."""

from chalicelib.ports import Source

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
