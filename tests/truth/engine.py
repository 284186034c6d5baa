"""engine: recorded events through the running engine on moto: posted in batches, the clock moved along, decisions read back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib.backtest.recording import Recording
from chalicelib.model.instant import MINUTE, format_instant
from local.world import World
from simulators.shop_client import ShopClient

Calls = list[tuple[int, dict[str, Any]]]
MOST_IN_A_BATCH = 100
OLDEST_IN_A_BATCH = MINUTE


def write_rules(folder: Path, rules: list[dict[str, Any]]) -> Path:
    """A rules folder with these rules, a plain template and a brand."""
    (folder / "templates" / "plain").mkdir(parents=True)
    for part, text in (("subject", "Still there"), ("text", "{{ unsubscribeUrl }}"), ("html", "<p>Still there</p>")):
        (folder / "templates" / "plain" / f"email.en.{part}.liquid").write_text(text)
    brand = {"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "UTC"}
    (folder / "brand.json").write_text(json.dumps(brand))
    for rule in rules:
        (folder / f"{rule['id']}.json").write_text(json.dumps(rule))
    return folder


@contextmanager
def running(rules: Path) -> Iterator[ShopClient]:
    """The whole engine with these rules."""
    world = World(rules, "http://localhost:8080").start()
    try:
        yield ShopClient(world)
    finally:
        world.stop()


def batches(calls: Calls) -> Iterator[Calls]:
    """As SDKs flush: at most 100 events, none of them older than a minute."""
    batch: Calls = []
    for entry in calls:
        if batch and (len(batch) == MOST_IN_A_BATCH or entry[0] - batch[0][0] > OLDEST_IN_A_BATCH):
            yield batch
            batch = []
        batch.append(entry)
    yield batch


def replay_over_http(shop: ShopClient, calls: Calls) -> list[dict[str, Any]]:
    """Post the calls in batches at the moment of each batch's last event, then let the clock run out. All decisions, as told.

    The first event of a batch is up to a minute late by then: the rules must allow for it.
    """
    shop.begin(format_instant(calls[0][0]))
    return go_on_over_http(shop, calls)


def go_on_over_http(shop: ShopClient, calls: Calls) -> list[dict[str, Any]]:
    """The same in a shop that has begun already."""
    for part in batches(calls):
        shop.do("clock", {"to": format_instant(part[-1][0])})
        answer = shop.post(*(call for _, call in part))
        assert answer["quarantined"] == 0
    shop.do("clock", {"advance": "2d"})
    return shop.get("decisions.json")


def occurrences(decisions: list[dict[str, Any]], keyed: set[str]) -> list[dict[str, Any]]:
    """The occurrences behind decisions as told over HTTP: the key of keyed rules is the product."""
    first = [decision for decision in decisions if decision["step"] == 1]
    return [{**decision, "key": decision["data"]["product"]["productId"] if decision["rule"] in keyed else None} for decision in first]


def sample(recording: Recording, wanted: set[str], size: int) -> tuple[Calls, set[str]]:
    """All events of the wanted customers and of as many others as fit into `size` events; the calls and whose they are."""
    by_customer: dict[str, Calls] = {}
    for at, call in recording.calls:
        by_customer.setdefault(call["userId"], []).append((at, call))
    chosen: set[str] = set()
    total = 0
    for customer in sorted(by_customer, key=lambda customer: (customer not in wanted, customer[::-1])):
        if total + len(by_customer[customer]) <= size:
            chosen.add(customer)
            total += len(by_customer[customer])
    return [entry for entry in recording.calls if entry[1]["userId"] in chosen], chosen
