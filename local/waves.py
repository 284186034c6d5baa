"""waves: the waves of people to be told, with an ear for when the next one begins, so that the clock of local mode stops there."""

from collections.abc import Callable, Iterator

from chalicelib.catalog_ports import Waves
from chalicelib.model.page import Page


class HeardWaves:
    """The Waves port; `hear` is told each moment at which one begins."""

    def __init__(self, waves: Waves, hear: Callable[[int], None]) -> None:
        self._waves, self._hear = waves, hear

    def wait(self, wave: Page) -> None:
        """See `Waves`."""
        self._waves.wait(wave)
        self._hear(wave.at)

    def due(self, now: int) -> Iterator[Page]:
        """See `Waves`."""
        return self._waves.due(now)

    def begun(self, wave: Page) -> None:
        """See `Waves`."""
        self._waves.begun(wave)
