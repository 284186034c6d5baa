"""Erasure among people who become one: who was erased stays erased, and nobody else is lost with them."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.ingest import Request, ingest
from chalicelib.flows.profile import look_up
from chalicelib.flows.replay import replay
from chalicelib.flows.rights import ask_erasure
from chalicelib.model.instant import HOUR, SECOND, format_instant
from chalicelib.model.source import Source
from simulators.shop_day import BEGINS, rulebook

SHOP = Source("shop", "server")


def put(product: str, **who: str) -> dict[str, Any]:
    return {"type": "track", "event": "Product Added", "properties": {"product_id": product, "price": 20}, "messageId": product, **who}


def at(world: World, call: dict[str, Any]) -> dict[str, Any]:
    """The call, a second later than what was before."""
    world.now += SECOND
    return {"messageId": f"at {world.now}", "timestamp": format_instant(world.now), **call}


def stale(world: World, **homes: str) -> Callable[[], None]:
    """Lets identifiers lead where they led a moment ago, until what this gives back is called."""
    found = world.ports.identifiers.find
    world.ports.identifiers.find = lambda parts: {part: homes[part.value] for part in parts if part.value in homes}

    def fresh() -> None:
        world.ports.identifiers.find = found

    return fresh


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
    fresh = stale(world, phone=phone["id"])
    assert ask_erasure(world.ports, "phone") == phone["id"]
    fresh()
    world.run_until_idle()
    assert look_up(world.ports, "anna") is None


def test_a_letter_to_a_record_that_was_erased_on_its_way_is_let_go() -> None:
    world = World(rulebook(), BEGINS)
    queues, world.queues = world.queues, {}  # letters wait
    reachable = {"email": "anna@example.com", "consents": {"email": True}}
    for call in (put("b-0", userId="anna"), {"type": "identify", "anonymousId": "phone", "traits": reachable},
                 put("b-1", anonymousId="phone")):
        world.post([at(world, call)], SHOP)
    world.advance_to(BEGINS + 2 * HOUR)
    assert sum(len(queue.messages) for queue in queues.values()) == 1
    phone = look_up(world.ports, "phone")
    ingest(world.ports, Request(SHOP, [at(world, {"type": "identify", "userId": "anna", "anonymousId": "phone"})]))
    fresh = stale(world, phone=phone["id"])
    assert ask_erasure(world.ports, "phone") == phone["id"]
    fresh()
    world.queues = queues
    world.run_until_idle()
    assert world.sent == []
    assert [delivery.error for delivery in world.deliveries.all()] == ["customer_erased"]


def test_nobody_can_take_the_place_of_the_word_that_erases() -> None:
    world = World(rulebook(), BEGINS)
    world.post([at(world, put("b-1", userId="anna"))], SHOP)
    forged = {"type": "track", "userId": "anna", "event": "Product Viewed", "messageId": f"erasure-{world.now + SECOND}"}
    world.post([forged], Source("web", "browser"))
    world.now += SECOND
    ask_erasure(world.ports, "anna")
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


def test_two_whom_the_shop_has_joined_are_erased_together_also_while_that_is_on_its_way() -> None:
    world = World(rulebook(), BEGINS)
    for name in ("anna", "boris"):
        world.post([at(world, put(f"of-{name}", userId=name))], SHOP)
    ingest(world.ports, Request(SHOP, [at(world, {"type": "alias", "userId": "anna", "previousId": "boris"})]))
    world.now += SECOND
    assert ask_erasure(world.ports, "anna")
    world.run_until_idle()
    assert look_up(world.ports, "anna") is None
    assert look_up(world.ports, "boris") is None


def test_what_an_erased_device_sends_late_stays_away_from_whom_it_joined_since() -> None:
    world = World(rulebook(), BEGINS)
    world.post([at(world, put("b-1", userId="anna")), at(world, put("b-2", anonymousId="phone"))], SHOP)
    world.now += SECOND
    assert ask_erasure(world.ports, "anna")
    kept = at(world, put("b-3", anonymousId="phone"))  # without a network it is not sent yet
    world.now += SECOND
    assert ask_erasure(world.ports, "phone")
    world.run_until_idle()
    world.post([at(world, {"type": "identify", "userId": "anna", "anonymousId": "phone"})], SHOP)
    world.post([kept], SHOP)
    assert cart(world, "anna") == []


@pytest.mark.parametrize("restored", ["events", "customers", "decisions", "events and decisions"])
def test_a_restored_backup_brings_nobody_back_once_it_is_replayed(restored: str) -> None:
    """The backup is of before the erasure; the tombstone is in the log and in the state, so one of the two is there."""
    world = World(rulebook(), BEGINS)
    world.post([at(world, {"type": "identify", "userId": "anna", "traits": {"email": "anna@example.com", "consents": {"email": True}}}),
                at(world, put("b-1", userId="anna")), at(world, put("b-2", userId="boris"))], SHOP)
    world.advance_to(BEGINS + 2 * HOUR)
    stores = {"events": world.events, "customers": world.customers, "decisions": world.decisions}
    backup = {name: copy.deepcopy(store._items) for name, store in stores.items()}
    backed_up = world.now
    world.now += HOUR
    assert ask_erasure(world.ports, "anna")
    world.run_until_idle()
    for name in restored.split(" and "):
        stores[name]._items = backup[name]
    assert "anna" in str({name: store._items for name, store in stores.items()})
    counts = replay(world.ports, backed_up)
    world.run_until_idle()
    assert counts["erased"] == 1
    assert look_up(world.ports, "anna") is None
    assert "anna" not in str({name: store._items for name, store in stores.items()})
    assert cart(world, "boris") == ["b-2"]
