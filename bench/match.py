"""match: what it costs to tell which of many rules an event is for, beside what others do with the same rules.

    python -m bench.match [SIZE...]

Every engine runs in a process of its own, all on one core, and must name the same rules for 500 events first (as many of them as it gets
through with patience). CPU time, medians of rounds; machines are noisy, so believe the ratios. Beckon is asked as the engine asks it: the
index over rules as they are read, a `Scope` made for each event; once more with all that the engine makes of a customer's state for it.

What a function does before its first event, and after a publication, is measured by `bench.following`.
"""

import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.peers.matching import NODE_PEERS, PYTHON_PEERS, Ask, Written, documents_of, jmespath_of, ranges_of, rules_of

SIZES, ASKED = (1, 10, 100, 1_000, 10_000), 500
PATIENCE = 8.0  # seconds that an engine may take for its first answers; measuring them then takes less
NOT_ALONE = 2  # answers that an engine gives at least
ROOT, PEERS = Path(__file__).parents[1], Path(__file__).parent / "peers"
PYTHON = ROOT / ".venv-peers" / "bin" / "python"
BEST = "Beckon"
LIMITS = {"DurableRules": 1_000}  # beyond, it fails


def read(rules: list[Written]) -> list[Any]:
    """Rules as Beckon reads them."""
    from chalicelib.rulebook.rule import Rule

    return [Rule.model_validate({
        "id": rule["id"], "priority": rule["priority"], "steps": [{"send": {"channel": "email", "template": "note"}}],
        "trigger": {"kind": "event", "event": rule["event"], "where": jmespath_of(rule)}}) for rule in rules]


class Beckon:
    """Beckon's index, given what the others are given."""

    title = "**Beckon**"

    def build(self, rules: list[Written]) -> Ask:
        from chalicelib.conditions.condition import Scope
        from chalicelib.rulebook.index import Index

        match = Index.of(read(rules)).match

        def ask(document: dict[str, Any]) -> list[str]:
            event, customer = document["event"], document["customer"]
            return match(event["event"], Scope({"event": event}, None, {"customer": lambda: customer}))

        return ask


class BeckonInTheEngine:
    """The same with what the engine makes for it: the event's document, the customer's view, the rules themselves."""

    title = "Beckon, with documents and views made of the state"

    def build(self, rules: list[Written]) -> Ask:
        from chalicelib.engine.scope import scope_of
        from chalicelib.model.customer import Customer
        from chalicelib.model.event import Event
        from chalicelib.rulebook.brand import Brand
        from chalicelib.rulebook.rulebook import Rulebook

        sender = {"email": "hello@nutshell.example", "name": "Nutshell"}
        brand = Brand.model_validate({"name": "Nutshell", "sender": sender, "timezone": "UTC"})
        book = Rulebook(brand=brand, rules={rule.id: rule for rule in read(rules)}, templates={}, digest="bench")
        made: dict[str, tuple[Event, Customer]] = {}

        def ask(document: dict[str, Any]) -> list[str]:
            said = document["event"]
            if said["messageId"] not in made:
                customer = Customer("a" * 26)
                customer.said.update({name: [value, 0] for name, value in document["customer"].items()})
                made[said["messageId"]] = Event(id=said["messageId"], type="track", name=said["event"], at=0, received_at=0,
                                                properties=said["properties"]), customer
            event, customer = made[said["messageId"]]
            scope = scope_of(customer, event.at, event=event.document())
            return [rule.id for rule in book.hearing(event.name or "", scope, customer.memory)]

        return ask


class BeckonPlain:
    """Beckon's reference: every rule asked, with compiled conditions."""

    title = "Beckon, every rule asked"

    def build(self, rules: list[Written]) -> Ask:
        from chalicelib.conditions.condition import Scope
        from chalicelib.rulebook.plain_matcher import PlainMatcher

        match = PlainMatcher(read(rules)).match
        return lambda document: match(document["event"]["event"], Scope(document))


OURS: dict[str, Any] = {engine.__name__: engine for engine in (Beckon, BeckonInTheEngine, BeckonPlain)}
ENGINES: dict[str, str] = {**{name: engine.title for name, engine in {**OURS, **PYTHON_PEERS}.items()}, **NODE_PEERS}


def ask_all(name: str, folder: Path) -> dict[str, Any]:
    """Build, answer, and measure: µs an event, ms to build, the answers."""
    rules, documents = (json.loads((folder / file).read_text()) for file in ("rules", "documents"))
    start = time.process_time()
    engine = {**OURS, **PYTHON_PEERS}[name]
    ask: Ask = engine().build(rules)
    built, answers, begun = time.process_time() - start, [], time.process_time()
    for document in documents:
        answers.append(ask(document))
        if time.process_time() - begun > PATIENCE and len(answers) >= NOT_ALONE:
            break
    rounds = [(time.process_time() - begun) / len(answers)]
    if rounds[0] * len(answers) < PATIENCE / 3:
        rounds, begun = [], time.process_time()
        gc.disable()
        while len(rounds) < 3 or (len(rounds) < getattr(engine, "most_rounds", 41) and time.process_time() - begun < PATIENCE / 5):
            start = time.process_time()
            for document in documents:
                ask(document)
            rounds.append((time.process_time() - start) / len(documents))
    return {"us": median(rounds) * 1e6, "ms": built * 1e3, "answers": answers}


def build_cold(folder: Path) -> dict[str, Any]:
    """From conditions nobody has read yet to an index; then one more rule, many times; then keep it."""
    from chalicelib.rulebook.index import Index
    from chalicelib.rulebook.kept_index import index_bytes
    from chalicelib.rulebook.listener import Listener
    from chalicelib.rulebook.listeners import Listeners

    by_event: dict[str, list[Listener]] = {}
    for rule in json.loads((folder / "rules").read_text()):
        by_event.setdefault(rule["event"], []).append(Listener(rule["id"], rule["priority"], rule["event"], jmespath_of(rule)))
    start = time.process_time()
    index = Index({event: Listeners.of(listeners) for event, listeners in by_event.items()})
    built, taken = time.process_time() - start, []
    for rule in read([{**rule, "id": f"new-{rule['id']}"} for rule in rules_of(60)]):
        start = time.process_time()
        index.with_rule(rule)
        taken.append(time.process_time() - start)
    (folder / "kept").write_bytes(index_bytes(index))
    return {"build": built * 1e3, "add": median(taken) * 1e3}


def load_cold(folder: Path) -> dict[str, Any]:
    """What a new process does with a kept index."""
    kept = (folder / "kept").read_bytes()
    start = time.process_time()
    from chalicelib.rulebook.kept_index import index_from
    imported = time.process_time() - start
    start = time.process_time()
    index = index_from(kept)
    loaded = time.process_time() - start
    assert index is not None, "it was kept by another Beckon"
    assert sum(len(found.rules) for found in index.by_event.values()) == len(json.loads((folder / "rules").read_text()))
    return {"load": loaded * 1e3, "imported": imported * 1e3, "mb": len(kept) / 1e6}


def median(values: list[float]) -> float:
    """The one in the middle."""
    return sorted(values)[len(values) // 2]


def run(name: str, folder: Path) -> dict[str, Any]:
    """One engine in a process of its own; what it tells."""
    if name in NODE_PEERS:
        command = ["node", str(PEERS / "matching.mjs"), name, str(folder), str(PATIENCE)]
    else:
        command = [str(PYTHON) if name in PYTHON_PEERS else sys.executable, "-m", "bench.match", "child", name, str(folder)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=PATIENCE * 30)
    except FileNotFoundError:
        return {"missing": f"no {Path(command[0]).name} here"}
    except subprocess.TimeoutExpired:
        return {"missing": "took too long"}
    if done.returncode:
        return {"missing": (done.stderr.decode().strip().splitlines() or [f"ended by {done.returncode}"])[-1][:80]}
    return json.loads(done.stdout.splitlines()[-1])


def measure(rules: list[Written], documents: list[Any], names: Callable[[str], bool]) -> dict[str, dict[str, Any]]:
    """What each engine told about the same rules. All must have given the same answers, as far as they got."""
    told: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as at:
        (Path(at) / "rules").write_text(json.dumps(rules))
        (Path(at) / "documents").write_text(json.dumps(documents))
        for name in filter(names, ENGINES):
            told[name] = run(name, Path(at)) if len(rules) <= LIMITS.get(name, 10**9) else {"missing": "–"}
    answers = [sorted(one) for one in told[BEST]["answers"]]
    for name, result in told.items():
        if "missing" not in result and [sorted(one) for one in result["answers"]] != answers[:len(result["answers"])]:
            raise SystemExit(f"{name} and {BEST} disagree at {len(rules):,} rules")
    return told


def once() -> dict[str, float]:
    """Building, loading and adding at 10,000 rules, each in a process of its own."""
    with tempfile.TemporaryDirectory() as at:
        (Path(at) / "rules").write_text(json.dumps(rules_of(10_000)))
        return {**run("build", Path(at)), **run("load", Path(at))}


def install() -> None:
    """Peers where they can be had; those that cannot are told in their rows."""
    for command in (["make", "--no-print-directory", ".venv-peers/.ready"],
                    [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "durable_rules"],
                    ["npm", "install", "--silent", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", str(PEERS)]):
        try:
            subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            print(f"{command[0]}: {error}", file=sys.stderr)


def cell(result: dict[str, Any]) -> str:
    """A figure, with the number of events it is of, where it is not all."""
    if "missing" in result:
        return result["missing"]
    few = len(result["answers"])
    return f"{result['us']:,.1f}" + (f" ({few} events)" if few < ASKED else "")


def main(sizes: list[int]) -> None:
    """Print the table, and the goals beside what was measured."""
    install()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    results = {size: measure(rules_of(size), documents_of(ASKED), lambda name: True) for size in sizes}
    print(f"µs an event; all agree on {ASKED} events, or on those they got through within {PATIENCE:g} s of CPU\n")
    print("| rules | " + " | ".join(f"{size:,}" for size in sizes) + f" | building {sizes[-1]:,}, ms |")
    print("|---" * (len(sizes) + 2) + "|")
    matches = [sum(map(len, told[BEST]["answers"])) / ASKED for told in results.values()]
    print("| rules an event is for | " + " | ".join(f"{found:.2f}" for found in matches) + " | |")
    for name, title in ENGINES.items():
        built = results[sizes[-1]][name]
        print(f"| {title} | " + " | ".join(cell(told[name]) for told in results.values()) + f" | {built.get('ms', 0):,.0f} |")
    others = [size for size in sizes if size >= 100]
    for title, kind, rules, engines in (("for nothing", "nothing", rules_of, ("Beckon", "ZenTable")),
                                        ("one event, ranges only", "ranges", ranges_of, ("Beckon", "BeckonPlain", "ZenTable"))):
        special = {size: measure(rules(size), documents_of(ASKED, kind), lambda name, engines=engines: name in engines) for size in others}
        for name in engines:
            found = sum(map(len, special[others[-1]][name].get("answers", []))) / ASKED if others else 0
            row = [cell(special[size][name]) if size in special else "" for size in sizes]
            print(f"| {title}: {ENGINES[name]} | " + " | ".join(row) + f" | {found:.1f} rules an event |")
    if 10_000 in sizes:
        goals(results)


def goals(results: dict[int, dict[str, dict[str, Any]]]) -> None:
    """Each goal, and whether it is met."""
    best = min((told["us"], name) for name, told in results[10_000].items() if name not in OURS and "us" in told)
    ours, at_once = {size: told[BEST]["us"] for size, told in results.items()}, once()
    told = [("µs an event at 10,000 rules", 15.0, ours[10_000])]
    told += [("µs an event at 1,000 rules", 5.0, ours[1_000])] if 1_000 in ours else []
    told += [("times from 100 to 10,000 rules", 6.0, ours[10_000] / ours[100])] if 100 in ours else []
    told += [("ms to build 10,000 rules from their texts", 2_000.0, at_once["build"]),
             ("ms to load their index in a new process, the rules not", 300.0, at_once["load"]),
             ("ms to add one to their index", 10.0, at_once["add"])]
    print(f"\nkept: {at_once['mb']:.1f} MB; a new process imports for {at_once['imported']:,.0f} ms before it loads them")
    for what, most, here in told:
        print(f"goal: at most {most:g} {what}; here {here:,.1f} ({'met' if here <= most else f'missed by {here / most:.1f} times'})")
    times = best[0] / ours[10_000]
    print(f"goal: at least 20 times the best of the others at 10,000 rules ({ENGINES[best[1]]}); here {times:,.1f} "
          f"({'met' if times >= 20 else f'missed by {20 / times:.1f} times'})")


if __name__ == "__main__":
    if sys.argv[1:2] == ["child"]:
        tasks: dict[str, Callable[[Path], dict[str, Any]]] = {"build": build_cold, "load": load_cold}
        task = tasks.get(sys.argv[2]) or (lambda folder: ask_all(sys.argv[2], folder))
        print(json.dumps(task(Path(sys.argv[3]))))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
