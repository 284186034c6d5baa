"""coupons: coupon pools in CouponsTable, without a transaction and without two workers waiting for one item.

A code's item says who has it (`claim`) and lies in one of eight partitions of its pool; a local index holds the free and the reserved
ones. A holder's item says which code it has, under which claim, and which messages may have taken it along (`marks`). A claim is made for
one holder and one code and never again, so whoever is slow and comes with an old one changes nothing.

    reserve:    holder's item {code, claim} -> code's item takes the claim; somebody else was faster: the next code, a new claim
    commit:     holder's item gets a mark, if it still has this claim -> the code leaves the index
    give back:  holder's item without marks is `returning` -> the code's item is free -> the holder's item goes

Each arrow may be the last of a process: the next one who comes for this holder goes on there. What nobody comes for is `held` with a moment
up to which it can be of use; when a pool has no free code left, those whose moment is over are taken back.
"""

from collections.abc import Iterator
from uuid import uuid4

from ...model.coupon import Coupon, Stock
from ...model.errors import StoreUnavailable
from . import keys, wire
from .table import Refused, Table
from .wire import Item

FEW = 25  # in one partition: about 200 in the pool
_MOST_TRIES = 20
_OF_HOLDER = "-"
_OURS = f"#{keys.CLAIM} = :claim"


class DynamoCoupons:
    """`Coupons` on DynamoDB."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def add(self, pool: str, code: str) -> bool:
        """See `Coupons`."""
        item = {**_code_key(pool, code), keys.STOCK: wire.text(keys.free_stock(code))}
        try:
            self._table.put(item, "coupon", condition=f"attribute_not_exists(#{keys.CODE})")
        except Refused:
            return False
        return True

    def reserve(self, pool: str, holder: str, until: int, now: int) -> Coupon | None:
        """See `Coupons`."""
        left: int | None = None
        for _ in range(_MOST_TRIES):
            held = self._table.get(_holder_key(holder), "coupon")
            if held is None or not self._is_held(held):
                code, left = self._find(pool, holder, now)
                if code is None:
                    self._drop(held)
                    return None
                self._hold(pool, holder, code, until, held)
                continue
            return Coupon(held[keys.COUPON]["S"], held[keys.CLAIM]["S"], left)
        raise StoreUnavailable(f"{self._table.name}: no code of the pool {pool} was to be had in {_MOST_TRIES} tries")

    def commit(self, holder: str, claim: str, mark: str) -> bool:
        """See `Coupons`."""
        try:
            self._table.update(_holder_key(holder), f"ADD #{keys.MARKS} :marks", "coupon",
                               condition=f"{_OURS} AND attribute_not_exists(#{keys.RETURNING})",
                               values={":claim": wire.text(claim), ":marks": {"SS": [mark]}})
        except Refused:
            return False
        held = self._table.get(_holder_key(holder), "coupon")
        if held is not None:
            self._show(held)
        return True

    def withdraw(self, holder: str, mark: str) -> None:
        """See `Coupons`."""
        held = self._table.get(_holder_key(holder), "coupon")
        marks = [other for other in _marks(held) if other.startswith(mark)]
        if held is None or not marks:
            return
        try:
            self._table.update(_holder_key(holder), f"DELETE #{keys.MARKS} :marks", "coupon", condition=_OURS,
                               values={":claim": held[keys.CLAIM], ":marks": {"SS": marks}})
        except Refused:
            return  # it went back meanwhile, so nothing of it was marked any more
        if len(marks) == len(_marks(held)):
            self._show({name: value for name, value in held.items() if name != keys.MARKS})

    def give_back(self, holder: str) -> None:
        """See `Coupons`."""
        held = self._table.get(_holder_key(holder), "coupon")
        if held is not None:
            self._give_back(held)

    def stock(self, pool: str) -> Stock:
        """See `Coupons`. A code counts as committed a moment before or after its message is."""
        left = reserved = all_codes = 0
        for shard in range(keys.COUPON_SHARDS):
            place = {":place": wire.text(keys.coupon_place(pool, shard))}
            all_codes += self._table.count(f"#{keys.PLACE} = :place", place, "stock")
            for state, found in (("free#", 0), ("held#", 1)):
                number = self._table.count(f"#{keys.PLACE} = :place AND begins_with(#{keys.STOCK}, :state)",
                                           {**place, ":state": wire.text(state)}, "stock", index=keys.STOCK_INDEX)
                left, reserved = (left, reserved + number) if found else (left + number, reserved)
        return Stock(left, reserved, max(0, all_codes - left - reserved))

    def _is_held(self, held: Item) -> bool:
        """Whether the holder's code is really its own; one it has chosen only is taken, one that is going back is brought there."""
        if keys.MARKS in held:
            return True
        if keys.RETURNING in held:
            self._give_back(held)
            return False
        key = _code_key(held[keys.POOL]["S"], held[keys.COUPON]["S"])
        code = self._table.get(key, "coupon")
        if code is not None and code.get(keys.CLAIM) == held[keys.CLAIM]:
            return True
        if code is None or not code.get(keys.STOCK, {"S": ""})["S"].startswith("free#"):
            return False
        try:
            self._table.update(
                key, f"SET #{keys.CLAIM} = :claim, #{keys.HOLDER} = :holder, #{keys.STOCK} = :held", "coupon",
                condition=f"begins_with(#{keys.STOCK}, :free)", see=True,
                values={":claim": held[keys.CLAIM], ":holder": held[keys.PLACE], ":free": wire.text("free#"),
                        ":held": wire.text(keys.held_stock(wire.whole(held[keys.UNTIL])))})
        except Refused as refused:
            return refused.item.get(keys.CLAIM) == held[keys.CLAIM]  # another worker took it for the same holder
        now = self._table.get({keys.PLACE: held[keys.PLACE], keys.CODE: held[keys.CODE]}, "coupon")
        if now is not None and now.get(keys.CLAIM) == held[keys.CLAIM]:
            return True
        self._free(held)  # it was given back before it was taken
        return False

    def _find(self, pool: str, holder: str, now: int) -> tuple[str | None, int | None]:
        """A free code, and about how many there are if they are few."""
        first = keys.coupon_shard(holder)
        for overdue_too in (False, True):
            for offset in range(keys.COUPON_SHARDS):
                place = keys.coupon_place(pool, (first + offset) % keys.COUPON_SHARDS)
                if overdue_too and not self._take_back(place, now):
                    continue
                found = list(self._free_from(place, keys.free_stock(holder)))
                if found:
                    return found[0], len(found) * (keys.COUPON_SHARDS - offset) if len(found) < FEW else None
        return None, None

    def _free_from(self, place: str, start: str) -> Iterator[str]:
        """Free codes of a partition, a few, from a place on and round."""
        left = FEW
        for lower, upper in ((start, "free#~"), ("free#", start)):
            values = {":place": wire.text(place), ":lower": wire.text(lower), ":upper": wire.text(upper)}
            for item in self._table.query(f"#{keys.PLACE} = :place AND #{keys.STOCK} BETWEEN :lower AND :upper", values, "coupon",
                                          index=keys.STOCK_INDEX, local=True, limit=left):
                left -= 1
                yield item[keys.CODE]["S"]
            if not left:
                return

    def _take_back(self, place: str, now: int) -> bool:
        """Free what is reserved in a partition and can be of no use to its holder any more; whether there was any."""
        values = {":place": wire.text(place), ":lower": wire.text("held#"), ":upper": wire.text(keys.held_stock(now))}
        freed = False
        for entry in list(self._table.query(f"#{keys.PLACE} = :place AND #{keys.STOCK} BETWEEN :lower AND :upper", values, "coupon",
                                            index=keys.STOCK_INDEX, local=True, limit=FEW)):
            code = self._table.get({keys.PLACE: entry[keys.PLACE], keys.CODE: entry[keys.CODE]}, "coupon")
            if code is None or keys.CLAIM not in code:
                continue
            held = self._table.get({keys.PLACE: code[keys.HOLDER], keys.CODE: wire.text(_OF_HOLDER)}, "coupon")
            if held is None or held.get(keys.CLAIM) != code[keys.CLAIM]:
                self._free_code({keys.PLACE: code[keys.PLACE], keys.CODE: code[keys.CODE]}, code[keys.CLAIM])
            elif keys.MARKS in held:
                self._show(held)
                continue
            else:
                self._give_back(held)
            freed = True
        return freed

    def _hold(self, pool: str, holder: str, code: str, until: int, before: Item | None) -> None:
        """Write which code the holder is to have, unless the holder's item has changed meanwhile: then that counts."""
        item = {**_holder_key(holder), keys.POOL: wire.text(pool), keys.COUPON: wire.text(code), keys.CLAIM: wire.text(uuid4().hex),
                keys.UNTIL: wire.number(until), keys.EXPIRES_AT: wire.number(keys.expiry(until, keys.HOLDER_DAYS))}
        unmarked = f"attribute_not_exists(#{keys.MARKS}) AND attribute_not_exists(#{keys.RETURNING})"
        condition, values = f"attribute_not_exists(#{keys.PLACE})", None
        if before is not None:
            condition, values = f"{condition} OR ({_OURS} AND {unmarked})", {":claim": before[keys.CLAIM]}
        try:
            self._table.put(item, "coupon", condition=condition, values=values)
        except Refused:
            return

    def _drop(self, held: Item | None) -> None:
        """The holder chose a code that another has, and there is no other."""
        if held is not None and keys.RETURNING not in held:
            self._give_back(held)

    def _give_back(self, held: Item) -> None:
        key = {keys.PLACE: held[keys.PLACE], keys.CODE: held[keys.CODE]}
        claim = {":claim": held[keys.CLAIM]}
        try:
            self._table.update(key, f"SET #{keys.RETURNING} = :yes", "coupon",
                               condition=f"{_OURS} AND attribute_not_exists(#{keys.MARKS})", values={**claim, ":yes": {"BOOL": True}})
        except Refused:
            return  # marked, or another claim's by now
        self._free(held)
        try:
            self._table.delete(key, "coupon", condition=_OURS, values=claim)
        except Refused:
            return  # somebody else brought it back too, and the holder has another already

    def _free(self, held: Item) -> None:
        self._free_code(_code_key(held[keys.POOL]["S"], held[keys.COUPON]["S"]), held[keys.CLAIM])

    def _free_code(self, key: Item, claim: Item) -> None:
        try:
            self._table.update(key, f"SET #{keys.STOCK} = :free REMOVE #{keys.CLAIM}, #{keys.HOLDER}", "coupon", condition=_OURS,
                               values={":claim": claim, ":free": wire.text(keys.free_stock(key[keys.CODE]["S"]))})
        except Refused:
            return  # it never was, or is no longer, under this claim

    def _show(self, held: Item) -> None:
        """Let the code's item say whether it is reserved or committed, as the holder's item does."""
        change, values = f"REMOVE #{keys.STOCK}", {":claim": held[keys.CLAIM]}
        if keys.MARKS not in held:
            change, values[":held"] = f"SET #{keys.STOCK} = :held", wire.text(keys.held_stock(wire.whole(held[keys.UNTIL])))
        try:
            self._table.update(_code_key(held[keys.POOL]["S"], held[keys.COUPON]["S"]), change, "coupon", condition=_OURS, values=values)
        except Refused:
            return  # under another claim by now, whose holder says so


def _code_key(pool: str, code: str) -> Item:
    return {keys.PLACE: wire.text(keys.coupon_place(pool, keys.coupon_shard(code))), keys.CODE: wire.text(code)}


def _holder_key(holder: str) -> Item:
    return {keys.PLACE: wire.text(keys.holder_place(holder)), keys.CODE: wire.text(_OF_HOLDER)}


def _marks(held: Item | None) -> list[str]:
    return list(held[keys.MARKS]["SS"]) if held is not None and keys.MARKS in held else []
