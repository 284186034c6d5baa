"""clock: Beckon's time on one machine: real until somebody moves it, then still, so that what happens can be repeated."""

import threading
import time

from chalicelib.model.instant import format_instant


class ClockRefused(Exception):
    """The clock cannot be moved there; the text says why."""


class LocalClock:
    """Milliseconds since 1970 UTC. It ticks by itself until first moved; from then on it stands where it was put.

    Within one world time never goes backwards: timers, caps and orders of events rest on it. Only an empty world (nothing stored
    since the start or the last reset) may begin at any moment; `begin` is for that.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frozen: int | None = None
        self._latest = 0

    def __call__(self) -> int:
        """Now."""
        with self._lock:
            return self._now()

    @property
    def ticking(self) -> bool:
        """Whether time passes by itself."""
        return self._frozen is None

    def to(self, moment: int) -> None:
        """Put the clock to a moment and hold it there. ClockRefused when that lies in the past."""
        with self._lock:
            now = self._now()
            if moment < now:
                raise ClockRefused(f"Beckon's clock stands at {format_instant(now)} and does not go backwards to {format_instant(moment)}; "
                                   "POST /local/reset first, an empty world may begin at any moment")
            self._frozen = self._latest = moment

    def advance(self, duration: int) -> None:
        """Move the clock forward by milliseconds and hold it there. ClockRefused when negative."""
        with self._lock:
            if duration < 0:
                raise ClockRefused("Beckon's clock does not go backwards; a duration to advance by is zero or more")
            self._frozen = self._latest = self._now() + duration

    def begin(self, moment: int) -> None:
        """Put the clock of an empty world to any moment, also a past one, and hold it there."""
        with self._lock:
            self._frozen = self._latest = moment

    def release(self) -> None:
        """Let the clock of an empty world tick again, from the real time."""
        with self._lock:
            self._frozen, self._latest = None, 0

    def _now(self) -> int:
        if self._frozen is None:
            self._latest = max(self._latest, time.time_ns() // 1_000_000)
            return self._latest
        return self._frozen
