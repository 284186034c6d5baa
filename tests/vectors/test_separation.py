"""test_separation: people are taken for one, and taken apart again; who is who, and what each has, comes out."""

from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.fold import fold
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.replay import replay
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.separation import separate
from chalicelib.model.customer import Customer
from chalicelib.model.errors import EventRejected
from chalicelib.model.event import CUSTOMER_ABSORBED, MERGE_JOURNALED
from chalicelib.model.instant import DAY, parse_duration
from chalicelib.model.source import Source
from simulators.shop_day import BEGINS, rulebook

from .reading import cases
from .test_identity import call_of

TELLING = (CUSTOMER_ABSORBED, MERGE_JOURNALED)


def do(world: World, entry: dict[str, Any], place: int) -> None:
    """One line of a story."""
    world.advance_to(world.now + parse_duration(entry.get("after", "1m")))
    if "separate" in entry:
        apart(world, entry)
    elif "erase" in entry:
        ask_erasure(world.ports, entry["erase"])
        world.run_until_idle()
    else:
        call = call_of({name: value for name, value in entry.items() if name != "after"}, place, world.now)
        world.post([call], Source("shop", "server"))


def apart(world: World, entry: dict[str, Any]) -> None:
    """Take apart, or be refused."""
    if isinstance(entry.get("refused"), str):
        with pytest.raises(EventRejected) as refused:
            separate(world.ports, entry["separate"], entry["from"])
        assert refused.value.code == entry["refused"]
    else:
        assert (separate(world.ports, entry["separate"], entry["from"]) is None) == ("refused" in entry)
    world.run_until_idle()


def played(case: dict[str, Any]) -> World:
    """The story to its end, and three days more."""
    world = World(rulebook(), BEGINS)
    for place, entry in enumerate(case["calls"]):
        do(world, entry, place)
    world.advance_to(BEGINS + parse_duration(case["until"]) if "until" in case else world.now + 3 * DAY)
    return world


def seen(world: World, who: str) -> Customer:
    """Somebody who is there."""
    customer = find_customer(world.ports, who)
    assert customer is not None, who
    return customer


@cases("separation.json")
def test_who_was_taken_for_one_is_two_again(case: dict[str, Any]) -> None:
    world = played(case)
    for who, name in case["expect"].items():
        person = find_customer(world.ports, who)
        assert (person and person.name) == name, who
    facts = {
        "carts": lambda customer: sorted(line["productId"] for line in customer.cart.lines()),
        "consents": lambda customer: {key: word.status for key, word in customer.consents.items()},
        "suppressed": lambda customer: sorted(customer.suppressed), "caps": lambda customer: len(customer.sends),
        "merges": lambda customer: [[merge.name, merge.cause] for merge in customer.merges],
        "waits": lambda customer: bool(customer.timers), "locales": lambda customer: customer.locale,
    }
    for fact, of in facts.items():
        for who, expected in case.get(fact, {}).items():
            assert of(seen(world, who)) == expected, f"{fact} of {who}"
    for who, traits in case.get("traits", {}).items():
        assert traits.items() <= seen(world, who).traits.items()
    if "mails" in case:
        assert [request.recipient for request in world.sent] == case["mails"]
    assert not world.ports.parking.parked("fold", 1)


@cases("separation.json")
def test_what_comes_again_changes_nothing(case: dict[str, Any]) -> None:
    world = played(case)
    before = states(world)
    fold(world.ports, world.events.stream)
    world.run_until_idle()
    assert states(world) == before
    replay(world.ports, 0)
    world.run_until_idle()
    assert states(world) == before


@cases("separation.json")
def test_the_log_of_each_has_only_their_own(case: dict[str, Any]) -> None:
    world = played(case)
    for who in {entry["separate"] for entry in case["calls"] if "separate" in entry and "refused" not in entry}:
        if find_customer(world.ports, who):
            told = {event.id for event in world.events.latest(seen(world, who).id, 1_000) if event.name in TELLING}
            assert told == {name for merge in seen(world, who).merges for name in (merge.absorbed_id, merge.journal_id)}


def states(world: World) -> dict[str, Any]:
    """Everybody's state."""
    return {customer: world.customers.load(customer).state.document() for customer in world.customers.known()}
