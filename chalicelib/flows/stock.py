"""stock: coupon pools filled in bulk, and how much is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..model.coupon import CODE_MEND, Stock, code_of, pool_name
from ..model.errors import EventRejected
from ..ports import Ports


@dataclass(frozen=True, slots=True)
class Filled:
    """How many codes are new, how many the pool has ever had before, and by their places (from 0) what is wrong with the others."""

    stored: int
    duplicates: int
    refused: dict[int, EventRejected]


def fill(ports: Ports, pool: str, codes: Sequence[Any]) -> Filled:
    """Put codes into a pool; those that are none are told, the others are kept. StoreUnavailable: the same again is safe."""
    name = _named(pool)
    good: list[str] = []
    refused: dict[int, EventRejected] = {}
    for place, value in enumerate(codes):
        code = code_of(value)
        if code is None:
            refused[place] = EventRejected("no_code", f"{repr(value)[:60]} is no code - {CODE_MEND}")
        else:
            good.append(code)
    new = sum(ports.spread(partial(ports.coupons.add, name), good))
    for outcome, number in (("added", new), ("duplicate", len(good) - new), ("refused", len(refused))):
        if number:
            ports.meter.count("coupons", number, outcome=outcome, pool=name)
    return Filled(new, len(good) - new, refused)


def stock_of(ports: Ports, pool: str) -> Stock:
    """What is in a pool. EventRejected when this can be no pool's name."""
    return ports.coupons.stock(_named(pool))


def _named(pool: str) -> str:
    name = pool_name(pool)
    if name is None:
        raise EventRejected("no_pool", f"{pool[:70]!r} is no name of a pool - write it as in the rule: small letters, digits, - and _")
    return name
