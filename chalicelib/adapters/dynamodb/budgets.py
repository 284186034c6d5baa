"""budgets: what rules have spent, in LimitsTable.

A rule has an item for all it ever spent and one for each day; a message that took its share has one that says so, with the marks of the
attempts that may have left with it. All three are written together or not at all, so that a message counts once whatever dies in between;
two workers that come at once wait for each other. Where a rule has no budget, a message that leaves costs nothing of this, and one that
does not costs a read.
"""

from ...model.budget import Most, Share, Spent
from ...model.errors import StoreUnavailable
from ...model.instant import parse_instant
from . import keys, wire
from .table import NotTogether, Refused, Table, Write
from .wire import Item

_MOST_TRIES = 20


class DynamoBudgets:
    """`Budgets` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def take(self, share: Share, mark: str, a_day: Most, in_all: Most) -> bool:
        """See `Budgets`."""
        if not (Spent().leaves_room(share, a_day) and Spent().leaves_room(share, in_all)):
            return False
        began = parse_instant(share.day) or 0
        kept = {**_share_key(share.key), keys.RULE: wire.text(share.rule), keys.DAY_NUMBER: wire.text(share.day),
                keys.MONEY: wire.number(share.money), keys.MARKS: {"SS": [mark]}, keys.EXPIRES_AT: wire.number(
                    keys.expiry(began, keys.SHARE_DAYS))}
        expiry = {":expiry": wire.number(keys.expiry(began, keys.SPENT_DAYS))}
        writes = [Write.put(kept, f"attribute_not_exists(#{keys.WHO})"), _added(share, share.day, a_day, expiry),
                  _added(share, None, in_all, {})]
        for _ in range(_MOST_TRIES):
            try:
                self._table.write_together(writes, "budget")
                return True
            except NotTogether as refused:
                if not refused.at[0]:
                    return False  # not because it has its share already
            if self._marked(share.key, mark):
                return True
        raise StoreUnavailable(f"{self._table.name}: the share of the message {share.key} came and went {_MOST_TRIES} times")

    def give_back(self, key: str, mark: str) -> None:
        """See `Budgets`."""
        for _ in range(_MOST_TRIES):
            item = self._table.get(_share_key(key), "budget")
            marks = item[keys.MARKS]["SS"] if item is not None else []
            gone = [other for other in marks if other.startswith(mark)]
            if item is None or not gone:
                return
            as_found = f"#{keys.MARKS} = :marks", {":marks": {"SS": marks}}
            try:
                if len(gone) < len(marks):
                    self._table.update(_share_key(key), f"DELETE #{keys.MARKS} :gone", "budget", condition=as_found[0],
                                       values={**as_found[1], ":gone": {"SS": gone}})
                    return
                share = Share(key, item[keys.RULE]["S"], item[keys.DAY_NUMBER]["S"], wire.whole(item[keys.MONEY]))
                self._table.write_together([Write.delete(_share_key(key), *as_found), _taken_off(share, share.day),
                                            _taken_off(share, None)], "budget")
                return
            except (Refused, NotTogether):
                continue  # another attempt has marked it, or it went back, meanwhile
        raise StoreUnavailable(f"{self._table.name}: the share of the message {key} was marked {_MOST_TRIES} times")

    def spent(self, rule: str, day: str | None = None) -> Spent:
        """See `Budgets`."""
        item = self._table.get(_spent_key(rule, day), "budget") or {}
        messages, money = (wire.whole(item[name]) if name in item else 0 for name in (keys.MESSAGES, keys.MONEY))
        return Spent(messages, money)

    def _marked(self, key: str, mark: str) -> bool:
        """Mark the share that a message has; False when it has none."""
        try:
            self._table.update(_share_key(key), f"ADD #{keys.MARKS} :mark", "budget", condition=f"attribute_exists(#{keys.WHO})",
                               values={":mark": {"SS": [mark]}})
        except Refused:
            return False
        return True


def _added(share: Share, day: str | None, most: Most, expiry: Item) -> Write:
    """One message and its money more, if there is room."""
    room, values = [], {":one": wire.number(1), ":money": wire.number(share.money), **expiry}
    if most.messages is not None:
        room.append(f"(attribute_not_exists(#{keys.MESSAGES}) OR #{keys.MESSAGES} < :messages)")
        values[":messages"] = wire.number(most.messages)
    if most.money is not None:
        room.append(f"(attribute_not_exists(#{keys.MONEY}) OR #{keys.MONEY} <= :room)")
        values[":room"] = wire.number(most.money - share.money)
    change = f"ADD #{keys.MESSAGES} :one, #{keys.MONEY} :money" + (f" SET #{keys.EXPIRES_AT} = :expiry" if expiry else "")
    return Write.update(_spent_key(share.rule, day), change, values, " AND ".join(room))


def _taken_off(share: Share, day: str | None) -> Write:
    """One message and its money less."""
    values = {":one": wire.number(-1), ":money": wire.number(-share.money)}
    return Write.update(_spent_key(share.rule, day), f"ADD #{keys.MESSAGES} :one, #{keys.MONEY} :money", values)


def _share_key(key: str) -> Item:
    return {keys.WHO: wire.text(keys.share_key(key))}


def _spent_key(rule: str, day: str | None) -> Item:
    return {keys.WHO: wire.text(keys.spent_key(rule, day))}
