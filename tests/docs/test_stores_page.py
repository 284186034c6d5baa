"""docs/stores.md: its example answers as it says, and its table names every field there is."""

import json
import re
from collections.abc import Iterator

import pytest
from chalice.config import Config
from chalice.local import LocalGateway

from app import app
from chalicelib import bootstrap
from chalicelib.model.store import Store, store_from

from ..entrypoints.conftest import Caller, memory_ports
from .page import ROOT, Page

PAGE = Page(ROOT / "docs" / "stores.md")


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
    assert told == {str(field.alias) for field in Store.model_fields.values()}


def test_the_line_among_events_can_be_read() -> None:
    [line] = re.findall(r'^`(\{"type":"store".+?\})`', PAGE.text, re.MULTILINE)
    assert store_from(json.loads(line)).store_id == "sofia-1"
