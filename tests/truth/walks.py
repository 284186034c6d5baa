"""walks: three people's walks through a city, the stores that stand there, and the rule that must find exactly the entries worked out.

The conventions are those of the recorded data: in at 300 metres or less, out beyond 400, no dwell, cooldown or opening hours.
"""

import csv
import gzip
from pathlib import Path
from typing import Any

from chalicelib.backtest.recording import Recording
from chalicelib.model.instant import SECOND, format_instant, parse_instant
from simulators.shop_client import ShopClient

from .engine import go_on_over_http

RULE: dict[str, Any] = {
    "id": "near", "reentry": "0s", "expiresAfter": "30d", "steps": [{"send": {"channel": "email", "template": "plain"}}],
    "trigger": {"kind": "proximity", "radius": 300, "hysteresis": 100, "cooldown": "0s", "openOnly": False},
}
Entry = tuple[str, str, int]  # who, which store, when
Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    """A table of the recorded data."""
    with (gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")) as file:
        return list(csv.DictReader(file))


def stores(shared_data: Path) -> list[dict[str, Any]]:
    """The stores of the city they walk in, and of the rest of the country, as lines of the catalog."""
    return [{"type": "store", "storeId": row["Store Number"], "name": row["City"], "lat": float(row["Latitude"]),
             "lon": float(row["Longitude"])} for row in rows(shared_data / "stores_starbucks_cn_rounded_2dp.csv.gz")]


def walks(shared_data: Path) -> list[tuple[int, dict[str, Any]]]:
    """Every position as an app tells it, in order; before the first the word of each that they may be located."""
    table = rows(shared_data / "gps_geolife_trackintel_3users.csv.gz")
    first = min(int(row["ts"]) for row in table) * SECOND - SECOND
    agreed = [(first, {"type": "identify", "messageId": f"agreed-{user}", "userId": user, "timestamp": format_instant(first),
                       "traits": {"consents": {"location": True}}}) for user in sorted({row["u"] for row in table})]
    positions = [(int(row["ts"]) * SECOND, {
        "type": "track", "event": "Location Updated", "messageId": f"p{number}", "userId": row["u"],
        "timestamp": format_instant(int(row["ts"]) * SECOND), "properties": {"lat": float(row["lat"]), "lon": float(row["lon"])},
    }) for number, row in enumerate(table)]
    return [*agreed, *sorted(positions, key=lambda entry: entry[0])]


def recording(shared_data: Path) -> Recording:
    """Stores and walks."""
    calls = walks(shared_data)
    return Recording(calls, [(calls[0][0], "store", line) for line in stores(shared_data)])


def sample(walked: Recording, size: int) -> Recording:
    """The first so many positions."""
    return Recording(walked.calls[:size], walked.catalog)


def entries_expected(shared_data: Path) -> list[Entry]:
    """Who entered which store and when, worked out independently."""
    return sorted((row["user"], row["store"], int(row["ts"]) * SECOND)
                  for row in rows(shared_data / "expected" / "gps_3users.store_entries.csv"))


def entries_found(occurrences: list[dict[str, Any]]) -> list[Entry]:
    """The same from an occurrences file."""
    return sorted((entry["customer"], entry["key"], parse_instant(entry["at"]) or 0) for entry in occurrences)


def walk_over_http(shop: ShopClient, walked: Recording) -> list[dict[str, Any]]:
    """The occurrences when stores and walks come to the running engine."""
    shop.begin(format_instant(walked.calls[0][0]))
    stores = [line for _, _, line in walked.catalog]
    assert shop.post_to("/v1/catalog/stores", {"stores": stores})["stored"] == len(stores)
    decisions = go_on_over_http(shop, walked.calls)
    return [{**decision, "key": decision["data"]["storeId"]} for decision in decisions if decision["step"] == 1]
