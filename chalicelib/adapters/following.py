"""following: the rulebook in force, as a running function has it: asked for every ten seconds at most, loaded when it is another one.

What cannot be read now leaves the one before in force. A process that has none yet does nothing until it can be read: whatever was
deployed once may be far from what was published since. A number that was seen before may be another rulebook's: a table that was restored
from a backup gives its numbers, and its rules' versions, a second time.
"""

import threading
from collections.abc import Callable

from ..model.errors import RuleInvalid, StoreUnavailable
from ..model.instant import SECOND
from ..model.publication import Publication
from ..ports import Clock, Meter
from ..rulebook.bundle import bundle_from
from ..rulebook.kept_index import index_part
from ..rulebook.rulebook import Rulebook
from ..rulebook.running import rulebook_from, running_content
from ..rulebook_ports import RUNNING, WRITTEN, Rulebooks

KEPT = 10 * SECOND


class Following:
    """Call it for the rulebook in force. `deployed` gives the one that is in force while nothing was published; `clock` measures real time,
    whatever Beckon's clock says."""

    def __init__(self, rulebooks: Rulebooks, deployed: Callable[[], Rulebook], clock: Clock, meter: Meter) -> None:
        self._rulebooks, self._deployed, self._clock, self._meter = rulebooks, deployed, clock, meter
        self._lock = threading.Lock()
        self._rulebook: Rulebook | None = None
        self._looked = 0

    def __call__(self) -> Rulebook:
        """StoreUnavailable, RuleInvalid: it cannot be told which one is in force."""
        with self._lock:
            now = self._clock()
            if self._rulebook is None or not 0 <= now - self._looked < KEPT:
                self._rulebook = self._look(self._rulebook)
                self._looked = now
            return self._rulebook

    def look_again(self) -> None:
        """Something was published: do not wait for the ten seconds."""
        with self._lock:
            self._looked = -KEPT

    def _look(self, known: Rulebook | None) -> Rulebook:
        try:
            latest = self._rulebooks.latest()
            return self._deployed() if latest is None else self._load(latest, known)
        except (StoreUnavailable, RuleInvalid, ValueError):
            self._meter.count("rulebook_unreadable")
            if known is None:
                raise
            return known

    def _load(self, publication: Publication, known: Rulebook | None) -> Rulebook:
        if known is not None and (known.number, known.digest, known.paused) == (publication.number, publication.bundle, publication.paused):
            return known
        if known is not None and known.number and known.digest == publication.bundle:
            return known.in_force_as(publication.number, paused=publication.paused)
        content = self._rulebooks.content(publication.bundle, RUNNING)
        if content is None:
            written = self._rulebooks.content(publication.bundle, WRITTEN)
            if written is None:
                raise StoreUnavailable(f"the content of the rulebook {publication.number} is not there")
            content = running_content(bundle_from(written))
        return rulebook_from(content, publication.number, paused=publication.paused,
                             kept=lambda: self._rulebooks.content(publication.bundle, index_part()),
                             known=known if known is not None and 0 < known.number < publication.number else None)
