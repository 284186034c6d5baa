"""Erasure among people who become one: who was erased stays erased, and nobody else is lost with them."""

from typing import Any

from chalicelib.backtest.world import World
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.profile import look_up
from chalicelib.flows.rights import ask_erasure
from chalicelib.model.instant import SECOND, format_instant
from chalicelib.model.source import Source
from simulators.shop_day import BEGINS, rulebook

SHOP = Source("shop", "server")


def put(product: str, **who: str) -> dict[str, Any]:
    return {"type": "track", "event": "Product Added", "properties": {"product_id": product}, "messageId": product, **who}


def at(world: World, call: dict[str, Any]) -> dict[str, Any]:
    """The call, a second later than what was before."""
    world.now += SECOND
    return {"messageId": f"at {world.now}", "timestamp": format_instant(world.now), **call}


def cart(world: World, who: str) -> list[str] | None:
    shown = look_up(world.ports, who)
    return shown and sorted(line["productId"] for line in shown["cart"]["products"])


def test_what_is_not_in_the_state_yet_is_erased_too() -> None:
    world = World(rulebook(), BEGINS)
    ingest(world.ports, Request(SHOP, [at(world, put("b-1", userId="anna"))]))
    assert ask_erasure(world.ports, "anna")
    world.run_until_idle()
    assert look_up(world.ports, "anna") is None


def test_an_erasure_that_reaches_a_record_on_its_way_erases_the_person_it_has_become() -> None:
    world = World(rulebook(), BEGINS)
    for call in (put("b-1", userId="anna", anonymousId="phone"), put("b-2", anonymousId="phone")):
        world.post([at(world, call)], SHOP)
    phone = look_up(world.ports, "phone")
    ingest(world.ports, Request(SHOP, [at(world, {"type": "identify", "userId": "anna", "anonymousId": "phone"})]))
    found = world.ports.identifiers.find
    world.ports.identifiers.find = lambda parts: {part: phone["id"] for part in parts if part.value == "phone"}  # read a moment ago
    assert ask_erasure(world.ports, "phone") == phone["id"]
    world.ports.identifiers.find = found
    world.run_until_idle()
    assert look_up(world.ports, "anna") is None


def test_who_is_joined_with_somebody_erased_is_not_lost_with_them() -> None:
    for erased, other in (("anna", "boris"), ("boris", "anna")):
        world = World(rulebook(), BEGINS)
        for name in ("anna", "boris"):
            world.post([at(world, put(f"of-{name}", userId=name))], SHOP)
        assert ask_erasure(world.ports, erased)
        world.run_until_idle()
        world.post([at(world, {"type": "alias", "userId": other, "previousId": erased})], SHOP)
        assert cart(world, erased) == cart(world, other) == [f"of-{other}"]


def test_what_was_erased_does_not_come_back_after_joining() -> None:
    world = World(rulebook(), BEGINS)
    late = at(world, put("of-boris", userId="boris"))
    world.post([late], SHOP)
    world.post([at(world, put("of-anna", userId="anna"))], SHOP)
    assert ask_erasure(world.ports, "boris")
    world.run_until_idle()
    world.post([at(world, {"type": "alias", "userId": "anna", "previousId": "boris"})], SHOP)
    world.post([{**late, "messageId": "the same thing under another id"}], SHOP)
    assert cart(world, "boris") == ["of-anna"]
