"""test_traits: what is said of a person goes in, in every order of arrival; what is known of them comes out."""

from itertools import permutations
from typing import Any

from chalicelib.engine.identify import identify
from chalicelib.model.canonical import canonical_json
from chalicelib.model.customer import Customer
from chalicelib.model.event import Event
from chalicelib.model.traits import MOST_TRAIT_BYTES, MOST_TRAITS

from .reading import cases, moment


def said(entry: dict[str, Any], place: int) -> Event:
    """An identify, or (with `context` alone) any other call of a device."""
    return Event(id=f"e{place}", type="identify" if "traits" in entry else "page", name=None, at=moment(entry["at"]),
                 received_at=moment(entry["at"]), traits=entry.get("traits", {}), context=entry.get("context", {}))


@cases("traits.json")
def test_whatever_the_order_of_arrival_this_is_known(case: dict[str, Any]) -> None:
    for arrived in permutations([said(entry, place) for place, entry in enumerate(case["calls"])]):
        customer = Customer("anna")
        for event in arrived:
            identify(customer, event)
        known = {"traits": customer.traits, "locale": customer.locale, "timezone": customer.timezone}
        assert {name: known[name] for name in case["expect"]} == case["expect"], [event.id for event in arrived]


def test_traits_are_bounded_and_a_blob_never_displaces_an_address() -> None:
    customer = Customer("anna")
    identify(customer, said({"at": "10:00", "traits": {"email": "anna@example.com", "firstName": "Anna"}}, 0))
    for number in range(MOST_TRAITS + 20):
        identify(customer, said({"at": "10:01", "traits": {f"blob{number}": "x" * 1_000}}, number))
        assert len(canonical_json(customer.said)) <= MOST_TRAIT_BYTES
    for number in range(MOST_TRAITS + 20):
        identify(customer, said({"at": "10:02", "traits": {f"t{number}": 1}}, number))
        assert len(customer.traits) <= MOST_TRAITS
    assert (customer.email, customer.traits["firstName"]) == ("anna@example.com", "Anna")
