"""budgets: what rules have spent, in one process."""

from threading import Lock

from ...model.budget import Most, Share, Spent


class MemoryBudgets:
    """Shares by message key, each with the marks of the attempts that may have left with it."""

    def __init__(self) -> None:
        self._shares: dict[str, tuple[Share, set[str]]] = {}
        self._spent: dict[tuple[str, str | None], Spent] = {}
        self._lock = Lock()

    def take(self, share: Share, mark: str, a_day: Most, in_all: Most) -> bool:
        with self._lock:
            if share.key in self._shares:
                self._shares[share.key][1].add(mark)
                return True
            if not (self.spent(share.rule, share.day).leaves_room(share, a_day) and self.spent(share.rule).leaves_room(share, in_all)):
                return False
            self._shares[share.key] = share, {mark}
            self._add(share, 1)
            return True

    def give_back(self, key: str, mark: str) -> None:
        with self._lock:
            if key not in self._shares:
                return
            share, marks = self._shares[key]
            marks.difference_update([other for other in marks if other.startswith(mark)])
            if not marks:
                del self._shares[key]
                self._add(share, -1)

    def spent(self, rule: str, day: str | None = None) -> Spent:
        return self._spent.get((rule, day), Spent())

    def _add(self, share: Share, sign: int) -> None:
        for day in (share.day, None):
            before = self.spent(share.rule, day)
            self._spent[share.rule, day] = Spent(before.messages + sign, before.money + sign * share.money)
