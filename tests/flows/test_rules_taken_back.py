"""Rules that are taken back while something is under way for them."""

from dataclasses import replace

from chalicelib.flows import fan_out as flow
from chalicelib.model.event import BACK_IN_STOCK
from chalicelib.model.instant import DAY
from tests.vectors.shop import rulebook

from .test_fan_out import DROP, Shop


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
