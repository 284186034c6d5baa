"""answers: real shop events, the occurrences worked out for them independently, and the rules that must find exactly those.

The conventions are those of the recorded data: no re-entry limit, no condition, cancelled by any order.
"""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

from chalicelib.model.instant import parse_instant
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook

BRAND = Brand.model_validate({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}, "timezone": "UTC"})
TEMPLATES = {"plain": {"email.en.subject": "Still there", "email.en.text": "{{ unsubscribeUrl }}", "email.en.html": "<p>Still there</p>"}}
PRODUCT = "event.properties.product_id"
TRIGGERS: dict[str, dict[str, Any]] = {
    "abandoned_cart": {"start": [{"event": "Product Added"}], "cancel": [{"event": "Order Completed"}]},
    "abandoned_cart_item": {"start": [{"event": "Product Added"}], "key": PRODUCT,
                            "cancel": [{"event": "Order Completed", "key": "event.properties.products[].product_id"}]},
    "browse_abandonment": {"start": [{"event": "Product Viewed"}], "cancel": [{"event": "Product Added"}, {"event": "Order Completed"}]},
}
ANSWERS = {
    "rees46": {f"{kind}_{wait}" for kind in TRIGGERS for wait in ("15m", "1h", "24h")},
    "ret_ecom": {f"{kind}_{wait}" for kind in ("abandoned_cart", "browse_abandonment") for wait in ("1h", "24h")},
}

Answer = set[tuple[str, int, int]]  # (customer or customer|product, last start, moment)


def rule_document(name: str, lateness: str = "0s") -> dict[str, Any]:
    """The rule for one table of answers, as JSON."""
    kind, _, wait = name.rpartition("_")
    return {"id": name, "trigger": {"kind": "abandonment", "wait": wait, "lateness": lateness, **TRIGGERS[kind]}, "reentry": "0s",
            "steps": [{"send": {"channel": "email", "template": "plain"}}]}


def rulebook_for(names: set[str]) -> Rulebook:
    """The rules for some tables of answers."""
    rules = {name: Rule.model_validate(rule_document(name)) for name in names}
    return replace(Rulebook(brand=BRAND, rules={}, templates=TEMPLATES, digest="truth"), rules=rules)


def expected(shared_data: Path, recording: str, name: str, until: int | None = None) -> Answer:
    """The answers of one table; `until`: only moments up to then."""
    with (shared_data / "expected" / f"{recording}.{name}.csv").open() as file:
        rows = {(row["key"], int(row["last_trigger_ts_ms"]), int(row["fire_ts_ms"])) for row in csv.DictReader(file)}
    return {row for row in rows if until is None or row[2] <= until}


def found(occurrences: list[dict[str, Any]], name: str) -> Answer:
    """The same from an occurrences file; a list that names one moment twice is an error."""
    rows = [(_key(entry), _ms(entry["data"]["startedAt"]), _ms(entry["at"])) for entry in occurrences if entry["rule"] == name]
    assert len(rows) == len(set(rows))
    return set(rows)


def _key(entry: dict[str, Any]) -> str:
    return f"{entry['customer']}|{entry['key']}" if entry["key"] else entry["customer"]


def _ms(text: str) -> int:
    moment = parse_instant(text)
    assert moment is not None
    return moment
