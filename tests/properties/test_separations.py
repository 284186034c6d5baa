"""Joined and taken apart at random, with every kind of mishap: everything lies with exactly one person, and a no is never undone.

Where work waits, a call without a user that is sent twice may meet its device before and after it has changed hands, and so count for both.
"""

from contextlib import suppress
from random import Random

import pytest

from chalicelib.flows.lookup import find_customer
from chalicelib.flows.separation import separate
from chalicelib.model.consent import consent_for
from chalicelib.model.errors import BeckonError
from chalicelib.model.instant import SECOND
from simulators.cuts import Fault, Killed, OneCut

from .people import DEVICES, USERS, Op
from .test_people import Mishaps

HISTORIES, OPERATIONS = 40, 120
KINDS = ["put"] * 6 + ["identify"] * 4 + ["alias", "apart", "apart", "apart", "no"]


def take_apart(world: Mishaps, chance: Random) -> None:
    """Somebody's merge, if they have one, is undone; what fails on the way is not asked for again."""
    world.set_fault(Fault())
    customer = find_customer(world.ports, chance.choice((*USERS, *DEVICES)))
    if customer is None or not customer.merges:
        return
    if chance.random() < 0.3:
        world.set_fault(OneCut(chance.randint(1, 25), chance.choice(["kill_before", "kill_after", "lost_answer", "throttle"])))
    with suppress(Killed, BeckonError):  # people see in `merges` that it is still to be done
        separate(world.ports, customer.name, chance.choice(customer.merges).id)
    world.run_until_idle()
    world.sent.clear()  # a call without a user that comes again after its device has changed hands goes to its new owner


def happens(world: Mishaps, op: Op) -> None:
    """It happens now, and arrives at once."""
    world.now += SECOND
    world.arrives([(world.now, op)])


def lived(seed: int, *, lags: bool) -> tuple[Mishaps, set[str]]:
    """A history, and what was put in carts. No more than what a quarter of an hour may hold, so that nothing is settled too early."""
    chance, world, put = Random(f"separations {seed}"), Mishaps(seed, lags=lags), set[str]()
    for place in range(OPERATIONS):
        device, user, kind = chance.choice(DEVICES), chance.choice(USERS), chance.choice(KINDS)
        match kind:
            case "apart":
                take_apart(world, chance)
            case "alias":
                happens(world, Op(kind, f"e{place}", user=user, other=chance.choice([name for name in USERS if name != user])))
            case "identify":
                happens(world, Op(kind, f"e{place}", device, user))
            case _:
                thing = f"e{place}" if kind == "put" else None
                happens(world, Op(kind, f"e{place}", device, chance.choice([None, None, user]), thing=thing))
                put |= {f"e{place}"} if kind == "put" else set()
    world.end()
    return world, put


@pytest.mark.parametrize("lags", [False, True], ids=["prompt", "lagging"])
def test_nothing_is_lost_and_nothing_lies_with_two(lags: bool) -> None:
    undone = 0
    for seed in range(HISTORIES):
        world, put = lived(seed, lags=lags)
        live = [record.state for customer in world.customers.known() if (record := world.customers.load(customer)) is not None
                and record.state.merged_into is None]
        lines = sorted(line["productId"] for customer in live for line in customer.cart.lines())
        assert set(lines) == put, f"history {seed}"
        assert lags or len(lines) == len(put), f"history {seed}"
        parked = world.ports.parking.parked("fold", 3)
        assert not parked, f"history {seed}: {parked}"
        undone += sum(customer.restored for customer in live)
        for customer in live:
            word = consent_for(customer.consents, "email", "offers")
            logged = world.events.latest(customer.id, 1_000)
            assert not any(event.name == "Unsubscribed" for event in logged) or (word and word.status == "withdrawn"), f"history {seed}"
    assert undone > HISTORIES / 2


@pytest.mark.parametrize("lags", [False, True], ids=["prompt", "lagging"])
def test_every_identifier_leads_to_somebody_who_is_there(lags: bool) -> None:
    for seed in range(HISTORIES // 2):
        world, _ = lived(1_000 + seed, lags=lags)
        for who in (*USERS, *DEVICES):
            customer = find_customer(world.ports, who)
            assert customer is None or customer.merged_into is None
            for merge in customer.merges if customer else ():
                record = world.customers.load(merge.id)
                assert record is not None and customer is not None and record.state.merged_into == customer.id, f"history {1_000 + seed}"
