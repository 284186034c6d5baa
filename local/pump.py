"""pump: moves everything on: streams to functions, queues to functions, timers when they are due. No thread of its own.

`step` does one thing and says whether there was one; tests and `POST /local/idle` call it until nothing is left, `run.py` has a thread
that does the same. Retries wait on Beckon's clock; only `run_until_idle` takes them ahead of their time, when nothing else is left
to do, so that idle always comes or an error says what keeps it from coming.
"""

import threading
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from .clock import LocalClock
from .rings import Rings

_MOST_STEPS = 200_000
_MOST_FRUITLESS_ROUNDS = 200


class Feed(Protocol):
    """Something that feeds one function."""

    def step(self, force: bool = False) -> bool:
        """Do one thing; False: nothing to do now."""

    def waiting(self) -> str | None:
        """What is left undone, and why."""


class StillBusy(Exception):
    """Something fails again and again, or makes new work without end; the text names it."""


class Pump:
    """All feeds of one world, stepped one at a time, under a lock that may be shared."""

    def __init__(self, feeds: Sequence[Feed], rings: Rings, clock: LocalClock, lock: AbstractContextManager[Any] | None = None) -> None:
        self._feeds, self._rings, self._clock = list(feeds), rings, clock
        self._lock = lock or threading.RLock()

    def step(self, force: bool = False) -> bool:
        """Let every feed do one thing, and when none has anything to do, ring; `force` takes retries ahead of their time.

        Whether anything was done. A timer rings only over settled states, so that it does not matter how fast the feeds are.
        """
        with self._lock:
            done = [feed.step(force) for feed in self._feeds]
            return any(done) or self._rings.step(force)

    def run_until_idle(self) -> None:
        """Step until streams, queues and due timers are empty. StillBusy names what cannot be finished."""
        with self._lock:
            self._drain()
            fruitless, before = 0, self._undone()
            while before:
                self.step(force=True)
                self._drain()
                after = self._undone()
                fruitless = fruitless + 1 if len(after) >= len(before) and _same_place(before, after) else 0
                if fruitless > _MOST_FRUITLESS_ROUNDS:
                    raise StillBusy("; ".join(after))
                before = after

    def move(self, moment: int) -> None:
        """Move the clock to a moment, ringing every timer on the way at its own moment. ClockRefused: nothing moved."""
        with self._lock:
            if moment >= self._clock():
                self.run_until_idle()
                while (ring := self._rings.earliest()) is not None and ring <= moment:
                    self._clock.to(max(ring, self._clock()))
                    self.run_until_idle()
            self._clock.to(moment)
            self._rings.ask()
            self.run_until_idle()

    def tick(self) -> None:
        """What a clock that ticks by itself asks for: the schedule's call once a minute, and whatever has become due."""
        with self._lock:
            if self._clock.ticking and self._rings.minute_has_passed():
                self._rings.ask()
            self._drain()

    def _drain(self) -> None:
        for _ in range(_MOST_STEPS):
            if not self.step():
                return
        raise StillBusy(f"{_MOST_STEPS} steps did not come to an end: " + ("; ".join(self._undone()) or "new work keeps coming"))

    def _undone(self) -> list[str]:
        return [what for feed in (*self._feeds, self._rings) if (what := feed.waiting())]


def _same_place(before: list[str], after: list[str]) -> bool:
    """Whether the same functions still have as much to take; the texts begin with function and number."""
    return [text.partition(", ")[0] for text in before] == [text.partition(", ")[0] for text in after]
