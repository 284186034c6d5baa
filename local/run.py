"""run: `beckon run`: the whole engine on this machine, in one process, until it is stopped."""

import threading
from pathlib import Path

from rich.console import Console

from .demo import play
from .pump import StillBusy
from .rings import RingsWithoutEnd
from .server import HOST, LocalServer
from .world import World

_SAY = Console(stderr=True, highlight=False)
_TICK = 1.0  # seconds of real time between two looks at a clock that ticks by itself


def run(port: int, rules: Path, demo: bool, save: Path | None = None) -> None:
    """Serve until interrupted; `demo` plays a day first and keeps its events in the file `save`, if given.

    RuleInvalid when the rules cannot be used, OSError when the port is taken.
    """
    world = World(rules, f"http://localhost:{port}")
    work = threading.Event()
    stopping = threading.Event()
    world.start()
    try:
        with LocalServer(world, port, work.set) as server:
            threads = [threading.Thread(target=server.serve_forever, name="http", daemon=True),
                       threading.Thread(target=_keep_moving, args=(world, work, stopping), name="pump", daemon=True)]
            for thread in threads:
                thread.start()
            url = f"http://{HOST}:{server.server_address[1]}"
            _greet(url, rules)
            try:
                if demo:
                    play(url, save=save)
                stopping.wait()
            except KeyboardInterrupt:
                _SAY.print("stopped")
            finally:
                stopping.set()
                work.set()
                server.shutdown()
                threads[1].join(timeout=10)
    finally:
        world.stop()


def _keep_moving(world: World, work: threading.Event, stopping: threading.Event) -> None:
    """Move on whatever there is: after every request at once, else once a second. An error is told once, until it changes."""
    told = ""
    while not stopping.is_set():
        work.wait(_TICK)
        work.clear()
        try:
            world.tick()
            told = ""
        except (StillBusy, RingsWithoutEnd) as error:
            if str(error) != told:
                _SAY.print(f"beckon run: {error}", markup=False)
            told = str(error)


def _greet(url: str, rules: Path) -> None:
    _SAY.print(f"Beckon is at {url} with the rules in {rules}; what it sends lies at {url}/local; stop with Ctrl-C", soft_wrap=True)
