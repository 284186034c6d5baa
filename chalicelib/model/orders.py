"""orders: what a customer ordered: the last orders one by one, older ones as totals; with returns and cancellations.

An order is known by its `order_id`: reported by two channels it counts once. What is said of it may come in any order; of the state it is
in, the latest word counts.
"""

from dataclasses import dataclass, field
from typing import Any

from .separation import each, whole

MOST_ORDERS = 20
MOST_REFUNDS = 8  # told apart in one order; what is beyond adds to the oldest
WHOLE = None  # a refund without an amount: everything
_OVER = ("cancelled", "delivered", "refunded")

Entry = dict[str, Any]
"""`at` when it was made (missing: only later words came so far), `value` and `valued` (when that was said), `currency`, `pieces`,
`state` and `stated` (when), `refunds` by event."""
Totals = dict[str, Any]
"""`count`, `cancelled`, `returned`, `values` by currency (net of refunds), `first` and `last`."""


@dataclass(slots=True)
class Orders:
    """The last orders by id, and the totals of older ones by the record they were folded into, so that joining counts none twice."""

    recent: dict[str, Entry] = field(default_factory=dict)
    settled: dict[str, Totals] = field(default_factory=dict)

    def made(self, order: str, at: int, value: float | None, currency: str | None, pieces: int, record: str) -> None:
        """It was made, or changed, at this moment. Of two words on its value the later counts."""
        entry = self.recent.setdefault(order, {})
        entry["at"] = min(entry.get("at", at), at)
        if at >= entry.get("valued", at):
            entry |= {"valued": at, "value": value or 0, "pieces": pieces, "currency": currency}
        self.bound(record)

    def stated(self, order: str, at: int, state: str, record: str) -> None:
        """It came into a state: `confirmed`, `shipped`, `ready`, `delivered`, `cancelled`."""
        entry = self.recent.setdefault(order, {})
        if at >= entry.get("stated", at):
            entry |= {"state": state, "stated": at}
        self.bound(record)

    def refunded(self, order: str, amount: float | None, currency: str | None, event: str, record: str) -> None:
        """Money went back: an amount, or all of it (None)."""
        entry = self.recent.setdefault(order, {})
        entry.setdefault("currency", currency)
        refunds = entry.setdefault("refunds", {})
        refunds[event] = amount
        if len(refunds) > MOST_REFUNDS:
            first, second = sorted(refunds)[:2]
            sums = (refunds.pop(first), refunds[second])
            refunds[second] = WHOLE if WHOLE in sums else sum(sums)
        self.bound(record)

    def under_way(self) -> list[tuple[str, Entry]]:
        """Orders that are made and neither delivered, cancelled nor given back, the newest first."""
        waiting = [(order, entry) for order, entry in self.recent.items()
                   if "at" in entry and entry.get("state") not in _OVER and net_value(entry) > 0]
        return sorted(waiting, key=lambda pair: (-pair[1]["at"], pair[0]))

    def totals(self) -> Totals:
        """All orders together. Cancelled ones count among `cancelled` only; one of which something came back counts as `returned` too."""
        sums = [_totals_of(entry) for entry in self.recent.values()]
        together: Totals = {}
        for totals in (*self.settled.values(), *sums):
            _add(together, totals)
        return together

    def document(self) -> list[Any]:
        """As stored; nothing where there was no order."""
        return [self.recent, self.settled] if self.recent or self.settled else []

    @classmethod
    def read(cls, stored: list[Any]) -> "Orders":
        """What `document()` wrote."""
        return cls(*stored)

    def bound(self, record: str) -> None:
        """Beyond the bound the oldest order is added to the totals of this record, the one it is folded into."""
        while len(self.recent) > MOST_ORDERS:
            oldest = min(self.recent, key=lambda order: (_moment(self.recent[order]), order))
            _add(self.settled.setdefault(record, {}), _totals_of(self.recent.pop(oldest)))


def net_value(entry: Entry) -> float:
    """What was paid and not given back."""
    refunds = entry.get("refunds", {}).values()
    value: float = entry.get("value", 0)
    return 0.0 if WHOLE in refunds else round(max(0.0, value - sum(refunds)), 2)


def join_orders(mine: Orders, theirs: Orders, now: int) -> Orders:
    """All of both (`bound` afterwards); the same order reported to two records is one, of each of its facts the later word counts."""
    for order, entry in theirs.recent.items():
        known = mine.recent.setdefault(order, {})
        if "at" in entry:
            known["at"] = min(known.get("at", entry["at"]), entry["at"])
        for when, facts in (("valued", ("valued", "value", "pieces", "currency")), ("stated", ("stated", "state"))):
            if entry.get(when, -1) > known.get(when, -1):
                known |= {name: entry[name] for name in facts}
        if "refunds" in entry:
            known["refunds"] = {**entry["refunds"], **known.get("refunds", {})}
    for record, totals in theirs.settled.items():
        if totals.get("count", 0) >= mine.settled.get(record, {}).get("count", 0):
            mine.settled[record] = {**totals, "values": dict(totals.get("values", {}))}
    return mine


def separate_orders(before: Any, after: Any, now: Any, theirs: Any) -> tuple[Any, Any]:
    """Order by order, total by total."""
    documents = [document or [{}, {}] for document in (before, after, now, theirs)]
    stays = [each(whole)(*(document[place] for document in documents))[0] for place in (0, 1)]
    return stays if any(stays) else None, theirs


def _moment(entry: Entry) -> int:
    return int(entry["at"] if "at" in entry else entry.get("stated", 0))


def _totals_of(entry: Entry) -> Totals:
    if "at" not in entry:
        return _refunds_of_an_unknown_order(entry)
    if entry.get("state") == "cancelled":
        return {"cancelled": 1}
    return {"count": 1, "returned": int(bool(entry.get("refunds"))), "values": {entry.get("currency") or "": net_value(entry)},
            "first": entry["at"], "last": entry["at"]}


def _refunds_of_an_unknown_order(entry: Entry) -> Totals:
    """What came back of an order that nobody has reported: made before Beckon was there, or still to come."""
    refunds = entry.get("refunds", {}).values()
    return {"returned": 1, "values": {entry.get("currency") or "": -sum(filter(None, refunds))}} if refunds else {}


def _add(sums: Totals, more: Totals) -> None:
    for name in ("count", "cancelled", "returned"):
        if more.get(name):
            sums[name] = sums.get(name, 0) + more[name]
    for currency, value in more.get("values", {}).items():
        values = sums.setdefault("values", {})
        values[currency] = round(values.get(currency, 0) + value, 2)
    if "first" in more:
        sums["first"], sums["last"] = min(sums.get("first", more["first"]), more["first"]), max(sums.get("last", 0), more["last"])
