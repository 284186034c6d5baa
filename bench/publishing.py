"""publishing: what publishing many rules costs the API: a whole rulebook, then one changed rule in it.

    python -m bench.publishing [SIZE...]

The flow and the judge are the API's own, stores are memory. Rules have two or three tests each and no examples: these cost what they play,
15 seconds of them a call. CPU time, because the API's function has half a minute for a call, whoever else is at work here.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.peers.matching import jmespath_of, rules_of
from chalicelib.backtest.world import World
from chalicelib.entrypoints.judge import FolderJudge
from chalicelib.flows.publishing import Published, Said, publish, publish_rule
from chalicelib.rulebook.bundle import Bundle
from simulators.shop_day import BEGINS, rulebook

SIZES = [500, 2_000, 10_000]
SAID = Said("bench")
REST = {"brand.json": json.dumps({"name": "Shop", "sender": {"email": "hello@shop.example", "name": "Shop"}}),
        "templates/note/email.en.subject.liquid": "Hello", "templates/note/email.en.text.liquid": "{{ unsubscribeUrl }}",
        "templates/note/email.en.html.liquid": "<p>Hello</p>"}


def main(sizes: list[int]) -> None:
    """Print the table."""
    table = Table("rules", "a whole rulebook", "one changed rule", title="CPU seconds of a publication")
    for size in sizes:
        rules = {f"{rule['id']}.json": json.dumps(document(rule)) for rule in rules_of(size)}
        ports = replace(World(rulebook(), BEGINS).ports, deployed=lambda: Bundle(REST))
        changed = {**json.loads(rules["rule-0.json"]), "description": "another"}
        whole = seconds(lambda rules=rules, ports=ports: publish(ports, FolderJudge(), {**REST, **rules}, None, SAID))  # type: ignore[misc]
        one = seconds(lambda ports=ports, changed=changed: publish_rule(  # type: ignore[misc]
            ports, FolderJudge(), "rule-0", changed, 1, SAID))
        table.add_row(f"{size:,}", f"{whole:.1f}", f"{one:.1f}")
    Console(width=130).print(table)


def document(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule as a marketer writes it."""
    trigger = {"kind": "event", "event": rule["event"], "where": jmespath_of(rule)}
    return {"id": rule["id"], "priority": rule["priority"], "trigger": trigger,
            "steps": [{"send": {"channel": "email", "template": "note"}}]}


def seconds(work: Callable[[], Published]) -> float:
    """CPU time of a publication."""
    began = time.process_time()
    assert work().fresh
    return time.process_time() - began


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
