"""test_triggers: events with their times go in, occurrences come out, for every kind of trigger."""

from typing import Any

import pytest

from chalicelib.backtest.run import occurrences_of
from chalicelib.backtest.world import World
from chalicelib.engine.advance import advance
from chalicelib.flows.stores import take_stores
from chalicelib.model.customer import Customer
from chalicelib.model.event import LOCATION_UPDATED, TIMER_DUE, Event
from chalicelib.model.facts import NO_FACTS
from chalicelib.model.instant import HOUR, format_instant, parse_duration, parse_instant
from chalicelib.model.product import product_key
from chalicelib.triggers.registry import TRIGGERS
from chalicelib.triggers.trigger import Reaction

from .compass import BEARINGS, beside
from .reading import clock, moment, read, written_out
from .shop import rulebook

VECTORS = [pytest.param(kind, case, id=f"{kind}: {case['name']}") for kind in TRIGGERS for case in read(f"triggers/{kind}.json")["cases"]]


def rule_of(kind: str, case: dict[str, Any]) -> dict[str, Any]:
    """The rule around the case's trigger: every firing is an occurrence of its own."""
    trigger = {"kind": kind, **read(f"triggers/{kind}.json")["triggers"][case["trigger"]]}
    if "lateness" in case:
        trigger["lateness"] = case["lateness"]
    return {"id": "rule", "reentry": "0s", "trigger": trigger, **({"condition": case["condition"]} if "condition" in case else {})}


def calls_of(case: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """(arrival, call) of every event, in the order of arrival; `repeat` writes an event many times, `{n}` counting up.

    An entry with a `product` is what the catalog's feed says at that moment. Who is `reachable` has agreed to e-mails an hour before.
    An event with `metres` tells a position: so far `north`, `east`, `south` or `west` of a store.
    """
    calls = []
    if case.get("reachable"):
        at = moment(case["events"][0]["at"]) - HOUR
        calls.append((at, {"type": "identify", "messageId": "agreed", "userId": "anna", "timestamp": format_instant(at),
                           "traits": {"email": "anna@example.com", "consents": {"email": ["offers"]}}}))
    for place, entry in enumerate(case["events"]):
        if "product" in entry:
            calls.append((moment(entry["at"]), {"type": "product", **entry["product"], "at": moment(entry["at"])}))
            continue
        repeat = entry.get("repeat", {"times": 1, "every": "1s"})
        for count in range(repeat["times"]):
            at = moment(entry["at"]) + count * parse_duration(repeat["every"])
            properties = {name: value.replace("{n}", str(count + 1)) if isinstance(value, str) else value
                          for name, value in {**entry.get("properties", {}), **position_in(entry, case)}.items()}
            message_id = entry.get("id", f"e{place + 1}").replace("{n}", str(count + 1))
            call = {"type": "track", "messageId": message_id, "userId": "anna", "event": entry.get("event", LOCATION_UPDATED),
                    "properties": properties}
            calls.append((moment(entry["arrives"]) if "arrives" in entry else at, {**call, "timestamp": format_instant(at)}))
    return sorted(calls, key=lambda entry: entry[0])


def position_in(entry: dict[str, Any], case: dict[str, Any]) -> dict[str, Any]:
    """The position an event's `metres` tell."""
    if "metres" not in entry:
        return {}
    (way,) = BEARINGS.keys() & entry.keys()
    (store,) = [store for store in stores_of("proximity", case) if store["storeId"] == entry[way]]
    lat, lon = beside((store["lat"], store["lon"]), entry["metres"], BEARINGS[way])
    return {"lat": lat, "lon": lon, **({"accuracy": entry["accuracy"]} if "accuracy" in entry else {})}


def stores_of(kind: str, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The stores there are in a case: its own, else the file's."""
    stores: list[dict[str, Any]] = case.get("stores", read(f"triggers/{kind}.json").get("stores", []))
    return stores


def prepare(world: World, kind: str, case: dict[str, Any]) -> None:
    """Stores stand there, and Anna has agreed, before the first event."""
    if stores := stores_of(kind, case):
        assert take_stores(world.ports, stores).stored == len(stores)
    consents = case.get("consents", read(f"triggers/{kind}.json").get("consents"))
    if consents is not None:
        world.post([{"type": "identify", "messageId": "agreed", "userId": "anna", "traits": {"consents": consents},
                     "timestamp": format_instant(world.now)}])


@pytest.mark.parametrize(("kind", "case"), VECTORS)
def test_the_events_give_these_occurrences(kind: str, case: dict[str, Any]) -> None:
    calls = calls_of(written_out(case))
    world = World(rulebook(rule_of(kind, case)), calls[0][0] - 1)
    prepare(world, kind, case)
    for arrival, call in calls:
        world.advance_to(arrival)
        if call["type"] == "product":
            world.products.put(product_key(call), {name: value for name, value in call.items() if name != "type"})
            world.run_until_idle()
        else:
            world.post([call])
    world.advance_to(None)
    decisions = world.decisions.all()
    told = []
    for occurrence in occurrences_of(decisions):
        name = (occurrence["key"], occurrence["at"], occurrence["cause"])
        about = [decision for decision in decisions if (decision.run_key, format_instant(decision.at), decision.cause) == name]
        told.append({
            "at": clock(parse_instant(occurrence["at"]) or 0), "cause": occurrence["cause"], "key": occurrence["key"],
            "decided": clock(about[0].decided_at), "reason": about[0].reason,
            "products": [product["productId"] for product in occurrence["data"].get("products", [])],
            "prices": [[product.get("was"), product.get("price")] for product in occurrence["data"].get("products", [])],
            "value": occurrence["data"].get("value"), "event": occurrence["data"].get("event"),
            "data": occurrence["data"], "store": occurrence["data"].get("storeId")})
    assert [{name: got[name] for name in want} for want, got in zip(case["expect"], told, strict=False)] == case["expect"]
    assert len(told) == len(case["expect"]) + case.get("and", 0), told
    if "rings" in case:
        rings = [arrival for arrival in world.events.stream if arrival.event.name == TIMER_DUE]
        assert [clock(arrival.event.at) for arrival in rings] == case["rings"]


@pytest.mark.parametrize(("kind", "case"), VECTORS)
def test_a_guest_who_turns_out_to_be_known_is_joined_whatever_triggers_remember(kind: str, case: dict[str, Any]) -> None:
    """Every other event comes from a telephone that is hers, as turns out at the end: nothing is left over, and nothing fires twice."""
    calls = calls_of(written_out(case))
    world = World(rulebook(rule_of(kind, case)), calls[0][0] - 1)
    prepare(world, kind, case)
    world.post([{"type": "identify", "userId": "anna", "timestamp": format_instant(world.now), "messageId": "hello"}])
    for number, (arrival, call) in enumerate(calls):
        world.advance_to(arrival, inclusive=False)
        if call["type"] == "product":
            world.products.put(product_key(call), {name: value for name, value in call.items() if name != "type"})
            world.run_until_idle()
        elif call.get("event") == LOCATION_UPDATED or call["type"] == "identify" or number % 2:
            world.post([call])
        else:
            world.post([{name: value for name, value in call.items() if name != "userId"} | {"anonymousId": "telephone"}])
    world.post([{"type": "identify", "userId": "anna", "anonymousId": "telephone", "timestamp": format_instant(world.now)}])
    world.advance_to(None)
    assert not world.ports.parking.parked("fold", 1)
    assert sum(state is not None and state.state.merged_into is None for state in map(world.customers.load, world.customers.known())) == 1


def test_a_ring_that_no_timer_asked_for_changes_nothing() -> None:
    rules = rulebook({"id": "rule", "trigger": {
        "kind": "abandonment", "start": [{"event": "Product Added"}], "cancel": [{"event": "Order Completed"}], "wait": "1h"}})
    started = Event(id="start", type="track", name="Product Added", at=moment("10:00"), received_at=moment("10:00"),
                    properties={"product_id": "b-1", "price": 5})
    waiting = advance(Customer("anna"), started, NO_FACTS, rules, moment("10:00")).state
    for number, name in ((0, "a ring from before the cart"), (99, "a ring nobody set")):
        early = Event(id=name, type="engine", name=TIMER_DUE, at=moment("10:40"), received_at=moment("10:40"), properties={"ring": number})
        outcome = advance(waiting, early, NO_FACTS, rules, moment("10:40"))
        assert (outcome.effects, outcome.occurrences) == ((), ())
        assert (outcome.state.timers, outcome.state.ring) == (waiting.timers, moment("11:00"))


def test_the_ring_delivered_twice_fires_once() -> None:
    rules = rulebook({"id": "rule", "reentry": "0s", "trigger": {
        "kind": "abandonment", "start": [{"event": "Product Added"}], "wait": "1h"}})
    started = Event(id="start", type="track", name="Product Added", at=moment("10:00"), received_at=moment("10:00"))
    state = advance(Customer("anna"), started, NO_FACTS, rules, moment("10:00")).state
    fired = 0
    for name in ("ring", "ring", "the same ring under another name"):
        ring = Event(id=name, type="engine", name=TIMER_DUE, at=moment("11:00"), received_at=moment("11:00"), properties={"ring": 1})
        outcome = advance(state, ring, NO_FACTS, rules, moment("11:00"))
        state, fired = outcome.state, fired + len(outcome.occurrences)
    assert fired == 1


def test_an_event_that_waits_gives_way_when_the_state_is_too_large() -> None:
    rules = rulebook({"id": "rule", "trigger": {"kind": "event", "event": "Order Shipped", "lateness": "15m"}})
    state, trigger = Customer("anna"), rules.rules["rule"].trigger
    for number in range(5):
        shipped = Event(id=f"e{number}", type="track", name="Order Shipped", at=moment("10:00") + number, received_at=moment("10:01"))
        state = advance(state, shipped, NO_FACTS, rules, moment("10:01")).state
    memory = state.memory["rule"]
    reaction = trigger.lighten(memory)
    assert [(fired.cause, fired.refused) for fired in reaction.fired] == [(f"e{number}", "run_limit") for number in range(3)]
    assert reaction.timers == {"": moment("10:15") + 3}
    assert [mark[2] for mark in memory[""]] == ["e3", "e4"]
    assert trigger.lighten(memory).fired and trigger.lighten(memory).fired
    assert (memory, trigger.lighten(memory)) == ({}, Reaction())
