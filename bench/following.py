"""following: a function's whole way at 10,000 rules: to the rulebook, to its first event, to more of them, and after one rule has changed.

    python -m bench.following

CPU time, medians of new processes, the garbage collector tended as in functions. Importing and fetching bytes come before and are not
counted.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.match import ASKED, median
from bench.peers.matching import documents_of, jmespath_of, rules_of
from chalicelib.bootstrap import tend_less
from chalicelib.conditions.condition import Scope
from chalicelib.engine.advance import advance
from chalicelib.model.canonical import plain_json
from chalicelib.model.customer import Customer
from chalicelib.model.event import Event
from chalicelib.model.facts import Facts
from chalicelib.rulebook.rulebook import Rulebook
from chalicelib.rulebook.running import index_content, rulebook_from

ROOT, PROCESSES = Path(__file__).parents[1], 3
CHANGED = "rule-5000"  # between one publication and the next


def keep(folder: Path) -> None:
    """What publishing keeps of these rules, and of the same with one of another priority."""
    brand = {"name": "Nutshell", "sender": {"email": "hello@nutshell.example", "name": "Nutshell"}, "timezone": "UTC"}
    rules = {rule["id"]: {
        "id": rule["id"], "version": 1, "priority": rule["priority"], "steps": [{"send": {"channel": "email", "template": "note"}}],
        "trigger": {"kind": "event", "event": rule["event"], "where": jmespath_of(rule)}, "goal": {"event": "Order Completed"}}
        for rule in json.loads((folder / "rules").read_text())}
    for name, changed in (("first", {}), ("second", {CHANGED: {**rules[CHANGED], "version": 2, "priority": 100}})):
        parts = {"brand": {"brand": brand}, "identifiers": {}, "rule": {**rules, **changed}, "audience": {}, "template": {}}
        content = plain_json({"name": name, "parts": parts})
        (folder / name).write_bytes(content)
        (folder / f"{name} index").write_bytes(index_content(content) or b"")


def measure(folder: Path) -> dict[str, float]:
    """A function's way: the rulebook with its kept index, a first event, many; one rule changes, a first event, many. Files are read
    before, and all is imported."""
    kept = {name: (folder / name).read_bytes() for name in ("first", "second", "first index", "second index")}
    said = [(document["customer"], document["event"]) for document in json.loads((folder / "documents").read_text())]
    events = [(customer, Event(id=event["messageId"], type="track", name=event["event"], at=0, received_at=0,
                               properties=event["properties"])) for customer, event in said]
    tend_less()

    def evaluate(book: Rulebook, number: int) -> float:
        """Milliseconds an event, for somebody new each time."""
        start = time.process_time()
        for said, event in events[:number]:
            customer = Customer("a" * 26)
            customer.said.update({name: [value, 0] for name, value in said.items()})
            advance(customer, event, Facts(), book, 0)
        return (time.process_time() - start) / number * 1e3

    def match(book: Rulebook) -> float:
        """Milliseconds an event."""
        start = time.process_time()
        for said, event in events:
            book.matcher.match(event.name or "", Scope({"event": {"properties": event.properties}, "customer": said}))
        return (time.process_time() - start) / len(events) * 1e3

    def follow(name: str, number: int, before: Rulebook | None) -> tuple[Rulebook, dict[str, float]]:
        start = time.process_time()
        book = rulebook_from(kept[name], number, kept=lambda: kept[f"{name} index"], known=before)
        loaded = (time.process_time() - start) * 1e3
        return book, {f"{name} load": loaded, f"{name} begin": evaluate(book, 1), f"{name} event": evaluate(book, len(events)),
                      f"{name} match": min(match(book) for _ in range(5))}

    first, told = follow("first", 1, None)
    return {**told, **follow("second", 2, first)[1]}


def main() -> None:
    """What a function does with 10,000 rules, medians of processes."""
    with tempfile.TemporaryDirectory() as at:
        (Path(at) / "rules").write_text(json.dumps(rules_of(10_000)))
        (Path(at) / "documents").write_text(json.dumps(documents_of(ASKED)))
        keep(Path(at))
        child = [sys.executable, "-m", "bench.following", at]
        told = [json.loads(subprocess.run(child, cwd=ROOT, stdout=subprocess.PIPE, check=True).stdout) for _ in range(PROCESSES)]
    middle = {what: median([one[what] for one in told]) for what in told[0]}
    print("| a function, 10,000 rules | in a new process | once one rule of them has changed |\n|---|---|---|")
    for what, title, times in (("load", "from the kept bytes to the rulebook, ms", 1), ("begin", "the first event evaluated on it, ms", 1),
                               ("event", "an event evaluated for somebody new, journeys of all rules it is for begun, µs", 1e3),
                               ("match", "of that, which rules it is for, µs", 1e3)):
        print(f"| {title} | " + " | ".join(f"{middle[f'{name} {what}'] * times:,.1f}" for name in ("first", "second")) + " |")


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps(measure(Path(sys.argv[1]))))
    else:
        main()
