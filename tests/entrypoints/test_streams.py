"""Batches of stream records: what must come again is said once, by the lowest number, and a bad record blocks nothing."""

import base64
from dataclasses import replace
from typing import Any

import pytest

import app
from chalicelib import bootstrap
from chalicelib.adapters.dynamodb.customers import DynamoCustomers
from chalicelib.adapters.dynamodb.events import DynamoEvents
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.adapters.memory import MemoryCustomers
from chalicelib.entrypoints.streams import fold_batch, relay_batch
from chalicelib.model.customer import Customer
from chalicelib.model.decision import Message
from chalicelib.model.errors import ItemTooLarge, StoreUnavailable
from chalicelib.model.event import Event
from chalicelib.model.outcome import Dispatch, Effect
from chalicelib.ports import CustomerRecord, Parked, Ports

from .conftest import NOW

LABEL = "2026-03-01T00:00:00.000"


class Notebook:
    """A DynamoDB client that notes the item it was to put."""

    item: dict[str, Any]

    def put_item(self, Item: dict[str, Any], **_: Any) -> dict[str, Any]:
        self.item = Item
        return {}

    def record(self, sequence: int) -> dict[str, Any]:
        """The item as Lambda would hand it over."""
        image = {name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value for name, value in self.item.items()}
        return {"eventID": f"id-{sequence}", "eventName": "INSERT", "eventSourceARN": f"arn:aws:dynamodb:x:0:table/T/stream/{LABEL}",
                "awsRegion": "us-east-1",
                "dynamodb": {"SequenceNumber": f"{sequence:021d}", "Keys": {"customer": image["customer"]}, "NewImage": image,
                             "ApproximateCreationDateTime": 1.0, "SizeBytes": 1, "StreamViewType": "NEW_IMAGE"}}


def event_record(sequence: int, customer: str = "anna") -> dict[str, Any]:
    notebook = Notebook()
    DynamoEvents(Table(notebook, "T")).append(customer, Event(id=f"m-{sequence}", type="track", name="Product Viewed", at=NOW + sequence,
                                                              received_at=NOW, user_id=customer, source="browser/shop"))
    return notebook.record(sequence)


def customer_record(sequence: int, customer: str, *effects: Effect) -> dict[str, Any]:
    notebook = Notebook()
    state = Customer(customer, effects=len(effects))
    DynamoCustomers(Table(notebook, "T"), lambda: NOW).commit(CustomerRecord(state, list(effects), 0))
    return notebook.record(sequence)


def a_dispatch(key: str) -> Dispatch:
    return Dispatch(Message(key=key, customer="anna", rule="cart", run="1", run_key=None, step=1, channel="email", template="cart",
                            topic="offers", message_type="marketing", at=NOW, decided_at=NOW, expires_at=NOW, cause="m", data={}))


def failed(sequence: int) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": f"{sequence:021d}"}]}


NONE_FAILED: dict[str, Any] = {"batchItemFailures": []}


class StreamedCustomers(MemoryCustomers):
    """Customers in memory whose stream is read as the table's is; some customers cannot be reached."""

    def __init__(self, *unreachable: str) -> None:
        super().__init__(lambda: NOW)
        self._unreachable = unreachable
        self._reader = DynamoCustomers(Table(None, "T"), lambda: NOW)

    def waiting_in(self, record: dict[str, Any]) -> tuple[str, list[Effect], int] | None:
        return self._reader.waiting_in(record)

    def load(self, customer: str) -> CustomerRecord | None:
        if customer in self._unreachable:
            raise StoreUnavailable("CustomersTable: InternalServerError")
        return super().load(customer)

    def acknowledge(self, customer: str, through: int) -> bool:
        if customer in self._unreachable:
            raise StoreUnavailable("CustomersTable: InternalServerError")
        return super().acknowledge(customer, through)


class DownParking:
    """Where nothing can be set aside."""

    def park(self, _: Parked) -> None:
        raise StoreUnavailable("ParkedTable: InternalServerError")


def over(ports: Ports, **doors: Any) -> Ports:
    """The same world with other doors, put in use."""
    changed = replace(ports, **doors)
    bootstrap.use(changed)
    return changed


def test_new_events_reach_their_customers(ports: Ports) -> None:
    answer = fold_batch({"Records": [event_record(1), event_record(2, "boris"), event_record(3)]})

    assert answer == NONE_FAILED
    assert ports.customers.load("anna").state.position.sequence == 3
    assert ports.customers.load("boris").state.position.sequence == 2


def test_the_lowest_number_that_failed_is_told_as_the_stream_wrote_it(ports: Ports) -> None:
    over(ports, customers=StreamedCustomers("boris"))

    answer = fold_batch({"Records": [event_record(1), event_record(7, "boris"), event_record(8, "boris"), event_record(9)]})

    assert answer == failed(7)


def test_a_record_that_cannot_be_read_is_parked_whole_and_the_rest_is_folded(ports: Ports) -> None:
    unreadable = event_record(1)
    unreadable["dynamodb"]["NewImage"]["body"] = {"B": "!!"}
    nothing: dict[str, Any] = {"eventID": "id-2", "eventName": "INSERT"}

    answer = fold_batch({"Records": [unreadable, nothing, event_record(3)]})

    assert answer == NONE_FAILED
    assert {parked.id for parked in ports.parking.parked("fold", 10)} == {"id-1", "id-2"}
    assert '"customer"' in ports.parking.parked("fold", 10)[0].body
    assert ports.customers.load("anna").state.position.sequence == 3


def test_a_record_that_can_neither_be_read_nor_parked_comes_again(ports: Ports) -> None:
    over(ports, parking=DownParking())
    unreadable = event_record(4)
    unreadable["dynamodb"]["NewImage"]["body"] = {"B": "!!"}

    assert fold_batch({"Records": [unreadable, event_record(5)]}) == failed(4)


def test_what_is_too_large_to_park_is_parked_in_part(ports: Ports) -> None:
    kept: list[Parked] = []

    class Small:
        def park(self, parked: Parked) -> None:
            if len(parked.body) > 100_000:
                raise ItemTooLarge("fold: too large")
            kept.append(parked)

    over(ports, parking=Small())
    unreadable = event_record(4)
    unreadable["dynamodb"]["NewImage"]["body"] = {"B": "!" * 200_000}

    assert fold_batch({"Records": [unreadable]}) == NONE_FAILED
    assert "too large" in kept[0].reason


@pytest.mark.parametrize("kind", ["MODIFY", "REMOVE"])
def test_only_new_events_are_folded(ports: Ports, kind: str) -> None:
    assert fold_batch({"Records": [{**event_record(1), "eventName": kind}]}) == NONE_FAILED
    assert ports.customers.load("anna") is None
    assert ports.parking.parked("fold", 10) == []


def test_an_empty_batch_is_fine(ports: Ports) -> None:
    assert fold_batch({"Records": []}) == NONE_FAILED
    assert relay_batch({"Records": []}) == NONE_FAILED


def test_what_waits_in_a_customer_goes_to_its_queue(ports: Ports) -> None:
    over(ports, customers=StreamedCustomers())

    answer = relay_batch({"Records": [customer_record(1, "anna", a_dispatch("k-1"))]})

    assert answer == NONE_FAILED
    assert [message.key for message in ports.queues["email", "marketing"].messages] == ["k-1"]


def test_of_several_records_of_a_customer_the_last_says_all(ports: Ports) -> None:
    over(ports, customers=StreamedCustomers())
    first, second = a_dispatch("k-1"), a_dispatch("k-2")

    relay_batch({"Records": [customer_record(1, "anna", first), customer_record(2, "boris"), customer_record(3, "anna", first, second)]})

    assert [message.key for message in ports.queues["email", "marketing"].messages] == ["k-1", "k-2"]


def test_the_relay_stops_where_a_store_is_down(ports: Ports) -> None:
    over(ports, customers=StreamedCustomers("boris"))

    answer = relay_batch({"Records": [customer_record(1, "anna", a_dispatch("k-1")), customer_record(2, "boris", a_dispatch("k-2")),
                                      customer_record(3, "clara", a_dispatch("k-3"))]})

    assert answer == failed(2)
    assert [message.key for message in ports.queues["email", "marketing"].messages] == ["k-1", "k-2"]


def test_a_customer_the_relay_cannot_carry_out_is_parked_and_passed_by(ports: Ports, capsys: pytest.CaptureFixture[str]) -> None:
    over(ports, customers=StreamedCustomers(), queues={})
    unreadable = customer_record(2, "boris", a_dispatch("k-2"))
    unreadable["dynamodb"]["NewImage"]["outbox"] = {"B": base64.b64encode(b"\xffnonsense").decode()}

    answer = relay_batch({"Records": [customer_record(1, "anna", a_dispatch("k-1")), unreadable, {"eventID": "id-3"}]})

    assert answer == NONE_FAILED
    assert {parked.id for parked in ports.parking.parked("relay", 10)} == {"id-1", "id-2", "id-3"}
    assert capsys.readouterr().err.count("\n") == 3


def test_the_handlers_of_the_app_answer_in_the_form_lambda_reads(ports: Ports) -> None:
    over(ports, customers=StreamedCustomers("anna"))

    assert app.on_events({"Records": [event_record(1)]}, None) == failed(1)
    assert app.on_customers({"Records": [customer_record(2, "anna", a_dispatch("k-1"))]}, None) == failed(2)
