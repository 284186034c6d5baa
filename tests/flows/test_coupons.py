"""Codes of coupon pools on their way out: two copies of a message, an empty pool, a provider that says no, and who is told."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.memory import MemoryCoupons
from chalicelib.backtest.world import World
from chalicelib.flows.dispatch import dispatch
from chalicelib.flows.relay import relay
from chalicelib.model.coupon import Stock
from chalicelib.model.errors import StoreUnavailable, TransportFailed
from chalicelib.model.instant import HOUR
from chalicelib.model.outcome import Reserve
from chalicelib.model.reason import Reason
from chalicelib.model.suppression import Suppression
from simulators.shop_day import BEGINS, POOL, rulebook

from .test_dispatch_races import on_its_way

VERA = {"userId": "vera"}


class Refusing:
    """A provider that says no: for good, for now, or nothing at all."""

    def __init__(self, error: TransportFailed) -> None:
        self.error = error

    def send(self, request: Any) -> str:
        raise self.error


def shop(codes: int = 1) -> World:
    return World(rulebook(), BEGINS, coupons=MemoryCoupons({POOL: codes}))


def test_a_code_is_kept_from_the_decision_on_and_marked_when_the_message_leaves() -> None:
    world = shop()
    message = on_its_way(world, VERA)
    assert world.coupons.stock(POOL) == Stock(0, 1, 0)
    dispatch(world.ports, message)
    assert world.coupons.stock(POOL) == Stock(0, 0, 1)


@pytest.mark.parametrize(("error", "stock"), [
    (TransportFailed("no such mailbox"), Stock(1, 0, 0)), (TransportFailed("no answer", ambiguous=True), Stock(0, 0, 1)),
], ids=["refused for good", "nobody knows"])
def test_only_what_certainly_did_not_leave_goes_back(error: TransportFailed, stock: Stock) -> None:
    world = shop()
    message = on_its_way(world, VERA)
    dispatch(replace(world.ports, transports={"email": Refusing(error)}), message)
    assert world.coupons.stock(POOL) == stock
    world.run_until_idle()
    assert world.coupons.stock(POOL) == stock


def test_while_the_provider_asks_to_wait_the_code_stays_with_the_journey() -> None:
    world = shop()
    message = on_its_way(world, VERA)
    with pytest.raises(TransportFailed):
        dispatch(replace(world.ports, transports={"email": Refusing(TransportFailed("slow down", retryable=True))}), message)
    assert world.coupons.stock(POOL) == Stock(0, 1, 0)
    dispatch(world.ports, message)
    assert world.coupons.stock(POOL) == Stock(0, 0, 1)


def test_a_slow_copy_does_not_send_a_code_that_went_back() -> None:
    """The first copy has its code and is slow; the second is refused at the gate, and somebody else gets the code."""
    world = shop()
    message = on_its_way(world, VERA)

    class SlowCoupons:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.coupons, name)

        def commit(self, holder: str, claim: str, mark: str) -> bool:
            world.ports.suppressions.add(Suppression("email", "vera@example.com", "*", Reason.SUPPRESSED_BOUNCE, world.now))
            dispatch(world.ports, message)
            assert world.coupons.reserve(POOL, "somebody else", world.now + HOUR, world.now) is not None
            return world.coupons.commit(holder, claim, mark)

    slow: Any = SlowCoupons()
    with pytest.raises(StoreUnavailable, match="went back"):
        dispatch(replace(world.ports, coupons=slow), message)
    assert world.sent == []
    assert world.coupons.stock(POOL) == Stock(0, 1, 0), "somebody else's"


def test_a_copy_that_lost_its_claim_takes_its_mark_away_and_not_the_others() -> None:
    """The first copy has marked the code and is slow; the second sends. What the first takes back is its own mark only."""
    world = shop()
    message = on_its_way(world, VERA)

    class SlowDeliveries:
        def __getattr__(self, name: str) -> Any:
            return getattr(world.deliveries, name)

        def call(self, key: str, attempt: str, at: int) -> bool:
            dispatch(world.ports, message)
            return world.deliveries.call(key, attempt, at)

    slow: Any = SlowDeliveries()
    dispatch(replace(world.ports, deliveries=slow), message)
    assert [request.key for request in world.sent] == [message.key]
    assert world.coupons.stock(POOL) == Stock(0, 0, 1)


def test_a_message_that_was_refused_and_comes_again_lets_go_once_more() -> None:
    """A copy died between its mark and its call; the other was refused before that mark was there."""
    world = shop()
    message = on_its_way(world, VERA)
    world.ports.suppressions.add(Suppression("email", "vera@example.com", "*", Reason.SUPPRESSED_BOUNCE, world.now))
    dispatch(world.ports, message)
    holder = (message.offer or {})["holder"]
    coupon = world.coupons.reserve(POOL, holder, world.now + HOUR, world.now)
    assert coupon is not None and world.coupons.commit(holder, coupon.claim, f"{message.key}#died")
    dispatch(world.ports, message)
    assert world.coupons.stock(POOL) == Stock(1, 0, 0)


def test_an_effect_carried_out_again_when_all_is_over_is_made_good_by_the_next() -> None:
    """The relay died after it had handed the message over; the message is refused, then the relay begins anew."""
    world = shop()
    message = on_its_way(world, VERA)
    customer, effects, through = next(change for change in reversed(world.customers.stream)
                                      if any(isinstance(effect, Reserve) for effect in change[1]))
    world.ports.suppressions.add(Suppression("email", "vera@example.com", "*", Reason.SUPPRESSED_BOUNCE, world.now))
    dispatch(world.ports, message)
    assert world.coupons.stock(POOL) == Stock(1, 0, 0)
    relay(world.ports, customer, [effect for effect in effects if isinstance(effect, Reserve)], through)
    assert world.coupons.stock(POOL) == Stock(0, 1, 0)
    world.run_until_idle()
    assert world.coupons.stock(POOL) == Stock(1, 0, 0)


@pytest.mark.parametrize(("codes", "outcome"), [(0, "empty"), (3, "low")])
def test_a_pool_that_runs_low_is_counted(codes: int, outcome: str) -> None:
    world = shop(codes)
    on_its_way(world, VERA)
    counts: Callable[[tuple[str, ...]], int] = world.meter.counts.__getitem__
    assert counts(("coupons_low",)) == counts(("coupons", f"outcome={outcome}", f"pool={POOL}")) == 1
