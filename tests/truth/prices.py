"""prices: the price rows of two grocery chains as lines of the catalog, and who was to hear of what, worked out independently.

`ag` is agorot. A product missing on a day is out of stock, unless the chain's whole snapshot failed: fewer than 80 % of its usual rows. A
snapshot of day D takes effect at 23:00 UTC. Only what changes from day to day is a line, as a shop's feed would send it.
"""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any

from chalicelib.model.instant import DAY, format_instant, parse_instant
from simulators.shop_client import ShopClient
from tests.truth.engine import Calls, batches

RULES: dict[str, dict[str, Any]] = {
    "price_drop": {"kind": "price_drop", "baseline": "previous_price", "percent": 10, "amount": 0, "every": "0s", "again": "always"},
    "back_in_stock": {"kind": "back_in_stock", "viewed": "ever"},
}
WHOLE = 0.8  # of the usual rows of a chain

Heard = tuple[str, str, str]  # (day, product, user)


def rule_documents() -> list[dict[str, Any]]:
    """The rules that must find exactly the answers, as JSON."""
    steps = [{"send": {"channel": "email", "template": "plain"}}]
    return [{"id": name, "reentry": "0s", "trigger": trigger, "steps": steps} for name, trigger in RULES.items()]


def product_lines(shared_data: Path) -> Iterator[dict[str, Any]]:
    """What the chains' feeds say, day by day."""
    days: dict[str, dict[str, float]] = defaultdict(dict)
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    with gzip.open(shared_data / "prices_il_2chains_13days.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            days[row["day"]][f"{row['chain']}:{row['store']}:{row['barcode']}"] = int(float(row["ag"])) / 100
            rows[row["chain"]][row["day"]] += 1
    usual = {chain: median(counts[day] for day in days) for chain, counts in rows.items()}
    known: dict[str, float] = {}
    there: set[str] = set()
    for day, prices in sorted(days.items()):
        for product, price in prices.items():
            if known.get(product) != price or product not in there:
                yield _line(day, product, price, available=True)
        known |= prices
        failed = {chain for chain, counts in rows.items() if counts[day] < WHOLE * usual[chain]}
        gone = {product for product in there - prices.keys() if product.partition(":")[0] not in failed}
        for product in sorted(gone):
            yield _line(day, product, known[product], available=False)
        there = (there | prices.keys()) - gone


def expected_changes(shared_data: Path, name: str) -> set[tuple[str, str]]:
    """(day, product) of every drop, or of everything that came back."""
    return {(row["day"], _product(row)) for row in _answers(shared_data, f"{name}s" if name == "price_drop" else name)}


def expected_heard(shared_data: Path, name: str) -> set[Heard]:
    """Who was to be told of what on which day."""
    return {(row["day"], _product(row), row["user"]) for row in _answers(shared_data, f"{name}_notifications")}


def heard(occurrences: list[dict[str, Any]], name: str) -> set[Heard]:
    """The same from an occurrences file; a product told twice to one person on one day is an error."""
    rows = [(entry["at"][:10], product["productId"], entry["customer"]) for entry in occurrences if entry["rule"] == name
            for product in entry["data"]["products"]]
    assert len(rows) == len(set(rows))
    return set(rows)


def replay_prices_over_http(shop: ShopClient, lines: list[dict[str, Any]], views: Calls) -> list[dict[str, Any]]:
    """Tell the running engine the feeds' lines at their moments, and what was looked at in between in batches; all decisions, as told."""
    told = [(parse_instant(line["timestamp"]) or 0, line) for line in lines]
    shop.begin(format_instant(min(told[0][0], views[0][0])))
    for at, of_day in groupby([*told, (views[-1][0] + DAY, {})], key=lambda entry: entry[0]):
        seen = [view for view in views if view[0] < at]
        views = views[len(seen):]
        for part in batches(seen) if seen else ():
            shop.do("clock", {"to": format_instant(part[-1][0])})
            assert shop.post(*(call for _, call in part))["quarantined"] == 0
        shop.do("clock", {"to": format_instant(at)})
        products = [{name: value for name, value in line.items() if name != "type"} for _, line in of_day if line]
        for first in range(0, len(products), 1_000):
            assert shop.feed(*products[first:first + 1_000])["refused"] == []
        shop.do("idle", {})
    return shop.get("decisions.json")


def _line(day: str, product: str, price: float, *, available: bool) -> dict[str, Any]:
    return {"type": "product", "timestamp": f"{day}T23:00:00.000Z", "productId": product, "price": price, "currency": "ILS",
            "available": available}


def _product(row: dict[str, str]) -> str:
    return f"{row['chain']}:{row['store']}:{row['barcode']}"


def _answers(shared_data: Path, table: str) -> list[dict[str, str]]:
    with (shared_data / "expected" / f"il_2chains.{table}.csv").open() as file:
        return list(csv.DictReader(file))
