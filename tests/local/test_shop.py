"""The demo's day: the same from the same seed, and a file the backtest reads."""

import gzip
import json
from collections import Counter
from zoneinfo import ZoneInfo

from chalicelib.backtest.recording import read_recording
from chalicelib.model.identifier_kinds import STANDARD
from chalicelib.model.instant import parse_instant, to_datetime
from chalicelib.model.place import distance
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
    people = {call["userId"]: call["traits"] for call in calls if call["type"] == "identify" and call.get("traits")}
    assert len(people) == 240
    assert {traits["locale"] for traits in people.values()} == {"en", "bg", "ru", "kk"}
    assert any("consents" not in traits for traits in people.values())
    assert any("userId" not in call for call in calls if call["type"] == "track"), "people look around before they say who they are"


def test_people_are_reached_in_different_ways_and_nobody_is_real():
    people = [call["traits"] for call in Day(DAWN).calls() if call["type"] == "identify" and call.get("traits")]
    for trait, kind, ending in (("email", "email", "@readers.example"), ("phone", "phone", ""), ("pushToken", "pushToken", ""),
                                ("telegramId", "telegram", "")):
        have = [person[trait] for person in people if trait in person]
        assert 20 < len(have) < len(people), f"some have a {trait} and some have not"
        assert len(set(have)) == len(have) and all(value.endswith(ending) for value in have)
        assert all(STANDARD.value(kind, value) == value for value in have), "Beckon knows each by it"
    assert all(person["phone"].startswith("+35911555") for person in people if "phone" in person), "no number in Bulgaria begins so"
    agreed = {channel for person in people for channel in person.get("consents", {})}
    assert agreed == {"email", "sms", "push", "telegram", "webhook", "location"}


def test_orders_are_told_by_the_shops_own_systems_and_by_two_of_them():
    orders = [call for call in Day(DAWN).calls() if (call.get("event") or "").startswith("Order ")]
    assert {call["channel"] for call in orders} == {"server"}
    for name in ("Order Confirmed", "Order Ready For Pickup", "Order Delivered"):
        told = [call["properties"] for call in orders if call["event"] == name]
        twice = [number for number, times in Counter(said["order_id"] for said in told).items() if times == 2]
        assert twice, name
        assert {said["reported_by"] for said in told if said["order_id"] == twice[0]} > {"warehouse"}
    assert any("store_id" in call["properties"] for call in orders if call["event"] == "Order Completed"), "some buy at the till"


def test_prices_fall_one_comes_back_before_the_morning_and_stock_returns_in_small_numbers():
    changes = [line for line in Day(DAWN).catalog() if line["type"] == "product" and "name" not in line]
    first = {line["productId"]: line for line in Day(DAWN).catalog() if line["type"] == "product" and "name" in line}
    night = [line for line in changes if line["productId"] == "b-107"]
    assert [line["price"] < first["b-107"]["price"] for line in night] == [True, False]
    evening, dawn = (to_datetime(parse_instant(line["timestamp"])).astimezone(ZoneInfo("Europe/Sofia")) for line in night)
    assert evening.hour >= 22 and dawn.hour < 8, "letters wait from 22:00 to 8:00"
    back = [line for line in changes if "stock" in line and first[line["productId"]]["stock"] == 0]
    assert {line["stock"] for line in back} == {3, 1, 2, 0}


def test_who_walks_by_passes_within_the_fence_of_a_store():
    stores = [line for line in Day(DAWN).catalog() if line["type"] == "store"]
    assert len(stores) == 3
    near = [min(distance(call["properties"]["lat"], call["properties"]["lon"], store["lat"], store["lon"]) for store in stores)
            for call in Day(DAWN).calls() if call.get("event") == "Location Updated"]
    assert sum(metres < 150 for metres in near) >= 20 and sum(metres > 200 for metres in near) >= 20, "they come, and they go on"


def test_it_ends_within_its_length():
    last = Day(DAWN).calls()[-1]["timestamp"]
    assert last < "2026-03-03T09:00:00.000Z"
    assert LENGTH == 28 * 3_600_000


def test_the_backtest_reads_its_lines(tmp_path):
    save_events(Day(DAWN).lines(), tmp_path / "day.ndjson")
    calls = read_recording([tmp_path / "day.ndjson"]).calls
    assert [call["messageId"] for _, call in calls] == [call["messageId"] for call in Day(DAWN).calls()]


def test_the_events_file_is_one_call_a_line_plain_or_gzipped(tmp_path):
    calls = Day(DAWN).lines()
    save_events(calls, tmp_path / "day.ndjson")
    save_events(calls, tmp_path / "day.ndjson.gz")
    plain = (tmp_path / "day.ndjson").read_text("utf-8")
    assert [json.loads(line) for line in plain.splitlines()] == calls
    assert gzip.decompress((tmp_path / "day.ndjson.gz").read_bytes()).decode() == plain
