"""One evaluator, two worlds: what the running engine on moto decides, the backtest decides too, in every field."""

import json
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from chalicelib.backtest.recording import Recording, read_recording
from chalicelib.backtest.run import run
from chalicelib.channels.registry import CHANNELS
from chalicelib.model.decision import Decision
from chalicelib.model.instant import DAY, MINUTE, format_instant, parse_instant
from chalicelib.rulebook.loading import load_rulebook
from local.demo import save_events
from local.dice import Dice
from local.shop import LENGTH, Day
from local.shop.people import PLANS, people
from local.world import ROOT
from simulators import shop_day
from simulators.shop_client import ShopClient
from tests.truth.answers import rule_document
from tests.truth.engine import Calls, running, sample, write_rules

CATALOG = {"product": "products", "store": "stores"}


def story_rules(folder: Path) -> Path:
    """The rules of the shop's day as a folder, with codes for all who are to get one."""
    (folder / "coupons").mkdir()
    (folder / "coupons" / f"{shop_day.POOL}.txt").write_text("\n".join(f"SPRING-{number}" for number in range(10)), "utf-8")
    rules = [json.loads(rule.model_dump_json(exclude_unset=True)) for rule in shop_day.rulebook().rules.values()]
    for rule in rules:
        for step in rule["steps"]:
            step["send"]["template"] = "plain"
    write_rules(folder, rules)
    for part, text in (("telegram.en.text", "Still there?"), ("webhook.en.text", "Still there")):
        (folder / "templates" / "plain" / f"{part}.liquid").write_text(text)
    brand = json.loads((folder / "brand.json").read_text())
    (folder / "brand.json").write_text(json.dumps({**brand, "channels": shop_day.CHANNELS}))
    return folder


def over_http(shop: ShopClient, calls: Calls, end: int) -> list[dict[str, Any]]:
    """Every event posted at its own moment, and the clock moved on to the end."""
    shop.begin(format_instant(calls[0][0]))
    for at, call in calls:
        shop.do("clock", {"to": format_instant(at)})
        shop.post(call)
        shop.do("idle", {})
    shop.do("clock", {"to": format_instant(end)})
    return [{name: value for name, value in decision.items() if name != "trace"} for decision in shop.get("decisions.json")]


def in_backtest(rules: Path, calls: Calls, end: int) -> list[dict[str, Any]]:
    """The same through the backtest."""
    return [decision.line() for decision in run(load_rulebook(rules), Recording(list(calls)), until=end).decisions]


def in_order(decisions: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(decision, sort_keys=True) for decision in decisions)


def test_the_shop_day(tmp_path):
    rules = story_rules(tmp_path)
    calls = [(at, call) for at, posted in shop_day.story() for call in posted]
    with running(rules) as shop:
        live = over_http(shop, calls, shop_day.ENDS)
    assert in_order(live) == in_order(in_backtest(rules, calls, shop_day.ENDS))
    assert {decision["verdict"] for decision in live} == {"send", "hold", "deny"}
    assert {decision["channel"] for decision in live if decision["verdict"] == "send"} == set(CHANNELS)


def some_of(day: Day, everyone_of: int) -> list[dict[str, Any]]:
    """The day's lines, of its people every so many-th of each plan with all they do, and the whole catalog."""
    chosen: set[str] = set()
    for plan, _ in PLANS:
        same = sorted(person.user_id for person in people(Dice("shop", str(day.seed))) if person.plan == plan)
        chosen |= set(same[::everyone_of])
    ways = chosen | {f"{device}-{user}" for user in chosen for device in ("web", "phone")}
    return [line for line in day.lines() if line["type"] in CATALOG or ways & {line.get("userId"), line.get("anonymousId")}]


def test_the_demo_shop_with_the_shops_own_rules(tmp_path):
    """Every kind of trigger and every channel: what the running engine decides is what the backtest says."""
    begins = parse_instant("2026-03-02T05:00:00Z") or 0
    lines = some_of(Day(begins), 5)
    save_events(lines, tmp_path / "day.ndjson")
    with running(ROOT / "rules") as shop:
        shop.begin(format_instant(begins))
        for moment, group in groupby(lines, key=lambda line: line["timestamp"]):
            together = list(group)
            shop.do("clock", {"to": moment})
            for kind, name in CATALOG.items():
                told = [{field: value for field, value in line.items() if field != "type"} for line in together if line["type"] == kind]
                assert not told or not shop.post_to(f"/v1/catalog/{name}", {name: told})["refused"]
            calls = [line for line in together if line["type"] not in CATALOG]
            if calls:
                shop.post(*calls)
            shop.do("idle", {})
        shop.do("clock", {"to": format_instant(begins + LENGTH)})
        live = [{name: value for name, value in decision.items() if name != "trace"} for decision in shop.get("decisions.json")]
    rules = load_rulebook(ROOT / "rules")
    played = run(rules, read_recording([tmp_path / "day.ndjson"]), until=begins + LENGTH)
    assert in_order(live) == in_order([decision.line() for decision in played.decisions])
    assert {decision["rule"] for decision in live} == set(rules.rules) - {"confirm-subscription"}
    assert {decision["channel"] for decision in live} == set(CHANNELS)
    assert {"not_consented", "quiet_hours", "price_restored", "cascade_stopped", "location_not_consented"} <= {
        decision["reason"] for decision in live}


def with_addresses(calls: Calls) -> Calls:
    """Before the first event everybody says who they are and agrees to e-mail, so that there is something to decide."""
    begins = calls[0][0] - MINUTE
    people = sorted({call["userId"] for _, call in calls})
    known = [(begins, {"type": "identify", "messageId": f"known-{user}", "userId": user, "timestamp": format_instant(begins),
                       "traits": {"email": f"{user}@readers.example", "consents": {"email": True}}}) for user in people]
    return known + calls


@pytest.mark.parametrize("twin", ["", ".shuffled_dup"], ids=["in order", "late and twice"])
def test_real_shop_events(shared_data, tmp_path, twin):
    names = ("abandoned_cart_15m", "browse_abandonment_15m")
    rules = write_rules(tmp_path, [rule_document(name, "2m") for name in names])
    recording = read_recording([shared_data / f"rees46{twin}.segment.ndjson.gz"], as_delivered=bool(twin))
    carts = {call["userId"] for _, call in recording.calls if call["event"] == "Product Added"}
    calls, _ = sample(recording, set(sorted(carts)[:8]), 120)
    calls = with_addresses(calls)
    end = calls[-1][0] + DAY
    with running(rules) as shop:
        live = over_http(shop, calls, end + 2 * MINUTE)  # what is about a moment up to the end is decided up to the lateness after it
    live = [decision for decision in live if decision["at"] <= format_instant(end)]
    assert len(live) > 20
    assert in_order(live) == in_order(in_backtest(rules, calls, end))


def by_the_deadline(decisions: list[Decision]) -> list[dict[str, Any]]:
    """Decisions in every field. What an arriving event ended was decided when it arrived, and late events arrive later."""
    lines = [decision.line() for decision in decisions]
    return [{**line, "decidedAt": None} if line["reason"] == "exited" else line for line in lines]


def test_late_and_twice_changes_no_decision_when_lateness_covers_it(shared_data, tmp_path):
    rules = write_rules(tmp_path, [rule_document(name) for name in ("abandoned_cart_15m", "browse_abandonment_15m")])
    recording = read_recording([shared_data / "rees46.segment.ndjson.gz"])
    carts = {call["userId"] for _, call in recording.calls if call["event"] != "Product Viewed"}
    told = []
    for twin in ("", ".shuffled_dup"):
        recording = read_recording([shared_data / f"rees46{twin}.segment.ndjson.gz"], as_delivered=bool(twin))
        calls = with_addresses([entry for entry in recording.calls if entry[1]["userId"] in carts])
        told.append(in_order(by_the_deadline(run(load_rulebook(rules), Recording(calls), lateness=2 * MINUTE).decisions)))
    assert len(told[0]) > 300
    assert told[0] == told[1]
