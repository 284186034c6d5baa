"""units: what a replay of shop events costs in DynamoDB, by table and purpose, and how big its items get.

    python -m bench.units [EVENTS...]

Without files: the recorded shop events beside the repository when they are there, else the demo's own shop. Units are computed from
item sizes by AWS's rounding; the engine runs whole on moto, events come in batches of 100.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import boto3
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends
from rich.console import Console
from rich.table import Table

from chalicelib.adapters.dynamodb.size import item_size
from chalicelib.backtest.recording import read_recording
from chalicelib.model.instant import format_instant, parse_instant
from local.demo import save_events
from local.moto import REGION
from local.shop import Day
from local.world import ROOT, World
from simulators.shop_client import ShopClient

RECORDED = [ROOT.parent / "shared" / "data" / f"{name}.segment.ndjson.gz" for name in ("rees46", "ret_ecom")]
BATCH = 100
DAY_OF_DEMO = parse_instant("2026-03-02T05:00:00Z") or 0


def main(files: list[Path]) -> None:
    """Print the tables for each file."""
    console = Console(width=130)
    for path in files or [path for path in RECORDED if path.is_file()] or [_own_day()]:
        _replay(path, console)


def _replay(path: Path, console: Console) -> None:
    calls = read_recording([path]).calls
    world = World(ROOT / "rules", "http://localhost:8080").start()
    try:
        shop = ShopClient(world)
        shop.begin(format_instant(calls[0][0]))
        for start in range(0, len(calls), BATCH):
            part = calls[start:start + BATCH]
            shop.do("clock", {"to": format_instant(part[-1][0])})
            shop.post(*(call for _, call in part))
            shop.do("idle", {})
        console.print(_units(path.name, len(calls), shop.get("usage.json")))
        console.print(_sizes(world))
    finally:
        world.stop()


def _units(name: str, events: int, usage: dict[str, Any]) -> Table:
    table = Table("table", "purpose", "requests", "write units", "of them indexes", "read units", "write units an event",
                  "item units p50 / p95 / max", title=f"{name}: {events} events in batches of {BATCH}")
    for resource, entry in usage["dynamodb"]["tables"].items():
        for purpose, counted in entry["purposes"].items():
            item = counted.get("itemWriteUnits")
            table.add_row(resource, purpose, *(str(counted[name]) for name in ("requests", "writeUnits", "indexWriteUnits", "readUnits")),
                          f"{counted['writeUnits'] / events:.3f}", f"{item['p50']} / {item['p95']} / {item['max']}" if item else "")
    table.add_section()
    table.add_row("all", "", str(usage["dynamodb"]["requests"]), str(usage["dynamodb"]["writeUnits"]), "",
                  str(usage["dynamodb"]["readUnits"]), f"{usage['dynamodb']['writeUnits'] / events:.3f}", "")
    return table


def _sizes(world: World) -> Table:
    """Sizes of all items at the end."""
    table = Table("table", "items", "bytes p50", "p95", "max", title="item sizes at the end")
    backend = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION]
    for physical in boto3.Session(region_name=REGION).client("dynamodb").list_tables()["TableNames"]:
        sizes = sorted(item_size(item.to_json()["Attributes"]) for item in backend.get_table(physical).all_items())
        if sizes:
            figures = (len(sizes), sizes[len(sizes) // 2], sizes[len(sizes) * 95 // 100], sizes[-1])
            table.add_row(physical, *map(str, figures))
    return table


def _own_day() -> Path:
    """The demo's shop, as an events file."""
    path = Path(tempfile.mkdtemp(prefix="beckon-")) / "demo.ndjson"
    save_events(Day(DAY_OF_DEMO).calls(), path)
    return path


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
