"""Who waits for scarce stock is told in waves, and no longer than there is something to be told."""

from dataclasses import replace

from chalicelib.flows import fan_out as flow
from chalicelib.model.event import BACK_IN_STOCK
from chalicelib.model.instant import DAY, HOUR, MINUTE
from tests.vectors.shop import rulebook

from .watching_shop import DROP, Shop


def test_few_pieces_are_told_in_waves_and_who_has_waited_longest_comes_first() -> None:
    shop = Shop()
    people = [f"reader-{number:02}" for number in range(30)]
    shop.feed(price=20, stock=0)
    shop.asks(*people)
    shop.feed(price=20, stock=5)
    assert shop.told(BACK_IN_STOCK) == people[:10], "two people for each piece"
    shop.passes(59 * MINUTE)
    shop.feed(price=20, stock=2)
    assert len(shop.told(BACK_IN_STOCK)) == 10
    shop.passes(MINUTE)
    assert shop.told(BACK_IN_STOCK) == people[:14], "an hour later as many as the pieces allow that are left"
    shop.passes(HOUR)
    assert shop.told(BACK_IN_STOCK) == people[:18]
    shop.feed(price=20, stock=0)
    shop.passes(DAY)
    assert shop.told(BACK_IN_STOCK) == people[:18], "sold out: nobody else is told"
    shop.feed(price=20, stock=100)
    assert shop.told(BACK_IN_STOCK)[18:] == people, "nobody has got a message yet, so all still wait"


def test_when_it_comes_back_anew_the_waves_of_before_are_over() -> None:
    shop = Shop()
    people = [f"reader-{number:02}" for number in range(12)]
    shop.feed(price=20, stock=0)
    shop.asks(*people)
    shop.feed(price=20, stock=1)
    shop.passes(10 * MINUTE)
    shop.feed(price=20, stock=0)
    shop.passes(10 * MINUTE)
    shop.feed(price=20, stock=1)
    told = shop.told(BACK_IN_STOCK)
    assert told == [*people[:2], *people[:2]]
    shop.passes(50 * MINUTE)
    assert shop.told(BACK_IN_STOCK) == told, "the first series would have gone on by now"
    shop.passes(10 * MINUTE)
    assert shop.told(BACK_IN_STOCK)[4:] == people[2:4]


def test_when_the_rule_is_taken_back_the_waves_and_pages_under_way_are_over() -> None:
    shop = Shop()
    shop.feed(price=10, stock=0)
    shop.asks("anna", "boris", "vera", "petra")
    shop.feed(price=10, stock=1)
    told = shop.told(BACK_IN_STOCK)
    assert 0 < len(told) < 4, "a wave is to come"
    without = rulebook(DROP)
    shop.world.ports = replace(shop.world.ports, rulebook=lambda: without)
    flow.carry_on(shop.world.ports, replace(next(iter(shop.world.waves.due(shop.world.now + DAY))), left=3))  # a page of it, under way
    shop.passes(2 * DAY)
    assert (shop.told(BACK_IN_STOCK), shop.world.waves.next_at()) == (told, None)
    assert shop.world.meter.counts["waves", "outcome=retired"] == 2


def test_where_nobody_counts_the_pieces_all_are_told_at_once() -> None:
    shop = Shop()
    people = [f"reader-{number:02}" for number in range(40)]
    shop.feed(price=20, available=False)
    shop.asks(*people)
    shop.feed(price=20, available=True)
    assert shop.told(BACK_IN_STOCK) == people
