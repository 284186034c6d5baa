"""docs/catalog.md and docs/stores.md: their examples answer as they say, and their tables name every field there is."""

import json
import re
from collections.abc import Iterator

import pytest
from chalice.config import Config
from chalice.local import LocalGateway
from pydantic import BaseModel

from app import app
from chalicelib import bootstrap
from chalicelib.model.product_line import MOST_STORES, ProductLine, read_product
from chalicelib.model.store import Store, store_from

from ..entrypoints.conftest import NOW, Caller, memory_ports
from .page import ROOT, Page

PAGES = {name: Page(ROOT / "docs" / f"{name}.md") for name in ("catalog", "stores")}


@pytest.fixture
def caller() -> Iterator[Caller]:
    bootstrap.use(memory_ports())
    yield Caller(LocalGateway(app, Config.create()))
    bootstrap.use(None)


@pytest.mark.parametrize("name", PAGES)
def test_the_example_answers_as_told(name: str, caller: Caller) -> None:
    [block] = PAGES[name].blocks("console")
    found = re.fullmatch(r"\$ curl -u server-local: \S+:8080(\S+) -d '(.+)'\n(.+)\n", block.text)
    assert found is not None
    answer = caller.post(found[1], found[2].encode(), key="server-key")
    assert (answer.status, answer.body) == (200, json.loads(found[3]))


@pytest.mark.parametrize(("name", "entry"), [("catalog", ProductLine), ("stores", Store)])
def test_the_table_names_every_field_and_no_other(name: str, entry: type[BaseModel]) -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", PAGES[name].text, re.MULTILINE)
    told = {word for row in rows for word in re.findall(r"`(\w+)`", row)}
    assert told == {str(field.alias) for field in entry.model_fields.values()} - {"type"}


def test_the_bound_of_stores_of_one_product_is_told() -> None:
    assert f"up to {MOST_STORES:,}" in PAGES["catalog"].text


def test_the_lines_among_events_can_be_read() -> None:
    key, word = read_product(json.loads(line_of("catalog", "product")), NOW + 366 * 86_400_000)
    assert (key, word["price"], word["stock"]) == ("b-1", 18.5, 3)
    assert store_from(json.loads(line_of("stores", "store"))).store_id == "sofia-1"


def line_of(name: str, kind: str) -> str:
    """The page's example of a line of this type."""
    [line] = re.findall(rf'^`(\{{"type":"{kind}".+?\}})`', PAGES[name].text, re.MULTILINE)
    return str(line)
