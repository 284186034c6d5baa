"""test_opt_in: where a yes must be confirmed, what is said goes in; what waits, what is asked and what counts comes out."""

from typing import Any

from chalicelib.engine.identify import identify
from chalicelib.engine.opt_in import address_mark
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import Event

from .reading import cases, moment


def event_of(entry: dict[str, Any], place: int) -> Event:
    """A link pressed, a track, or an identify."""
    at, traits = moment(entry["at"]), {}
    arrived = moment(entry.get("arrives", entry["at"]))
    if "confirms" in entry:
        return Event(id=f"e{place}", type="track", name="Subscription Confirmed", at=at, received_at=arrived, source="engine",
                     properties={"channel": "email", "topic": entry["topic"], "address": address_mark("email", entry["confirms"])})
    for trait, name in (("address", "email"), ("says", "consents")):
        traits.update({name: entry[trait]} if trait in entry else {})
    return Event(id=f"e{place}", type="track" if "event" in entry else "identify", name=entry.get("event"), at=at, received_at=arrived,
                 anonymous_id="phone", traits=traits, source=f"{entry.get('from', 'browser')}/shop", past=entry.get("past", False))


def fold(name: str, entries: list[dict[str, Any]]) -> tuple[Customer, list[str]]:
    """A customer after these events, stored and read in between, and the questions that were put."""
    customer, told = Customer(name), []
    for place, entry in enumerate(entries):
        event = event_of(entry, place)
        for asking in identify(customer, event, double_opt_in=["email"]):
            assert (asking.name, asking.source, asking.received_at) == ("Subscription Asked", "engine", event.received_at)
            told.append(f"{asking.properties['channel']}/{asking.properties['topic']}")
        customer = customer_from(customer.document())
    return customer, told


@cases("opt_in.json")
def test_this_waits_this_is_asked_and_this_counts(case: dict[str, Any]) -> None:
    customer, told = fold("anna", case["events"])
    seen = {"told": told, "asked": {key: asked.address for key, asked in customer.asked.items()}, "address": customer.address("email"),
            "consents": {key: word.status for key, word in customer.consents.items()}, "trait": customer.traits.get("email"),
            "turnedAway": [what for _, what, _ in customer.turned_away]}
    expect = {"turnedAway": [], **case["expect"]}
    assert {name: seen[name] for name in expect} == expect


@cases("opt_in.json", "joined")
def test_of_two_records_of_one_person_the_later_question_waits(case: dict[str, Any]) -> None:
    for first, second in (("phone", "web"), ("web", "phone")):
        mine, theirs = fold("mine", case[first])[0], fold("theirs", case[second])[0]
        mine.absorb(theirs, 0)
        assert {key: asked.address for key, asked in mine.asked.items()} == case["expect"]
