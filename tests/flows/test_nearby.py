"""Which stores somebody is near to is kept while a rule asks, for an hour, of who agreed; never where they are."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.backtest.world import World
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.separation import separate
from chalicelib.model.canonical import canonical_json
from chalicelib.model.customer import Customer
from chalicelib.model.instant import MINUTE, format_instant
from tests.vectors.reading import moment
from tests.vectors.shop import rulebook

TEN = moment("10:00")
OPERA = {"storeId": "opera", "lat": 42.697711, "lon": 23.321922}
PARK = {"storeId": "park", "lat": 42.73, "lon": 23.32}
ASKING = {"id": "asking", "trigger": {"kind": "event", "event": "Visit Began"}, "reentry": "0s",
          "condition": "contains(stores_within('500m'), 'opera')"}
PLAIN = {"id": "plain", "trigger": {"kind": "event", "event": "Visit Began"}}


class Town(World):
    """A town with two stores, whose shop's rules can be changed."""

    def __init__(self, *rules: dict[str, Any]) -> None:
        super().__init__(rulebook(*rules), TEN)
        self.book = rulebook(*rules)
        self.ports = replace(self.ports, rulebook=lambda: self.book)
        self.number = 0
        assert self.tell("store", [OPERA, PARK]) == []

    def say(self, who: str, at: int | None = None, **call: Any) -> None:
        """A device, or somebody known, says something now, or late."""
        self.number += 1
        self.post([{"type": "track", "messageId": f"m{self.number}", "timestamp": format_instant(self.now if at is None else at),
                    ("userId" if who == "anna" else "anonymousId"): who, **call}])

    def agree(self, who: str, agreed: bool = True) -> None:
        self.say(who, type="identify", traits={"email": f"{who}@example.com", "consents": {"location": agreed, "email": ["offers"]}})

    def is_at(self, who: str, place: dict[str, Any], at: int | None = None) -> None:
        self.say(who, at, event="Location Updated", properties={"lat": place["lat"], "lon": place["lon"]})

    def state(self, who: str) -> Customer:
        found = find_customer(self.ports, who)
        assert found is not None
        return found

    def decided(self) -> list[tuple[str, str | None]]:
        return [(decision.verdict, decision.reason) for decision in self.decisions.all()]


def test_a_rule_asks_whether_somebody_is_near_and_nothing_of_where_is_kept() -> None:
    town = Town(ASKING)
    town.agree("anna")
    town.is_at("anna", OPERA)
    town.say("anna", event="Visit Began")
    assert town.decided() == [("send", None)]
    assert town.state("anna").nearby == {"500+0": [["opera"], TEN]}
    kept = canonical_json([town.state("anna").document(), *(arrival.event.document() for arrival in town.events.since(0))])
    assert "42.69" not in kept and "23.32" not in kept
    town.is_at("anna", PARK)
    town.say("anna", event="Visit Began")
    assert town.decided()[1:] == [("deny", "no_longer_matches")]


def test_nothing_is_kept_while_no_rule_asks_and_a_new_rule_knows_it_from_the_next_position_on() -> None:
    town = Town(PLAIN)
    town.agree("anna")
    town.is_at("anna", OPERA)
    assert not town.state("anna").nearby
    assert all(not arrival.event.properties for arrival in town.events.since(0) if arrival.event.name == "Location Updated")
    town.book = rulebook(ASKING)
    town.say("anna", event="Visit Began")
    assert town.decided() == [("deny", "no_longer_matches")]
    town.is_at("anna", OPERA)
    town.say("anna", event="Visit Began")
    assert town.decided()[1:] == [("send", None)]
    town.book = rulebook(PLAIN)
    town.say("anna", event="Page Seen")
    assert not town.state("anna").nearby


def test_after_an_hour_it_is_forgotten_by_itself() -> None:
    town = Town(ASKING)
    town.agree("anna")
    town.is_at("anna", OPERA)
    town.now += 30 * MINUTE
    town.is_at("anna", PARK)
    town.advance_to(TEN + 90 * MINUTE)
    assert town.state("anna").nearby
    town.advance_to(TEN + 91 * MINUTE)
    assert not town.state("anna").nearby and not town.state("anna").timers
    town.say("anna", event="Visit Began")
    assert town.decided() == [("deny", "no_longer_matches")]


def test_what_comes_late_or_twice_says_nothing() -> None:
    town = Town(ASKING)
    town.agree("anna")
    town.now += 30 * MINUTE
    town.is_at("anna", OPERA)
    town.is_at("anna", PARK, at=town.now - MINUTE)
    assert town.state("anna").nearby == {"500+0": [["opera"], town.now]}


@pytest.mark.parametrize("how", ["withdrawn", "erased"])
def test_who_withdraws_or_is_erased_is_near_nothing(how: str) -> None:
    town = Town(ASKING)
    town.agree("anna")
    town.is_at("anna", OPERA)
    record = town.state("anna").id
    town.now += MINUTE
    if how == "withdrawn":
        town.agree("anna", False)
    else:
        ask_erasure(town.ports, "anna")
        town.run_until_idle()
    kept = town.customers.load(record)
    assert kept is not None and not kept.state.nearby and not kept.state.timers


def test_of_two_records_the_later_position_counts_and_each_has_its_own_again_once_they_are_taken_apart() -> None:
    town = Town(ASKING)
    for device, place in (("phone", OPERA), ("web", PARK)):
        town.agree(device)
        town.is_at(device, place)
        town.now += MINUTE
    for device in ("phone", "web"):
        town.say("anna", type="identify", anonymousId=device)
    assert town.state("anna").nearby == {"500+0": [["park"], TEN + MINUTE]}
    separate(town.ports, "anna", "web")
    town.run_until_idle()
    assert town.state("anna").nearby == {"500+0": [["opera"], TEN]}
    assert town.state("web").nearby == {"500+0": [["park"], TEN + MINUTE]}


def test_the_word_by_which_somebody_withdraws_finds_nothing_of_where_they_are() -> None:
    town = Town({"id": "asking", "messageType": "transactional", "trigger": {
        "kind": "event", "event": "Unsubscribed", "where": "stores_within('500m') || !stores_within('500m')"}})
    town.agree("anna")
    town.is_at("anna", OPERA)
    town.say("anna", event="Unsubscribed", properties={"channel": "sms"})
    assert town.decided() == [("send", None)]
    town.say("anna", event="Unsubscribed", properties={"channel": "location"})
    assert town.decided() == [("send", None)]
