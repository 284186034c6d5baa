"""The walks of three people lead into exactly the stores that were worked out independently."""

import csv
import gzip
from collections import defaultdict
from pathlib import Path

from chalicelib.model.fences import FenceIndex, build_index
from chalicelib.model.place import circle, distance, position_from

ENTER, LEAVE = 300, 400  # metres

Row = dict[str, str]


def rows(path: Path) -> list[Row]:
    """A table of the recorded data."""
    with (gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8")) as file:
        return list(csv.DictReader(file))


def stores(shared_data: Path) -> list[Row]:
    """The stores of the city they walk in, and of the rest of the country."""
    return rows(shared_data / "stores_starbucks_cn_rounded_2dp.csv.gz")


def test_three_people_enter_exactly_those_stores(shared_data):
    index = FenceIndex.from_bytes(build_index(
        circle(row["Store Number"], float(row["Latitude"]), float(row["Longitude"]), ENTER) for row in stores(shared_data)).to_bytes())
    entries: list[tuple[str, str, str]] = []
    inside: dict[str, set[str]] = defaultdict(set)
    for row in rows(shared_data / "gps_geolife_trackintel_3users.csv.gz"):
        position = position_from(row)
        assert position is not None, row
        entered, left = index.transitions(inside[row["u"]], position, margin=LEAVE - ENTER)
        inside[row["u"]] = (inside[row["u"]] | set(entered)) - set(left)
        entries += [(row["u"], store, row["ts"]) for store in entered]
    expected = [(row["user"], row["store"], row["ts"]) for row in rows(shared_data / "expected" / "gps_3users.store_entries.csv")]
    assert len(entries) == 105
    assert sorted(entries) == sorted(expected)


def test_at_eleven_thousand_real_stores_the_index_sees_their_neighbours_as_a_loop_does(shared_data):
    places = {row["store_id"]: (float(row["lat"]), float(row["lon"])) for row in rows(shared_data / "stores_us_ca_wa_ny.csv.gz")}
    index = build_index(circle(store, lat, lon) for store, (lat, lon) in places.items())
    assert len(index) == 11_305
    for lat, lon in list(places.values())[::113]:
        assert index.at(lat, lon) == sorted(store for store, there in places.items() if distance(lat, lon, *there) <= 150)
