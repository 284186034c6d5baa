"""Publishing on the tables: two at once, many at once, and a process that dies, as `flows/test_publishing.py` has it in memory."""

from dataclasses import replace

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.publishing import Published, Said, pause, publish, roll_back
from chalicelib.flows.rulebooks import in_force
from chalicelib.model.errors import RulebookMoved, StoreUnavailable
from chalicelib.ports import Ports
from chalicelib.rulebook.bundle import Bundle
from simulators.shop_day import BEGINS, rulebook

from ..flows.test_publishing import ANNA, BORIS, Dying, Lenient, files, priorities, put
from .conftest import Stores
from .stories import at_once


@pytest.fixture
def ports(stores: Stores) -> Ports:
    """A world's ports on these stores; one rule came with the code."""
    return replace(World(rulebook(), BEGINS).ports, clock=stores.clock, rulebooks=stores.rulebooks, deployed=lambda: Bundle(files(cart=1)))


def test_a_story(ports: Ports) -> None:
    """Published, the second of two told, rolled back, paused, and a process that dies before it gives the number."""
    first = put(ports, files(cart=2)).publication
    assert first is not None
    meanwhile = Lenient(meanwhile=lambda: put(ports, files(cart=2, gift=1), BORIS, first.bundle))
    with pytest.raises(RulebookMoved, match="number 2 is in force by now, by boris: rule gift added"):
        publish(ports, meanwhile, files(cart=3), first.bundle, ANNA)
    assert priorities(ports) == {"cart": (2, 2), "gift": (1, 1)}
    roll_back(ports, 2, ANNA)
    assert priorities(ports) == {"cart": (2, 2)}
    pause(ports, True, BORIS)
    for writes in range(4):  # that it was checked, which stays; the content twice, what it changed, the number
        with pytest.raises(StoreUnavailable):
            put(replace(ports, rulebooks=Dying(ports.rulebooks, writes)), files(cart=5), base=first.bundle)
        assert (in_force(ports).number, priorities(ports)) == (4, {"cart": (2, 2)})
    put(ports, files(cart=5), base=first.bundle)
    assert (in_force(ports).number, in_force(ports).paused, priorities(ports)) == (5, True, {"cart": (5, 3)})


def test_many_at_once_lose_nothing(dynamo: Stores) -> None:
    ports = replace(World(rulebook(), BEGINS).ports, clock=dynamo.clock, rulebooks=dynamo.rulebooks, deployed=lambda: Bundle(files(cart=1)))
    base = in_force(ports).bundle.name
    results = at_once([lambda number=number: publish(ports, Lenient(), files(cart=1, **{f"mine-{number}": 1}), base, Said(str(number)))
                       for number in range(5)])
    won = [result for result in results if isinstance(result, Published)]
    assert len(won) == 1
    assert all(isinstance(result, RulebookMoved) and result.publications for result in results if result is not won[0])
    assert len(ports.rulebooks.history(None, 10)) == 1
