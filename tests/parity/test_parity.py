"""One evaluator, two worlds: what the running engine on moto decides, the backtest decides too, in every field."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.backtest.recording import Recording, read_recording
from chalicelib.backtest.run import run
from chalicelib.model.decision import Decision
from chalicelib.model.instant import DAY, MINUTE, format_instant
from chalicelib.rulebook.loading import load_rulebook
from simulators import shop_day
from simulators.shop_client import ShopClient
from tests.truth.answers import rule_document
from tests.truth.engine import Calls, running, sample, write_rules


def story_rules(folder: Path) -> Path:
    """The rules of the shop's day as a folder, with codes for all who are to get one."""
    (folder / "coupons").mkdir()
    (folder / "coupons" / f"{shop_day.POOL}.txt").write_text("\n".join(f"SPRING-{number}" for number in range(10)), "utf-8")
    rules = [json.loads(rule.model_dump_json(exclude_unset=True)) for rule in shop_day.rulebook().rules.values()]
    for rule in rules:
        for step in rule["steps"]:
            step["send"]["template"] = "plain"
    return write_rules(folder, rules)


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
    calls, _ = sample(recording, set(sorted(carts)[:15]), 200)
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
