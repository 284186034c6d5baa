"""test_identifiers: what calls say of a person's addresses, numbers and cards goes in; what can be used, the best first, comes out."""

from itertools import permutations
from typing import Any

from chalicelib.engine.identify import identify
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import Event
from chalicelib.model.held import usable
from chalicelib.rulebook.identifiers import DeclaredIdentifiers

from .reading import cases, moment

KINDS = DeclaredIdentifiers.model_validate(
    {"identifiers": {"studentCard": {"traits": ["student_card"], "pattern": "[0-9]{8}"}}}).kinds("BG")


def said(entry: dict[str, Any], place: int) -> Event:
    """One identify."""
    at = moment(entry["at"])
    return Event(id=f"e{place}", type="identify", name=None, at=at, received_at=at, user_id="anna", traits=entry["traits"],
                 context=entry.get("context", {}), source=f"{entry.get('by', 'server')}/shop")


def bounced(entry: dict[str, Any]) -> Event:
    """A receipt: nobody can be reached there."""
    at = moment(entry["at"])
    name, properties = entry.get("event", "Email Bounced"), entry.get("properties", {"email": entry.get("bounce")})
    return Event(id="bounce", type="track", name=name, at=at, received_at=at, properties=properties, source="engine")


@cases("identifiers.json")
def test_whatever_the_order_of_arrival_this_is_what_can_be_used(case: dict[str, Any]) -> None:
    told = [said(entry, place) for place, entry in enumerate(case["calls"])]
    for arrived in permutations(told) if len(told) < 5 else (told, told[::-1]):
        customer = Customer("anna")
        for event in (*arrived, *([bounced(case["then"])] if "then" in case else [])):
            identify(customer, event, KINDS)
            customer = customer_from(customer.document())  # as stored between two events
        for kind, values in case["expect"].items():
            assert [entry.value for entry in usable(customer.held, kind)] == values, (kind, [event.id for event in arrived])
        verified = {entry.value for entries in customer.held.values() for entry in entries if entry.verified}
        assert verified >= set(case.get("verified", ()))


@cases("identifiers.json")
def test_two_records_that_heard_half_each_know_the_same_together(case: dict[str, Any]) -> None:
    told = [said(entry, place) for place, entry in enumerate(case["calls"])]
    for split in range(len(told) + 1):
        halves = [Customer("anna"), Customer("web")]
        for half, events in zip(halves, (told[:split], told[split:]), strict=True):
            for event in events:
                identify(half, event, KINDS)
        halves[0].absorb(halves[1], 0)
        if "then" in case:
            identify(halves[0], bounced(case["then"]), KINDS)
        for kind, values in case["expect"].items():
            assert [entry.value for entry in usable(halves[0].held, kind)] == values, (kind, split)
