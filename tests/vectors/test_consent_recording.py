"""test_consent_recording: what customers say of consent goes in, in every order of arrival; what counts comes out."""

from itertools import permutations
from typing import Any

from chalicelib.engine.identify import identify
from chalicelib.model.consent import Consent, consent_for, join_consents
from chalicelib.model.customer import Customer, customer_from
from chalicelib.model.event import Event

from .reading import cases, moment, written_out


def event_of(entry: dict[str, Any], place: int) -> Event:
    """An identify when it has `consents`, else a track."""
    kind = "identify" if "consents" in entry else "track"
    traits = {"consents": entry["consents"]} if "consents" in entry else {}
    return Event(id=f"e{place}", type=kind, name=entry.get("event"), at=moment(entry["at"]), received_at=moment(entry["at"]), traits=traits,
                 properties=entry.get("properties", {}), source="server/till")


def status(customer: Customer, place: str) -> str:
    """What counts for `channel/topic`."""
    channel, _, topic = place.partition("/")
    consent = consent_for(customer.consents, channel, topic)
    return consent.status if consent else "unknown"


@cases("consent_recording.json")
def test_whatever_the_order_of_arrival_this_counts(case: dict[str, Any]) -> None:
    events = [event_of(entry, place) for place, entry in enumerate(case["events"])]
    for arrived in permutations(events):
        customer = Customer("anna")
        for event in arrived:
            identify(customer, event)
        assert {place: status(customer, place) for place in case["expect"]} == case["expect"], [event.id for event in arrived]
        assert "consents" not in customer.traits


@cases("consent_recording.json", "joined")
def test_of_two_records_of_one_person_the_stricter_counts(case: dict[str, Any]) -> None:
    for first, second in (("phone", "web"), ("web", "phone")):
        records = []
        for device in (first, second):
            customer = Customer(device)
            for place, entry in enumerate(case[device]):
                identify(customer, event_of(entry, place))
            records.append(customer)
        join_consents(records[0].consents, records[1].consents, 0)
        assert {place: status(records[0], place) for place in case["expect"]} == case["expect"]


def test_a_consent_says_when_and_where_it_was_given() -> None:
    customer = Customer("anna")
    identify(customer, event_of({"at": "10:00", "consents": {"email": ["offers"]}}, 1))
    consent = customer.consents["email/offers"]
    assert (consent.status, consent.at, consent.source) == ("given", moment("10:00"), "server/till e1")


@cases("consent_recording.json", "records")
def test_the_record_keeps_where_it_was_said_and_to_which_text(case: dict[str, Any]) -> None:
    customer = Customer("anna")
    identify(customer, event_of(written_out({"at": "10:00", **case["event"]}), 0))
    expected = {key: tuple(words) for key, words in written_out(case["expect"]).items()}
    kept = {key: (word.status, word.source, word.text_version) for key, word in customer.consents.items()}
    assert kept == expected
    stored = customer_from(customer.document())
    assert stored.consents == customer.consents


def test_a_consent_stored_without_a_version_is_read() -> None:
    stored = {**Customer("anna").document(), "consents": {"email/offers": ["given", 5, "shop e1"]}}
    assert customer_from(stored).consents == {"email/offers": Consent("given", 5, "shop e1")}
