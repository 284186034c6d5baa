"""Beckon's clock ticks until it is moved, then stands, and goes backwards for nobody."""

import pytest

from local.clock import ClockRefused, LocalClock


def test_it_ticks_until_it_is_moved():
    clock = LocalClock()
    assert clock.ticking
    before = clock()
    assert clock() >= before
    clock.to(before + 86_400_000)
    assert not clock.ticking
    assert clock() == clock() == before + 86_400_000


def test_advancing_adds_up_exactly():
    clock = LocalClock()
    clock.to(clock() + 1_000_000)
    start = clock()
    clock.advance(60_000)
    clock.advance(1)
    assert clock() == start + 60_001


def test_it_does_not_go_backwards_and_says_how_to():
    clock = LocalClock()
    clock.to(clock() + 5_000)
    now = clock()
    with pytest.raises(ClockRefused, match=r"does not go backwards .*reset"):
        clock.to(now - 1)
    with pytest.raises(ClockRefused):
        clock.advance(-1)
    assert clock() == now


def test_an_empty_world_begins_at_any_moment_and_may_tick_again():
    clock = LocalClock()
    clock.begin(1_569_888_000_000)
    assert clock() == 1_569_888_000_000
    clock.release()
    assert clock.ticking
    assert clock() > 1_700_000_000_000
