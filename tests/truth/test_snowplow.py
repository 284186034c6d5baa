"""Snowplow's recorded shop events through the backtest: the interactions with carts, checkouts and transactions that its own model expects.

One application of the recording is not the shop's (`skip-me`), and one transaction was reported twice.
"""

import csv
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from chalicelib.backtest.recording import Recording
from chalicelib.backtest.run import run
from chalicelib.model.instant import parse_instant
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook

from .answers import BRAND, TEMPLATES
from .engine import Calls, replay_over_http, running, write_rules

ARCHIVE = "snowplow_ecommerce_apache2.tgz"
NAMES = {"add_to_cart": "Product Added", "remove_from_cart": "Product Removed", "transaction": "Order Completed",
         "checkout_step": "Checkout Step Viewed", "product_view": "Product Viewed"}
OURS = "event.context.app.name != 'skip-me'"
RULES = {
    "added": {"kind": "event", "event": "Product Added", "where": OURS},
    "removed": {"kind": "event", "event": "Product Removed", "where": OURS},
    "step": {"kind": "event", "event": "Checkout Step Viewed", "where": OURS},
    "ordered": {"kind": "order_life", "on": "confirmed"},
}

DOCUMENTS: list[dict[str, Any]] = [{"id": name, "trigger": trigger, "reentry": "0s", "steps": [
    {"send": {"channel": "email", "template": "plain"}}]} for name, trigger in RULES.items()]

Row = dict[str, str]


@pytest.fixture(scope="module")
def tables(shared_data: Path) -> dict[str, list[Row]]:
    """The recording's tables and the expected ones, by file name."""
    with tarfile.open(shared_data / ARCHIVE) as archive:
        return {Path(member.name).stem: list(csv.DictReader(io.TextIOWrapper(archive.extractfile(member), "utf-8")))  # type: ignore[arg-type]
                for member in archive if member.name.endswith(".csv")}


@pytest.fixture(scope="module")
def calls(tables: dict[str, list[Row]]) -> Calls:
    """The shop's actions, in order."""
    return sorted(filter(None, map(_call, tables["snowplow_ecommerce_events"])), key=lambda entry: entry[0])


@pytest.fixture(scope="module")
def found(calls: Calls) -> dict[str, dict[str, dict[str, Any]]]:
    """By rule and event what fired, with what the trigger knew."""
    rules = [Rule.model_validate(document) for document in DOCUMENTS]
    told = run(Rulebook(brand=BRAND, rules={rule.id: rule for rule in rules}, templates=TEMPLATES, digest="truth"), Recording(calls))
    assert told.quarantined == 0
    fired: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in RULES}
    for occurrence in told.occurrences():
        fired[occurrence["rule"]][occurrence["cause"]] = occurrence["data"]
    return fired


def _call(row: Row) -> tuple[int, dict[str, Any]] | None:
    """(moment, call) of a recorded event under Segment's names; None for what is no action of the shop."""
    action = json.loads(row[_column(row, "action")] or "null") or {}
    name, at = NAMES.get(action.get("type") or ""), parse_instant(row["derived_tstamp"].replace(" ", "T").removesuffix("+00:00") + "Z")
    if name is None or at is None:
        return None
    products = [{"product_id": product["id"], "price": float(product["price"]), "currency": product["currency"]}
                for product in _list(row, "product")]
    transaction = next(iter(_list(row, "transaction")), {})
    said: dict[str, Any] = {"products": products}
    if transaction:
        said |= {"order_id": transaction["transaction_id"], "total": float(transaction["revenue"]), "currency": transaction["currency"]}
    elif products:
        said = products[0]
    who = {"userId": row["user_id"]} if row["user_id"] else {"anonymousId": row["domain_userid"] or row["network_userid"]}
    return at, {"type": "track", "messageId": row["event_id"], "event": name, **who, "timestamp": row["derived_tstamp"].replace(" ", "T"),
                "context": {"app": {"name": row["app_id"]}}, "properties": said}


def _list(row: Row, part: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(row[_column(row, part)] or "[]")
    return found


def _column(row: Row, part: str) -> str:
    """The column of a part of the event: `contexts_…_ecommerce_PART_1_0_0`, or the action itself."""
    return next(name for name in row if name.endswith(f"_ecommerce_{part}_1_0_0"))


def expected(tables: dict[str, list[Row]], table: str, **only: str) -> dict[str, Row]:
    """The rows of an expected table by event."""
    rows = tables[f"snowplow_ecommerce_{table}_interactions_expected"]
    return {row["event_id"]: row for row in rows if all(row[name] == value for name, value in only.items())}


def test_carts(tables: dict[str, list[Row]], found: dict[str, dict[str, dict[str, Any]]]) -> None:
    assert set(found["added"]) == set(expected(tables, "cart", ecommerce_action_type="add_to_cart"))
    assert set(found["removed"]) == set(expected(tables, "cart", ecommerce_action_type="remove_from_cart"))
    assert (len(found["added"]), len(found["removed"])) == (38, 15)
    assert set(found["ordered"]) == set(expected(tables, "cart", ecommerce_action_type="transaction"))


def test_checkouts(tables: dict[str, list[Row]], found: dict[str, dict[str, dict[str, Any]]]) -> None:
    assert set(found["step"]) == set(expected(tables, "checkout", ecommerce_action_type="checkout_step"))
    assert len(found["step"]) == 38


def test_transactions(tables: dict[str, list[Row]], found: dict[str, dict[str, dict[str, Any]]]) -> None:
    wanted = {(row["event_id"], row["transaction_id"], float(row["transaction_revenue"]), row["transaction_currency"],
               int(row["number_products"] or 0)) for row in expected(tables, "transaction").values()}
    told = {(event, data["orderId"], data["total"], data["currency"], len(data.get("products", [])))
            for event, data in found["ordered"].items()}
    assert told == wanted
    assert len(told) == 14


def test_the_running_engine_says_the_same(calls: Calls, found: dict[str, dict[str, dict[str, Any]]], tmp_path: Path) -> None:
    """But for what was only looked at, in full."""
    acted = [entry for entry in calls if entry[1]["event"] != "Product Viewed"]
    with running(write_rules(tmp_path, DOCUMENTS)) as shop:
        decisions = replay_over_http(shop, acted)
    told: dict[str, set[str]] = {name: set() for name in RULES}
    for decision in decisions:
        told[decision["rule"]].add(decision["cause"])
    assert told == {name: set(fired) for name, fired in found.items()}
