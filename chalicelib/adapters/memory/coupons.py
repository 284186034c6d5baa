"""coupons: coupon pools in one process: filled ones, and for backtests made-up ones that have a code for everybody."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...model.canonical import digest
from ...model.coupon import Coupon, Stock

FEW = 200


@dataclass(slots=True)
class _Held:
    """A code in a holder's hands."""

    pool: str
    code: str
    claim: str
    until: int
    marks: set[str] = field(default_factory=set)


class MemoryCoupons:
    """Pools by name. With `endless` a pool that was never filled makes up codes, always the same for the same holder.

    `stock` fills pools with so many made-up codes each.
    """

    def __init__(self, stock: Mapping[str, int] | None = None, *, endless: bool = False) -> None:
        self._endless = endless
        self._known: dict[str, set[str]] = {}
        self._free: dict[str, dict[str, None]] = {}
        self._held: dict[str, _Held] = {}
        self._claims = 0
        for pool, number in (stock or {}).items():
            self._known.setdefault(pool, set())
            for place in range(number):
                self.add(pool, f"{pool.upper()}-{place + 1:04d}")

    def add(self, pool: str, code: str) -> bool:
        known = self._known.setdefault(pool, set())
        if code in known:
            return False
        known.add(code)
        self._free.setdefault(pool, {})[code] = None
        return True

    def reserve(self, pool: str, holder: str, until: int, now: int) -> Coupon | None:
        held = self._held.get(holder)
        if held is not None:
            return Coupon(held.code, held.claim)
        code = self._take(pool, holder, now)
        if code is None:
            return None
        self._claims += 1
        self._held[holder] = _Held(pool, code, str(self._claims), until)
        left = len(self._free.get(pool, {}))
        return Coupon(code, str(self._claims), left if left < FEW and pool in self._known else None)

    def commit(self, holder: str, claim: str, mark: str) -> bool:
        held = self._held.get(holder)
        if held is None or held.claim != claim:
            return False
        held.marks.add(mark)
        return True

    def withdraw(self, holder: str, mark: str) -> None:
        held = self._held.get(holder)
        if held is not None:
            held.marks = {other for other in held.marks if not other.startswith(mark)}

    def give_back(self, holder: str) -> None:
        held = self._held.get(holder)
        if held is not None and not held.marks:
            del self._held[holder]
            if held.code in self._known.get(held.pool, ()):
                self._free[held.pool][held.code] = None

    def stock(self, pool: str) -> Stock:
        held = [entry for entry in self._held.values() if entry.pool == pool]
        committed = sum(bool(entry.marks) for entry in held)
        return Stock(len(self._free.get(pool, {})), len(held) - committed, committed)

    def _take(self, pool: str, holder: str, now: int) -> str | None:
        if self._endless and pool not in self._known:
            return f"{pool.upper()}-{digest('made up', pool, holder)[:12].upper()}"
        free = self._free.get(pool, {})
        if not free:
            for late in [name for name, held in self._held.items() if held.pool == pool and held.until <= now]:
                self.give_back(late)
        code = next(iter(free), None)
        if code is not None:
            del free[code]
        return code
