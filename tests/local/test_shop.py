"""The demo's day: the same from the same seed, and a file the backtest reads."""

import gzip
import json

from local.demo import save_events
from local.shop import LENGTH, Day

DAWN = 1_772_427_600_000  # 2026-03-02T05:00:00Z


def test_the_same_seed_makes_the_same_day():
    assert Day(DAWN).calls() == Day(DAWN).calls()
    assert Day(DAWN, seed=8).calls() != Day(DAWN).calls()


def test_a_day_has_everything_that_can_happen_to_a_cart():
    calls = Day(DAWN).calls()
    assert [call["timestamp"] for call in calls] == sorted(call["timestamp"] for call in calls)
    assert len({call["messageId"] for call in calls}) == len(calls)
    names = {call.get("event") for call in calls}
    assert names >= {"Product Viewed", "Product Added", "Product Removed", "Checkout Started", "Order Completed"}
    people = {call["userId"]: call["traits"] for call in calls if call["type"] == "identify"}
    assert len(people) == 40
    assert {traits["locale"] for traits in people.values()} == {"en", "bg", "ru"}
    assert any("consents" not in traits for traits in people.values())
    assert any("userId" not in call for call in calls if call["type"] == "track"), "people look around before they say who they are"


def test_it_ends_within_its_length():
    last = Day(DAWN).calls()[-1]["timestamp"]
    assert last < "2026-03-03T09:00:00.000Z"
    assert LENGTH == 28 * 3_600_000


def test_the_events_file_is_one_call_a_line_plain_or_gzipped(tmp_path):
    calls = Day(DAWN).calls()
    save_events(calls, tmp_path / "day.ndjson")
    save_events(calls, tmp_path / "day.ndjson.gz")
    plain = (tmp_path / "day.ndjson").read_text("utf-8")
    assert [json.loads(line) for line in plain.splitlines()] == calls
    assert gzip.decompress((tmp_path / "day.ndjson.gz").read_bytes()).decode() == plain
