"""test_identity: calls with their ids go in; who they are, and what each has in the cart, comes out."""

from itertools import groupby
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.profile import look_up
from chalicelib.model.instant import format_instant
from chalicelib.model.source import Source

from .reading import cases, moment, read
from .shop import rulebook


def call_of(entry: dict[str, Any], place: int, at: int) -> dict[str, Any]:
    """A call of the tracking API; `put` is short for a product put in the cart."""
    known = {name: value for name, value in entry.items() if name not in ("put", "by")}
    if "put" in entry:
        known |= {"type": "track", "event": "Product Added", "properties": {"product_id": entry["put"], "price": 10}}
    return {"messageId": f"e{place}", "timestamp": format_instant(at), **known}


def played(case: dict[str, Any], *, together: bool) -> World:
    """The calls, a minute apart, or all in one request."""
    world = World(rulebook(), moment("10:00"))
    moments = [moment("10:00") + place * 60_000 for place in range(len(case["calls"]))]
    calls = [(at, call_of(entry, place, at)) for place, (at, entry) in enumerate(zip(moments, case["calls"], strict=True))]
    if together:
        world.advance_to(calls[-1][0])
        for kind, group in groupby(zip(case["calls"], calls, strict=True), key=lambda pair: pair[0].get("by", "server")):
            world.post([call for _, (_, call) in group], Source("shop", kind))
    else:
        for entry, (at, call) in zip(case["calls"], calls, strict=True):
            world.advance_to(at)
            world.post([call], Source("shop", entry.get("by", "server")))
    return world


@cases("identity.json")
def test_these_ids_are_these_people(case: dict[str, Any]) -> None:
    for together in (False, True):
        world = played(case, together=together)
        found = {known: look_up(world.ports, known) for known in case["expect"]}
        assert {known: person["customer"] if person else None for known, person in found.items()} == case["expect"]
        people = {person["customer"]: person for person in found.values() if person}
        for name, products in case.get("carts", {}).items():
            assert sorted(line["productId"] for line in people[name]["cart"]["products"]) == sorted(products), name
        assert len({person["id"] for person in people.values()}) == len(people)
        assert not world.ports.parking.parked("fold", 1)


RESENT = [pytest.param(case, id=case["name"]) for case in read("identity.json")["cases"] if "resent" not in case]


@pytest.mark.parametrize("case", RESENT)
def test_the_same_calls_again_change_nothing(case: dict[str, Any]) -> None:
    world = played(case, together=False)
    before = known_of(world, case)
    for place, entry in enumerate(case["calls"]):
        world.post([call_of(entry, place, moment("10:00") + place * 60_000)], Source("shop", entry.get("by", "server")))
    assert known_of(world, case) == before


def known_of(world: World, case: dict[str, Any]) -> dict[str, Any]:
    """What is known under each id; the log aside, which may hold a copy of an event that came again by another way."""
    found = {known: look_up(world.ports, known) for known in case["expect"]}
    return {known: person and {name: value for name, value in person.items() if name != "events"} for known, person in found.items()}
