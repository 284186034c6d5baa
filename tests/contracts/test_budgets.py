"""The contract of the budgets: never more than there is, each message once, and back what did not leave."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.adapters.memory import MemoryBudgets
from chalicelib.model.budget import Most, Share, Spent

from .conftest import Stores
from .stories import at_once

MONDAY, TUESDAY = "2026-03-02", "2026-03-03"
CENT = 10_000
ANY = Most()


def take(stores: Stores, key: str, mark: str = "1", day: str = MONDAY, money: int = 0, a_day: Most = ANY, in_all: Most = ANY,
         rule: str = "cart") -> bool:
    return stores.budgets.take(Share(key, rule, day, money), mark, a_day, in_all)


def test_a_day_has_so_many_messages_and_the_next_as_many_again(stores: Stores) -> None:
    assert [take(stores, f"m{number}", a_day=Most(2)) for number in range(3)] == [True, True, False]
    assert take(stores, "m2", day=TUESDAY, a_day=Most(2))
    assert (stores.budgets.spent("cart", MONDAY), stores.budgets.spent("cart", TUESDAY)) == (Spent(2), Spent(1))
    assert stores.budgets.spent("cart") == Spent(3)


def test_all_days_have_so_many_together(stores: Stores) -> None:
    days = [MONDAY, MONDAY, TUESDAY, TUESDAY]
    assert [take(stores, f"m{number}", day=day, in_all=Most(3)) for number, day in enumerate(days)] == [True, True, True, False]
    assert stores.budgets.spent("cart", TUESDAY) == Spent(1), "what all days have not got no day takes"


def test_money_goes_exactly_as_far_as_it_goes(stores: Stores) -> None:
    assert [take(stores, f"m{number}", money=3 * CENT, a_day=Most(money=10 * CENT)) for number in range(4)] == [True, True, True, False]
    assert take(stores, "cheap", money=CENT, a_day=Most(money=10 * CENT)), "a cheaper one still fits"
    assert stores.budgets.spent("cart", MONDAY) == Spent(4, 10 * CENT)
    assert not take(stores, "dear", money=11 * CENT, day=TUESDAY, a_day=Most(money=10 * CENT)), "what no day can pay for never goes"
    assert stores.budgets.spent("cart", TUESDAY) == Spent()


def test_messages_and_money_of_a_day_and_in_all_hold_together(stores: Stores) -> None:
    a_day, in_all = Most(10, 10 * CENT), Most(2, 100 * CENT)
    assert [take(stores, f"m{number}", money=CENT, a_day=a_day, in_all=in_all) for number in range(3)] == [True, True, False]


def test_a_message_counts_once_however_often_it_is_tried(stores: Stores) -> None:
    assert all(take(stores, "m1", mark, money=CENT, a_day=Most(1, CENT), in_all=Most(1)) for mark in ("1", "2", "2"))
    assert take(stores, "m1", "3", day=TUESDAY, a_day=Most(1)), "also on the next day"
    assert (stores.budgets.spent("cart"), stores.budgets.spent("cart", TUESDAY)) == (Spent(1, CENT), Spent())


def test_what_did_not_leave_goes_back_once_to_the_day_it_is_from(stores: Stores) -> None:
    for key in ("m1", "m2"):
        assert take(stores, key, money=CENT)
    for _ in range(3):
        stores.budgets.give_back("m1", "")
    stores.budgets.give_back("nobody knows it", "")
    assert stores.budgets.spent("cart", MONDAY) == stores.budgets.spent("cart") == Spent(1, CENT)
    assert take(stores, "m1", day=TUESDAY, money=CENT), "and may be taken again"
    assert (stores.budgets.spent("cart", MONDAY), stores.budgets.spent("cart", TUESDAY)) == (Spent(1, CENT), Spent(1, CENT))


def test_it_stays_while_another_attempt_may_have_left_with_it(stores: Stores) -> None:
    for mark in ("1", "2"):
        assert take(stores, "m1", mark)
    stores.budgets.give_back("m1", "1")
    stores.budgets.give_back("m1", "1")
    assert stores.budgets.spent("cart") == Spent(1)
    stores.budgets.give_back("m1", "2")
    assert stores.budgets.spent("cart") == Spent(0)


def test_rules_are_apart(stores: Stores) -> None:
    assert take(stores, "m1", in_all=Most(1))
    assert take(stores, "m2", in_all=Most(1), rule="drop")
    assert not take(stores, "m3", in_all=Most(1))
    assert stores.budgets.spent("cart") == stores.budgets.spent("drop") == Spent(1)


@pytest.mark.parametrize("workers", [2, 8])
def test_workers_at_once_never_spend_more_than_there_is(stores: Stores, workers: int) -> None:
    def work(number: int) -> list[str]:
        return [key for place in range(6) if take(stores, key := f"m{(number + place) % 10}", str(number), a_day=Most(5), in_all=Most(7))]

    taken = at_once([lambda number=number: work(number) for number in range(workers)])  # type: ignore[misc]
    assert {type(result) for result in taken} == {list}
    assert len({key for keys in taken for key in keys}) == stores.budgets.spent("cart").messages == 5


def test_workers_that_take_and_give_back_at_once_lose_nothing(stores: Stores) -> None:
    def work(number: int) -> None:
        for place in range(4):
            take(stores, f"m{place}", str(number))
            stores.budgets.give_back(f"m{place}", str(number))

    assert at_once([lambda number=number: work(number) for number in range(4)]) == [None] * 4  # type: ignore[misc]
    assert stores.budgets.spent("cart") == stores.budgets.spent("cart", MONDAY) == Spent()


@pytest.mark.parametrize(("meanwhile", "left"), [("marked again", 1), ("given back", 0), ("given back and taken again", 1)])
def test_who_is_slow_gives_back_nothing_that_is_not_its_own_any_more(dynamo: Stores, monkeypatch: pytest.MonkeyPatch, meanwhile: str,
                                                                     left: int) -> None:
    table: Any = dynamo.budgets._table  # type: ignore[attr-defined]
    read = table.get

    def slow(*arguments: Any) -> Any:
        found = read(*arguments)
        monkeypatch.setattr(table, "get", read)
        if meanwhile != "marked again":
            dynamo.budgets.give_back("m1", "1")
        if meanwhile != "given back":
            assert take(dynamo, "m1", "2")
        return found

    assert take(dynamo, "m1", "1")
    monkeypatch.setattr(table, "get", slow)
    dynamo.budgets.give_back("m1", "1")
    assert dynamo.budgets.spent("cart") == dynamo.budgets.spent("cart", MONDAY) == Spent(left)


class Stops(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_wherever_a_worker_dies_the_next_one_finds_the_sum_right(dynamo: Stores, monkeypatch: pytest.MonkeyPatch, after: bool) -> None:
    table: Any = dynamo.budgets._table  # type: ignore[attr-defined]
    ask, left = table._call, [0]

    def dying(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0 and not after:
            raise Stops
        answer = ask(*arguments, **named)
        if left[0] == 0:
            raise Stops
        return answer

    def life(key: str, *, sends: bool) -> None:
        assert take(dynamo, key, "1", money=CENT)
        if not sends:
            dynamo.budgets.give_back(key, "")

    monkeypatch.setattr(table, "_call", dying)
    deaths, sent = Counter[bool](), 0
    for sends in (True, False):
        for number in range(1, 10):
            left[0] = number
            try:
                life(f"{sends} {number}", sends=sends)
                done = True
            except Stops:
                left[0] = 0
                life(f"{sends} {number}", sends=sends)
                done = False
            deaths[sends] += not done
            sent += sends
            if done:
                break
    left[0] = 0
    assert deaths == {True: 1, False: 3}
    assert dynamo.budgets.spent("cart") == dynamo.budgets.spent("cart", MONDAY) == Spent(sent, sent * CENT)


steps = st.lists(st.tuples(st.sampled_from(["take", "take", "back"]), st.sampled_from("abcd"), st.sampled_from("12"),
                           st.sampled_from([MONDAY, TUESDAY]), st.integers(0, 3)), min_size=4, max_size=8)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_both_kinds_do_the_same(dynamo: Stores, told: list[tuple[str, str, str, str, int]]) -> None:
    memory, rule = MemoryBudgets(), f"rule {len(told)} {hash(tuple(told))}"
    a_day, in_all = Most(2, 5), Most(3, 7)
    for verb, name, mark, day, money in told:
        done = []
        for budgets in (memory, dynamo.budgets):
            key = f"{rule} {name}"
            done.append(budgets.take(Share(key, rule, day, money), mark, a_day, in_all) if verb == "take" else budgets.give_back(key, mark))
        assert done[0] == done[1]
    for when, most in ((MONDAY, a_day), (TUESDAY, a_day), (None, in_all)):
        spent = memory.spent(rule, when)
        assert spent == dynamo.budgets.spent(rule, when)
        assert (spent.messages, spent.money) <= (most.messages, most.money)
        assert spent.money <= (most.money or 0)
