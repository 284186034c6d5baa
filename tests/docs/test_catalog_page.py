"""docs/catalog.md: its example answers as it says, and its table names every field there is."""

import json
import re
from collections.abc import Iterator

import pytest
from chalice.config import Config
from chalice.local import LocalGateway

from app import app
from chalicelib import bootstrap
from chalicelib.model.product_line import MOST_STORES, ProductLine, read_product

from ..entrypoints.conftest import NOW, Caller, memory_ports
from .page import ROOT, Page

PAGE = Page(ROOT / "docs" / "catalog.md")


@pytest.fixture
def caller() -> Iterator[Caller]:
    bootstrap.use(memory_ports())
    yield Caller(LocalGateway(app, Config.create()))
    bootstrap.use(None)


def test_the_example_answers_as_told(caller: Caller) -> None:
    [block] = PAGE.blocks("console")
    found = re.fullmatch(r"\$ curl -u server-local: \S+:8080(\S+) -d '(.+)'\n(.+)\n", block.text)
    assert found is not None
    answer = caller.post(found[1], found[2].encode(), key="server-key")
    assert (answer.status, answer.body) == (200, json.loads(found[3]))


def test_the_table_names_every_field_and_no_other() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", PAGE.text, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert told == {str(field.alias) for name, field in ProductLine.model_fields.items() if name != "type"}
    assert f"up to {MOST_STORES:,}" in PAGE.text


def test_the_line_among_events_can_be_read() -> None:
    [line] = re.findall(r'^`(\{"type":"product".+?\})`', PAGE.text, re.MULTILINE)
    key, word = read_product(json.loads(line), NOW + 366 * 86_400_000)
    assert (key, word["price"], word["stock"]) == ("b-1", 18.5, 3)
