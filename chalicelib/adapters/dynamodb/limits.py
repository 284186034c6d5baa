"""limits: who did how much in the running minute, in LimitsTable, without a request for anybody who does little.

Each process counts for itself and adds what it has counted to the common item whenever that is a hundredth of what is allowed; the
answer tells how much all have. So a count may lag by a hundredth for each process, and only who does much costs a write at all.
"""

from collections import OrderedDict
from dataclasses import dataclass

from ...model.errors import StoreUnavailable
from ...model.instant import MINUTE, SECOND
from ...ports import Clock
from . import keys, wire
from .table import Table

_SHARE = 100
_MOST_KEPT = 10_000


@dataclass(slots=True)
class _Window:
    """One minute of somebody: what all processes have told, and what this one has not told yet."""

    minute: int
    told: int = 0
    untold: int = 0


class DynamoLimits:
    """`Limits` on DynamoDB. The clock is the machine's own: what is limited is real work."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._windows: OrderedDict[str, _Window] = OrderedDict()

    def spend(self, who: str, units: int, allowed: int) -> int:
        """See `Limits`. When the table does not answer, what this process knows counts."""
        now = self._clock()
        window = self._window(who, now // MINUTE)
        if window.told + window.untold < allowed:
            window.untold += units
            if window.untold * _SHARE < allowed:
                return 0
            if self._tell(who, window) < allowed:
                return 0
        return -(-(MINUTE - now % MINUTE) // SECOND)

    def _window(self, who: str, minute: int) -> _Window:
        window = self._windows.pop(who, None)
        if window is None or window.minute != minute:
            window = _Window(minute)
        self._windows[who] = window
        if len(self._windows) > _MOST_KEPT:
            self._windows.popitem(last=False)
        return window

    def _tell(self, who: str, window: _Window) -> int:
        """Add what was counted here; what others had counted before."""
        key = {keys.WHO: wire.text(keys.limit_key(who, window.minute))}
        values = {":units": wire.number(window.untold), ":expiry": wire.number((window.minute + 10) * MINUTE // SECOND)}
        try:
            before = self._table.update(key, f"ADD #{keys.SPENT} :units SET #{keys.EXPIRES_AT} = :expiry", "limit", values=values)
        except StoreUnavailable:
            return 0
        others = wire.whole(before[keys.SPENT]) if keys.SPENT in before else 0
        window.told, window.untold = others + window.untold, 0
        return others
