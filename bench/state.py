"""state: how big a customer's state is and what folding one more event into it costs, for light, median and heavy customers.

    python -m bench.state [FOLDER]

Recorded shop events and orders beside the repository (or in FOLDER), each customer's whole life folded with the rules of `rules/`; and a
robot. CPU time of one fold (read what is stored, judge the event, write it) beside the plain codec's reading and writing of the same
bytes, in one run; machines are noisy, so believe the ratios.
"""

import csv
import gzip
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from chalicelib.adapters.dynamodb.codec import decode, encode
from chalicelib.backtest.recording import read_recording
from chalicelib.engine.accept import accept
from chalicelib.engine.advance import advance
from chalicelib.model.canonical import canonical_json
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import Event
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.identity import customer_id, identifier
from chalicelib.model.instant import SECOND, format_instant
from chalicelib.rulebook.loading import load_rulebook
from chalicelib.rulebook.rulebook import Rulebook

ROOT = Path(__file__).parents[1]
DATA = ROOT.parent / "shared" / "data"
SHOPS, ORDERS = ("rees46", "ret_ecom"), "uci_online_retail_2010-12_2011-02.csv.gz"
ROBOT_EVENTS, ROBOT_STRETCH = 100_000, 1_000
RUNS = 300
LIMIT = 64 * 1024
Life = list[Event]


def main(folder: Path) -> None:
    """Print the table."""
    book = load_rulebook(ROOT / "rules")
    table = Table("customers", "who", "events", "state, bytes", "stored, bytes", "fold, µs", "codec alone, µs", "fold : codec")
    for name, lives in _lives(folder):
        ordered = sorted(lives, key=len)
        for who, place in (("light (p10)", 0.1), ("median", 0.5), ("heavy (p99)", 0.99), ("heaviest", 1.0)):
            _row(table, name, who, ordered[min(int(len(ordered) * place), len(ordered) - 1)], book)
    robot = _robot()
    early, late = (_row(table, "robot", f"after {count:,}", robot[:count], book) for count in (ROBOT_STRETCH, ROBOT_EVENTS))
    Console(width=130).print(table)
    print(f"a robot's fold after {ROBOT_EVENTS:,} events : after {ROBOT_STRETCH:,} = {late / early:.2f}; "
          f"no state may pass {LIMIT:,} bytes")


def _lives(folder: Path) -> Iterator[tuple[str, list[Life]]]:
    for name in SHOPS:
        path = folder / f"{name}.segment.ndjson.gz"
        if path.is_file():
            yield name, _by_customer(read_recording([path]).calls)
    if (folder / ORDERS).is_file():
        yield "UCI orders", _by_customer(_orders(folder / ORDERS))


def _by_customer(calls: Iterable[tuple[int, dict[str, Any]]]) -> list[Life]:
    lives: dict[str, Life] = {}
    for at, call in calls:
        lives.setdefault(call["userId"], []).append(accept(call, "server/shop", at))
    return list(lives.values())


def _orders(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each invoice an order; an invoice of negative quantities gives goods back."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        lines = sorted((line for line in csv.DictReader(file) if line["user_id"]), key=lambda line: (int(line["ts_ms"]), line["invoice"]))
    for (at, invoice, user), entries in groupby(lines, key=lambda line: (int(line["ts_ms"]), line["invoice"], line["user_id"])):
        bought = [{"product_id": entry["item_id"], "price": float(entry["price"]), "quantity": int(entry["qty"])} for entry in entries]
        back = all(product["quantity"] < 0 for product in bought)
        products = [{**product, "quantity": abs(product["quantity"])} for product in bought]
        yield at, {"type": "track", "event": "Order Refunded" if back else "Order Completed", "userId": user,
                   "messageId": f"{invoice}-{at}", "timestamp": format_instant(at),
                   "properties": {"order_id": invoice, "products": products, "currency": "GBP"}}


def _robot() -> Life:
    """Somebody who puts other goods into the cart every second, day and night."""
    begins = 1_772_355_600_000
    return [accept({"type": "track", "event": "Product Added" if number % 3 else "Product Viewed", "userId": "robot",
                    "messageId": f"robot-{number}", "timestamp": format_instant(begins + number * SECOND),
                    "properties": {"product_id": f"p-{number % 5_000}", "price": 9.99, "name": f"Product {number % 5_000}"}},
                   "server/shop", begins + number * SECOND) for number in range(ROBOT_EVENTS)]


def _row(table: Table, name: str, who: str, life: Life, book: Rulebook) -> float:
    """One customer's row; the µs of a fold."""
    *before, last = life
    user = identifier("user", life[0].user_id)
    assert user is not None
    state = Customer(customer_id(user))
    for event in before:
        state = advance(state, event, NO_FACTS, book, event.received_at).state
    kept = encode(state.document())

    def fold() -> None:
        outcome = advance(customer_from(decode(kept)), last, NO_FACTS, book, last.received_at)
        encode(outcome.state.document())

    def codec() -> None:
        encode(decode(kept))

    after = advance(state, last, NO_FACTS, book, last.received_at).state.document()
    plain = len(canonical_json(after).encode())
    folding, alone = _microseconds(fold), _microseconds(codec)
    table.add_row(name, who, f"{len(life):,}", f"{plain:,}", f"{len(encode(after)):,}", f"{folding:,.0f}", f"{alone:,.0f}",
                  f"{folding / alone:.1f}")
    if plain > LIMIT:
        raise SystemExit(f"{name}, {who}: {plain} bytes are more than {LIMIT}")
    return folding


def _microseconds(task: Callable[[], None]) -> float:
    """The median of many runs."""
    times = []
    for _ in range(RUNS):
        begins = time.process_time_ns()
        task()
        times.append((time.process_time_ns() - begins) / 1_000)
    return statistics.median(times)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
