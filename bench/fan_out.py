"""fan_out: what it costs to tell everybody who watches a product that its price has fallen, from 1,000 to 100,000 watchers.

    python -m bench.fan_out [MOST]

All watch one product and are told. CPU time and writes are those of the fan-out alone, with stores in memory and each page one message of
the queue; write units are those of the real adapters on moto, by AWS's rounding. It is linear when the last column stays near 1.
"""

import gc
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from boto3.session import Session
from rich.console import Console
from rich.table import Table

from chalicelib.backtest.world import World
from chalicelib.bootstrap import tend_less
from chalicelib.flows.fan_out import PAGE, carry_on, fan_out
from chalicelib.model.canonical import digest
from chalicelib.model.catalog import Change
from chalicelib.model.instant import DAY, parse_instant
from chalicelib.model.page import page_from
from chalicelib.model.watch import Watch
from chalicelib.ports import Ports
from chalicelib.rulebook.loading import load_rulebook
from chalicelib.rulebook.rule import Rule
from local.moto import REGION
from local.world import ROOT
from local.world import World as LocalWorld
from simulators.cuts import Fault, failing
from simulators.shop_client import ShopClient

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000)
ON_TABLES = (250, 1_000)
AT = parse_instant("2026-03-02T10:00:00Z") or 0
SEND = {"send": {"channel": "email", "template": "price-drop"}}
RULE: dict[str, Any] = {"id": "cheaper", "trigger": {"kind": "price_drop"}, "steps": [SEND]}
DROP = Change("b-1", {"productId": "b-1", "price": 20, "currency": "EUR", "at": AT - DAY},
              {"productId": "b-1", "name": "The Quiet Sea", "price": 15, "currency": "EUR", "at": AT}, AT)


def main(most: int) -> None:
    """Print both tables."""
    console = Console(width=130)
    table = Table("watchers", "told", "writes", "writes per watcher", "of them pages", "µs per watcher", "against the smallest",
                  title=f"fan-out in memory, pages of {PAGE}")
    smallest = 0.0
    for size in [size for size in SIZES if size <= most]:
        counted, told, seconds = _in_memory(size)
        writes, pages = counted.by_call["events.append"] + counted.by_call["pages.put"], counted.by_call["pages.put"]
        each = seconds / size * 1e6
        smallest = smallest or each
        table.add_row(f"{size:,}", f"{told:,}", f"{writes:,}", f"{writes / size:.3f}", f"{pages:,}", f"{each:.1f}",
                      f"{each / smallest:.2f}")
    console.print(table)
    table = Table("watchers", "told", "write units", "write units per watcher", "read units per watcher", "messages",
                  title="fan-out on tables (moto), by AWS's rounding")
    for size in ON_TABLES:
        units = _on_tables(size)
        table.add_row(f"{size:,}", f"{units['told']:,}", str(units["write"]), f"{units['write'] / size:.3f}", f"{units['read'] / size:.3f}",
                      str(units["messages"]))
    console.print(table)


def _in_memory(size: int) -> tuple[Fault, int, float]:
    """Calls by name, events written, CPU seconds."""
    shop = load_rulebook(ROOT / "rules")
    world = World(replace(shop, rules={RULE["id"]: Rule.model_validate(RULE)}), AT)
    _watch(world.ports, size)
    counted = Fault()
    ports = failing(world.ports, counted)
    gc.collect()
    tend_less()  # as every function does
    begin = time.process_time()
    fan_out(ports, DROP)
    while world.pages.messages:
        carry_on(ports, world.pages.messages.pop(0))
    return counted, len(world.events.stream), time.process_time() - begin


def _on_tables(size: int) -> dict[str, int]:
    """Units of the fan-out's own requests: reading watchers, and writing into their logs before anything is made of it."""
    folder = Path(tempfile.mkdtemp(prefix="beckon-"))
    for name in ("brand.json", "templates"):
        (folder / name).symlink_to(ROOT / "rules" / name)
    (folder / "cheaper.json").write_text(json.dumps(RULE))
    world = LocalWorld(folder, "http://localhost:8080").start()
    try:
        ShopClient(world).begin("2026-03-02T10:00:00Z")
        _watch(world.ports, size)
        before = _used(world)
        fan_out(world.ports, DROP)
        messages = 0
        while page := _next_page(world):
            carry_on(world.ports, page)
            messages += 1
        after = _used(world)
        told = sum(1 for _ in world.ports.events.since(0))
        return {**{name: after[name] - before[name] for name in after}, "messages": messages, "told": told}
    finally:
        world.stop()


def _watch(ports: Ports, size: int) -> None:
    for number in range(size):
        watch = Watch("price", "b-1", AT - DAY, AT + 39 * DAY, ((AT - DAY, 20, "EUR"),))
        ports.watches.put(digest("watcher", str(number)), watch, 1)


def _used(world: LocalWorld) -> dict[str, int]:
    tables = ShopClient(world).get("usage.json")["dynamodb"]["tables"]
    events, watches = tables.get("EventsTable", {}), tables.get("WatchesTable", {})
    return {"write": round(events.get("writeUnits", 0)), "read": round(watches.get("readUnits", 0))}


def _next_page(world: LocalWorld) -> Any:
    """The next page in the queue, taken off it."""
    sqs = Session(region_name=REGION).client("sqs")
    url = sqs.get_queue_url(QueueName="beckon-FanOutQueue")["QueueUrl"]
    for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1).get("Messages", []):
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return page_from(json.loads(message["Body"]))
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1])
