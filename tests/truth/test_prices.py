"""The real prices of two chains over two weeks, and who looked at what: exactly those hear who should."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.backtest.recording import read_recording
from chalicelib.backtest.run import run
from chalicelib.model.catalog import Change
from chalicelib.model.event import BACK_IN_STOCK, PRICE_CHANGED
from chalicelib.model.instant import DAY, format_instant
from chalicelib.model.news import news_of
from chalicelib.model.watch import Watch
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook
from tests.truth.answers import BRAND, TEMPLATES
from tests.truth.engine import running, write_rules
from tests.truth.prices import expected_changes, expected_heard, heard, product_lines, replay_prices_over_http, rule_documents

VIEWS = "il_views.segment.ndjson.gz"
SAMPLE = 8  # products of each kind of news


def rules() -> Rulebook:
    book = Rulebook(brand=BRAND, rules={}, templates=TEMPLATES, digest="truth")
    return replace(book, rules={document["id"]: Rule.model_validate(document) for document in rule_documents()})


def concerns(book: Rulebook, rule: str, change: Change) -> bool:
    """Whether somebody who had looked at it a moment before would hear of it."""
    name, aspect = (PRICE_CHANGED, "price") if rule == "price_drop" else (BACK_IN_STOCK, "stock")
    trigger: Any = book.rules[rule].trigger
    watch = Watch("price" if aspect == "price" else "stock", change.key, change.at - 1, change.at + DAY, ((change.at - 1, None, ""),))
    return bool(trigger.wants(watch, news_of(change, name, change.at)))


def test_every_drop_and_everything_back_and_everybody_who_hears(shared_data: Path, tmp_path: Path) -> None:
    feed = tmp_path / "prices.ndjson"
    feed.write_text("\n".join(map(json.dumps, product_lines(shared_data))))
    book = rules()
    result = run(book, read_recording([feed, shared_data / VIEWS]))
    assert (result.quarantined, result.untold) == (0, [])
    for rule, changes, told in (("price_drop", 278, 546), ("back_in_stock", 13, 43)):
        found = {(format_instant(change.at)[:10], change.key) for change in result.world.products.stream if concerns(book, rule, change)}
        assert found == expected_changes(shared_data, rule) and len(found) == changes, rule
        people = heard(result.occurrences(), rule)
        assert people == expected_heard(shared_data, rule) and len(people) == told, rule


def test_the_running_engine_tells_a_sample_of_products(shared_data: Path, tmp_path: Path) -> None:
    """All lines and views of some products that got cheaper or came back, and of some that did not."""
    changed = {rule: sorted({product for _, product in expected_changes(shared_data, rule)}) for rule in ("price_drop", "back_in_stock")}
    views = read_recording([shared_data / VIEWS]).calls
    others = sorted({call["properties"]["product_id"] for _, call in views} - {product for found in changed.values() for product in found})
    chosen = {product for found in (*changed.values(), others) for product in found[::max(1, len(found) // SAMPLE)][:SAMPLE]}
    lines = [line for line in product_lines(shared_data) if line["productId"] in chosen]
    seen = [(at, call) for at, call in views if call["properties"]["product_id"] in chosen]
    with running(write_rules(tmp_path, rule_documents())) as shop:
        told = replay_prices_over_http(shop, lines, seen)
        assert shop.do("idle", {})["events"] == len(seen)
    for rule in changed:
        expected = {row for row in expected_heard(shared_data, rule) if row[1] in chosen}
        assert heard(told, rule) == expected and len(expected) > SAMPLE, rule
