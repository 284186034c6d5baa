"""One table behind a few verbs: pages, unread keys, errors, and what each call was for."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ParamValidationError, ReadTimeoutError

from chalicelib.adapters.dynamodb.customers import DynamoCustomers
from chalicelib.adapters.dynamodb.events import DynamoEvents
from chalicelib.adapters.dynamodb.identifiers import DynamoIdentifiers
from chalicelib.adapters.dynamodb.table import NotTogether, Refused, Table, Write, purpose
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.event import TIMER_DUE, Event
from chalicelib.model.identity import Identifier
from chalicelib.ports import CustomerRecord
from local.storage import Resource

from .stories import ANNA, NINE, Clock, customer, effects, viewed


class SmallPages:
    """DynamoDB with pages of two items."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._client, name)
        if name not in ("query", "scan"):
            return call
        return lambda **request: call(**{**request, "Limit": min(2, request.get("Limit", 2))})


class Failing:
    """DynamoDB that answers every call with an error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        def call(**_: Any) -> None:
            raise self._error
        return call


def refusal(code: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}, **more}, "PutItem")


def test_rings_and_waiting_effects_are_read_to_the_last_page(storage: dict[str, Resource], client: Any) -> None:
    customers = DynamoCustomers(Table(SmallPages(client), storage["CustomersTable"].name), Clock(), shards=2)
    names = [f"c{number}" for number in range(11)]
    for place, name in enumerate(names):
        customers.commit(CustomerRecord(customer(name, ring=NINE + place, rings=place, effects=1), effects(1), 0))
    assert sorted(customers.due(NINE + 10)) == sorted((name, NINE + place, place) for place, name in enumerate(names))
    assert sorted(customers.stuck(NINE + 1)) == sorted(names)


def test_events_are_read_to_the_last_page_and_no_further_than_asked(storage: dict[str, Resource], client: Any) -> None:
    events = DynamoEvents(Table(SmallPages(client), storage["EventsTable"].name))
    for number in range(7):
        events.append(ANNA, viewed(f"e{number}", client_time=NINE + number))
    assert len(list(events.since(0))) == 7
    assert [event.id for event in events.latest(ANNA, 5)] == ["e6", "e5", "e4", "e3", "e2"]
    assert events.latest(ANNA, 0) == []


def test_keys_that_stayed_unread_are_asked_for_again(storage: dict[str, Resource], client: Any) -> None:
    name, pauses = storage["IdentifiersTable"].name, []

    class Hesitant:
        """Reads one key of a batch and leaves the others."""

        def batch_get_item(self, **request: Any) -> dict:
            first, *rest = request["RequestItems"][name]["Keys"]
            answer = client.batch_get_item(RequestItems={name: {"Keys": [first]}})
            return {**answer, "UnprocessedKeys": {name: {"Keys": rest}} if rest else {}}

    known = [Identifier("user", f"u{number}") for number in range(4)]
    for identifier in known:
        DynamoIdentifiers(Table(client, name)).claim(identifier, ANNA)
    hesitant = DynamoIdentifiers(Table(Hesitant(), name, pauses.append))
    assert hesitant.find(known) == dict.fromkeys(known, ANNA)
    assert pauses == [0.05, 0.1, 0.2]
    with pytest.raises(StoreUnavailable, match="4 keys stayed unread"):
        hesitant.find([Identifier("user", f"u{number}") for number in range(9)])


@pytest.mark.parametrize("error", [
    refusal("ProvisionedThroughputExceededException"), refusal("InternalServerError"), refusal("RequestLimitExceeded"),
    ConnectTimeoutError(endpoint_url="x"), ReadTimeoutError(endpoint_url="x"),
])
def test_a_table_that_does_not_answer_is_unavailable(error: Exception) -> None:
    with pytest.raises(StoreUnavailable, match="events"):
        DynamoEvents(Table(Failing(error), "events")).append(ANNA, viewed("e1"))


@pytest.mark.parametrize("error", [refusal("ValidationException"), refusal("SerializationException"), ParamValidationError(report="x")])
def test_a_request_that_is_wrong_is_a_bug_and_stays_one(error: Exception) -> None:
    with pytest.raises(type(error)):
        DynamoEvents(Table(Failing(error), "events")).append(ANNA, viewed("e1"))


def test_a_refusal_shows_what_stands_in_the_way() -> None:
    error = refusal("ConditionalCheckFailedException", Item={"customer": {"S": ANNA}})
    with pytest.raises(Refused) as refused:
        Table(Failing(error), "t").put({}, "test", condition="attribute_not_exists(#customer)", see=True)
    assert refused.value.item == {"customer": {"S": ANNA}}


def test_every_call_says_what_it_is_for_and_only_while_it_runs() -> None:
    heard: list[str] = []

    class Listening:
        def put_item(self, **_: Any) -> dict:
            heard.append(purpose.get())
            return {}

    events = DynamoEvents(Table(Listening(), "events"))
    events.append(ANNA, viewed("e1"))
    events.append(ANNA, Event(id="r", type="engine", name=TIMER_DUE, at=NINE, received_at=NINE))
    events.append(ANNA, Event(id="a", type="engine", name="Customer Absorbed", at=NINE, received_at=NINE))
    assert heard == ["event", "timer due", "engine event"]
    assert purpose.get() == "other"


class Meeting:
    """DynamoDB on which others are at the same items, so many times, with these reasons."""

    def __init__(self, *reasons: list[str]) -> None:
        self.reasons, self.calls = list(reasons), 0

    def transact_write_items(self, **_: Any) -> dict[str, Any]:
        self.calls += 1
        if not self.reasons:
            return {}
        raise refusal("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in self.reasons.pop(0)])


BOTH = [Write.put({"who": {"S": "a"}}, "attribute_not_exists(#who)"), Write.update({"who": {"S": "b"}}, "ADD #n :n", {":n": {"N": "1"}})]


def test_who_meets_another_on_an_item_comes_again_after_a_while() -> None:
    client, pauses = Meeting(["None", "TransactionConflict"], ["TransactionConflict", "ConditionalCheckFailed"]), list[float]()
    Table(client, "t", pauses.append).write_together(BOTH, "budget")
    assert client.calls == 3
    assert 0 < pauses[0] < pauses[1] < 1


def test_who_always_meets_others_is_told_so() -> None:
    client = Meeting(*[["None", "TransactionConflict"]] * 100)
    with pytest.raises(StoreUnavailable, match="others were faster"):
        Table(client, "t", lambda _: None).write_together(BOTH, "budget")
    assert client.calls < 20


def test_of_writes_that_belong_together_it_is_told_which_could_not_be() -> None:
    with pytest.raises(NotTogether) as refused:
        Table(Meeting(["None", "ConditionalCheckFailed"]), "t").write_together(BOTH, "budget")
    assert refused.value.at == (False, True)


def test_a_transaction_that_is_throttled_is_a_store_that_does_not_answer() -> None:
    with pytest.raises(StoreUnavailable, match="ThrottlingError"):
        Table(Meeting(["ThrottlingError", "None"]), "t").write_together(BOTH, "budget")
