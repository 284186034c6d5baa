"""stores: what it costs to tell which stores a position is in, beside what others do with the same stores.

    python -m bench.stores [SIZE...]

Stores of one radius in a hundred towns, people in the same towns, a third of them at a store; no store at a pole or the antimeridian,
which not all peers know. Each engine keeps what it has built in its own way, a new process loads it and is asked 500 positions, and all
must give the same stores: as numbers, Beckon as ids. CPU time in one process; machines are noisy, so believe the ratios.
"""

import gc
import json
import pickle
import random
import resource
import subprocess
import sys
import tempfile
import time
from array import array
from bisect import bisect_left, bisect_right
from pathlib import Path
from typing import Any

from bench.peers.stores import ENGINES, RADIUS, Redis
from chalicelib.model.place import distance

SIZES, ASKED, TOWNS = (100, 10_000, 100_000, 1_000_000), 500, 100
ROUNDS, PATIENCE = 41, 2.0  # so often are all positions asked, at least three times, within about so many seconds
GOALS = {100_000: {"us": 5.0, "mb": 64.0}, 1_000_000: {"us": 20.0, "ms": 50.0}}  # µs a position, MB, ms to load
UNITS = {"us": "µs a position", "mb": "MB", "ms": "ms to load"}
ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv-peers" / "bin" / "python"
INSTALL = "not installed: make .venv-peers/.ready"


def world(size: int, folder: Path) -> None:
    """Write the stores and the positions that are asked. None is within 2 m of an edge: Redis rounds places, to less than that."""
    chance = random.Random(size)
    towns = [(chance.uniform(-50, 60), chance.uniform(-170, 170)) for _ in range(TOWNS)]

    def somewhere() -> tuple[float, float]:
        lat, lon = chance.choice(towns)
        return chance.gauss(lat, 0.05), chance.gauss(lon, 0.05)

    places = sorted(somewhere() for _ in range(size))
    lats, lons = array("d", (lat for lat, _ in places)), array("d", (lon for _, lon in places))
    asked: list[tuple[float, float]] = []
    while len(asked) < ASKED:
        store = chance.choice(places)
        lat, lon = (chance.gauss(store[0], 0.000_6), chance.gauss(store[1], 0.000_6)) if chance.random() < 1 / 3 else somewhere()
        near = range(bisect_left(lats, lat - 0.002), bisect_right(lats, lat + 0.002))
        if not any(abs(distance(lat, lon, lats[number], lons[number]) - RADIUS) < 2 for number in near):
            asked.append((lat, lon))
    (folder / "stores").write_bytes(pickle.dumps((lats, lons)))
    (folder / "positions").write_bytes(pickle.dumps(asked))


def resident() -> int:
    """Bytes of this process in memory; 0 where the system does not tell."""
    gc.collect()
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * resource.getpagesize() if statm.exists() else 0


def build(engine: Any, folder: Path) -> dict[str, Any]:
    """Build and keep."""
    lats, lons = pickle.loads((folder / "stores").read_bytes())
    (folder / "kept").write_bytes(engine.build(lats, lons))
    return {}


def ask(engine: Any, folder: Path) -> dict[str, Any]:
    """Load what was kept and ask: µs a position, MB, ms to load, the answers."""
    clock = time.perf_counter if isinstance(engine, Redis) else time.process_time
    positions = pickle.loads((folder / "positions").read_bytes())
    before, kept = resident(), (folder / "kept").read_bytes()
    start = clock()
    find = engine.load(kept)
    loaded = clock() - start
    del kept
    memory = engine.memory() if isinstance(engine, Redis) else resident() - before
    answers = [sorted(map(int, find(*position))) for position in positions]
    taken: list[float] = []
    until = time.monotonic() + PATIENCE
    gc.disable()
    while len(taken) < 3 or (len(taken) < ROUNDS and time.monotonic() < until):
        start = clock()
        for lat, lon in positions:
            find(lat, lon)
        taken.append((clock() - start) / ASKED)
    return {"us": sorted(taken)[len(taken) // 2] * 1e6, "mb": memory / 1e6, "ms": loaded * 1e3, "answers": answers}


def child(verb: str, name: str, folder: Path) -> None:
    """One engine, one step, in a process of its own; tells in JSON."""
    try:
        engine: Any = ENGINES[name]()
    except ModuleNotFoundError:
        print(json.dumps({"missing": INSTALL}))
    except FileNotFoundError as error:
        print(json.dumps({"missing": str(error)}))
    else:
        try:
            print(json.dumps({"build": build, "ask": ask}[verb](engine, folder)))
        finally:
            if isinstance(engine, Redis):
                engine.close()


def run(verb: str, name: str, folder: Path) -> dict[str, Any]:
    """The same, from outside."""
    python = str(PEERS) if PEERS.exists() and name not in ("Beckon", "Loop") else sys.executable
    done = subprocess.run([python, "-m", "bench.stores", verb, name, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def measure(size: int) -> tuple[float, dict[str, dict[str, Any]]]:
    """Stores hit per position, and what each engine told. All must have found the same."""
    told: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        world(size, Path(folder))
        for name, engine in ENGINES.items():
            if size <= engine.largest:
                told[name] = run("build", name, Path(folder))
                told[name] = told[name] if "missing" in told[name] else run("ask", name, Path(folder))
    answers = told["Beckon"]["answers"]
    for name, result in told.items():
        if "missing" not in result and result["answers"] != answers:
            raise SystemExit(f"{name} and Beckon disagree at {size:,} stores")
    return sum(map(len, answers)) / ASKED, told


def main(sizes: list[int]) -> None:
    """Print the table."""
    results = {size: measure(size) for size in sizes}
    print(f"µs a position · MB · ms to load in a new process; all agree on {ASKED} positions\n")
    print("| stores | " + " | ".join(f"{size:,}" for size in sizes) + " |\n|---" + "|---" * len(sizes) + "|")
    print("| stores a position is in | " + " | ".join(f"{hits:.1f}" for hits, _ in results.values()) + " |")
    for name, engine in ENGINES.items():
        cells = []
        for _, told in results.values():
            result = told.get(name, {"missing": "-"})
            cells.append(result.get("missing") or "{us:,.1f} · {mb:,.1f} · {ms:,.1f}".format_map(result))
        print(f"| {engine.title} | " + " | ".join(cells) + " |")
    for size, goal in GOALS.items():
        for what, most in goal.items() if size in results else ():
            here = results[size][1]["Beckon"][what]
            print(f"\ngoal at {size:,} stores: at most {most:g} {UNITS[what]}; here {here:.1f} ({'met' if here <= most else 'missed'})")


if __name__ == "__main__":
    if sys.argv[1:2] in (["build"], ["ask"]):
        child(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
