"""The contract of the coupon pools."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.adapters.memory import MemoryCoupons
from chalicelib.model.coupon import Coupon, Stock
from chalicelib.model.instant import DAY, HOUR

from .conftest import Stores
from .stories import NINE, at_once

UNTIL = NINE + DAY


def fill(stores: Stores, number: int, pool: str = "spring") -> None:
    for place in range(number):
        assert stores.coupons.add(pool, f"{pool}-{place}")


def reserve(stores: Stores, holder: str, pool: str = "spring", now: int = NINE) -> Coupon | None:
    return stores.coupons.reserve(pool, holder, UNTIL, now)


def code_of(coupon: Coupon | None) -> str:
    assert coupon is not None
    return coupon.code


def test_a_code_is_reserved_committed_and_never_anybody_elses(stores: Stores) -> None:
    fill(stores, 1)
    assert stores.coupons.stock("spring") == Stock(1, 0, 0)
    coupon = reserve(stores, "anna")
    assert coupon is not None and coupon.code == "spring-0"
    assert stores.coupons.stock("spring") == Stock(0, 1, 0)
    assert stores.coupons.commit("anna", coupon.claim, "message#a1")
    assert stores.coupons.stock("spring") == Stock(0, 0, 1)
    stores.coupons.give_back("anna")
    assert reserve(stores, "boris") is None
    assert reserve(stores, "boris", now=UNTIL + DAY) is None, "not even when nobody can use it any more"
    assert code_of(reserve(stores, "anna")) == "spring-0"


def test_a_holder_has_one_code_however_often_it_asks(stores: Stores) -> None:
    fill(stores, 5)
    assert len({code_of(reserve(stores, "anna")) for _ in range(3)}) == 1
    assert stores.coupons.stock("spring") == Stock(4, 1, 0)


def test_pools_are_apart_and_one_that_was_never_filled_is_empty(stores: Stores) -> None:
    fill(stores, 2)
    assert reserve(stores, "anna", pool="autumn") is None
    assert stores.coupons.stock("autumn") == Stock(0, 0, 0)


@pytest.mark.parametrize("state", ["free", "reserved", "committed"])
def test_a_code_that_was_ever_there_is_not_added_again(stores: Stores, state: str) -> None:
    fill(stores, 1)
    if state != "free":
        coupon = reserve(stores, "anna")
        assert coupon is not None
        assert state == "reserved" or stores.coupons.commit("anna", coupon.claim, "m#a")
    before = stores.coupons.stock("spring")
    assert not stores.coupons.add("spring", "spring-0")
    assert stores.coupons.stock("spring") == before


def test_what_goes_back_is_the_next_ones(stores: Stores) -> None:
    fill(stores, 1)
    reserve(stores, "anna")
    assert reserve(stores, "boris") is None
    for _ in range(2):
        stores.coupons.give_back("anna")
        assert stores.coupons.stock("spring") == Stock(1, 0, 0)
    assert code_of(reserve(stores, "boris")) == "spring-0"
    stores.coupons.give_back("anna")
    assert stores.coupons.stock("spring") == Stock(0, 1, 0), "Anna gives back what is no longer hers: nothing happens"


def test_what_went_back_must_not_go_out_any_more(stores: Stores) -> None:
    fill(stores, 1)
    old = reserve(stores, "anna")
    assert old is not None
    stores.coupons.give_back("anna")
    assert not stores.coupons.commit("anna", old.claim, "m#a")
    new = reserve(stores, "anna")
    assert new is not None and new.code == old.code
    assert not stores.coupons.commit("anna", old.claim, "m#a"), "the same code by another claim"
    assert stores.coupons.commit("anna", new.claim, "m#a")


def test_only_when_no_message_can_have_left_with_it_a_code_goes_back(stores: Stores) -> None:
    fill(stores, 1)
    coupon = reserve(stores, "anna")
    assert coupon is not None
    for mark in ("first#a1", "first#a2", "second#a3"):
        assert stores.coupons.commit("anna", coupon.claim, mark)
    stores.coupons.withdraw("anna", "first")
    stores.coupons.give_back("anna")
    assert stores.coupons.stock("spring") == Stock(0, 0, 1), "the second message may have left"
    stores.coupons.withdraw("anna", "second#a3")
    stores.coupons.withdraw("anna", "second#a3")
    assert stores.coupons.stock("spring") == Stock(0, 1, 0)
    stores.coupons.give_back("anna")
    assert stores.coupons.stock("spring") == Stock(1, 0, 0)


def test_nobody_withdraws_or_gives_back_what_is_not_there(stores: Stores) -> None:
    stores.coupons.withdraw("nobody", "m")
    stores.coupons.give_back("nobody")
    assert not stores.coupons.commit("nobody", "claim", "m")


def test_what_its_holder_left_lying_is_taken_back_when_there_is_no_other(stores: Stores) -> None:
    fill(stores, 1)
    coupon = reserve(stores, "anna")
    assert coupon is not None
    assert reserve(stores, "boris", now=UNTIL - 1) is None
    assert code_of(stores.coupons.reserve("spring", "boris", UNTIL + DAY, UNTIL)) == "spring-0"
    assert not stores.coupons.commit("anna", coupon.claim, "m#a")


def test_a_pool_that_runs_low_says_so(stores: Stores) -> None:
    fill(stores, 12)
    told = [coupon.left for holder in range(12) if (coupon := reserve(stores, f"holder {holder}")) is not None]
    assert len(told) == 12
    assert all(left is not None for left in told), "twelve are few"


def test_a_full_pool_does_not(stores: Stores) -> None:
    fill(stores, 800)
    assert [coupon.left for holder in range(5) if (coupon := reserve(stores, f"holder {holder}")) is not None] == [None] * 5


OPERATIONS = st.lists(st.tuples(st.sampled_from(["reserve", "commit", "withdraw", "give back", "add"]), st.integers(0, 4)), max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_in_whatever_order_no_code_is_two_holders_and_none_is_lost(operations: list[tuple[str, int]]) -> None:
    coupons, held, added = MemoryCoupons(), {}, 0
    for what, number in operations:
        holder = f"holder {number}"
        match what:
            case "add":
                added += coupons.add("spring", f"code {number}")
            case "reserve":
                coupon = coupons.reserve("spring", holder, UNTIL, NINE)
                if coupon is not None:
                    held[holder] = coupon
            case "commit" if holder in held:
                coupons.commit(holder, held[holder].claim, "m#a")
            case "withdraw":
                coupons.withdraw(holder, "m")
            case "give back":
                coupons.give_back(holder)
        now = {name: coupon.code for name in held if (coupon := coupons.reserve("spring", name, UNTIL, NINE)) is not None
               and coupon.claim == held[name].claim}
        assert len(set(now.values())) == len(now)
        stock = coupons.stock("spring")
        assert stock.left + stock.reserved + stock.committed == added


def test_eight_workers_for_eight_holders_have_eight_codes(dynamo: Stores) -> None:
    fill(dynamo, 8)
    codes = at_once([lambda holder=f"holder {number}": code_of(reserve(dynamo, holder)) for number in range(8)])
    assert sorted(codes) == [f"spring-{number}" for number in range(8)]
    assert reserve(dynamo, "one more") is None


def test_eight_workers_for_one_holder_have_one_code(dynamo: Stores) -> None:
    fill(dynamo, 20)
    coupons = at_once([lambda: reserve(dynamo, "anna") for _ in range(8)])
    assert len({coupon.code for coupon in coupons}) == 1
    assert dynamo.coupons.stock("spring") == Stock(19, 1, 0)


def test_eight_workers_who_take_and_give_and_send_never_share_a_code(dynamo: Stores) -> None:
    """Each holder is worked on by two at once, half of them come to nothing, and there are fewer codes than holders."""
    fill(dynamo, 12)
    issued: list[tuple[str, str]] = []

    def work(worker: int) -> None:
        for number in range(worker % 4, 24, 4):
            holder, mark = f"holder {number}", f"message {number}#{worker}"
            coupon = reserve(dynamo, holder)
            if coupon is None:
                continue
            if number % 2:
                dynamo.coupons.give_back(holder)
            elif dynamo.coupons.commit(holder, coupon.claim, mark):
                issued.append((coupon.code, holder))

    assert at_once([lambda worker=worker: work(worker) for worker in range(8)]) == [None] * 8
    holders = Counter(code for code, _ in set(issued))
    assert set(holders.values()) == {1}, "no code in two hands"
    assert len({holder for _, holder in issued}) == len({code for code, _ in issued}), "no holder with two codes"
    for number in range(1, 24, 2):
        dynamo.coupons.give_back(f"holder {number}")
    stock = dynamo.coupons.stock("spring")
    assert stock.left + stock.reserved + stock.committed == 12
    assert stock.committed == len({code for code, _ in issued})


class Stops(BaseException):
    """The process ends here."""


def test_wherever_a_worker_dies_the_next_one_goes_on(dynamo: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request of a whole life of a code is the last of its process once; then another brings it to its end."""
    table: Any = dynamo.coupons._table  # type: ignore[attr-defined]
    ask, left = table._call, [0]

    def dying(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise Stops
        return ask(*arguments, **named)

    def life(holder: str, *, sends: bool) -> str | None:
        coupon = reserve(dynamo, holder)
        assert coupon is not None
        assert dynamo.coupons.commit(holder, coupon.claim, "m#a")
        if not sends:
            dynamo.coupons.withdraw(holder, "m")
            dynamo.coupons.give_back(holder)
        return coupon.code

    monkeypatch.setattr(table, "_call", dying)
    fill(dynamo, 40)
    sent, deaths = set(), 0
    for sends in (True, False):
        for number in range(1, 40):
            holder, left[0] = f"{sends} {number}", number
            try:
                code = life(holder, sends=sends)
                done = True
            except Stops:
                code, done = life(holder, sends=sends), False
            deaths += not done
            if sends:
                assert code not in sent
                sent.add(code)
            if done:
                break
    left[0] = 0
    assert deaths > 20
    assert dynamo.coupons.stock("spring") == Stock(40 - len(sent), 0, len(sent))
    assert reserve(dynamo, "late", now=UNTIL + HOUR) is not None
