"""meter: counts kept in memory, for `GET /local/counters.json`; a deployment writes them to CloudWatch."""

import threading
from collections import Counter


class CountingMeter:
    """The Meter port."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, tuple[tuple[str, str], ...]]] = Counter()

    def count(self, name: str, number: int = 1, **dimensions: str) -> None:
        """Add to a counter."""
        with self._lock:
            self._counts[name, tuple(sorted(dimensions.items()))] += number

    def reset(self) -> None:
        """Start from nothing."""
        with self._lock:
            self._counts.clear()

    def documents(self) -> list[dict[str, object]]:
        """All counters, by name and dimensions."""
        with self._lock:
            return [{"name": name, **dict(dimensions), "count": number} for (name, dimensions), number in sorted(self._counts.items())]
