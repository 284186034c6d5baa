"""The contract of the dictionary of events: what was seen, how often, with which fields of which types."""

from chalicelib.adapters.dynamodb.dictionary import DynamoDictionary
from chalicelib.model.dictionary import MOST_FIELDS, Entry
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.event import Event
from chalicelib.model.instant import DAY, MINUTE

from .conftest import Stores
from .stories import NINE, viewed


def by_name(entries: list[Entry]) -> dict[str | None, Entry]:
    return {entry.name: entry for entry in entries}


def test_what_was_seen_is_told_with_counts_types_and_times(stores: Stores) -> None:
    ordered = viewed("e3", received_at=NINE + MINUTE, properties={
        "order_id": "o-1", "total": 12, "coupon": None, "products": [{"product_id": "b-1", "price": 9.5}], "shipping": {"city": "Sofia"}})
    ordered.name = "Order Completed"
    stores.dictionary.note([viewed("e1"), viewed("e2", properties={"product_id": 7, "price": "9"}), ordered])

    found = by_name(stores.dictionary.entries(NINE))

    assert (found["Product Viewed"].type, found["Product Viewed"].count, found["Product Viewed"].first_at) == ("track", 2, NINE)
    assert found["Product Viewed"].fields == {
        "properties.product_id": {"string": 1, "number": 1}, "properties.price": {"number": 1, "string": 1}}
    assert found["Order Completed"].last_at == NINE + MINUTE
    assert found["Order Completed"].fields == {
        "properties.order_id": {"string": 1}, "properties.total": {"number": 1}, "properties.coupon": {"null": 1},
        "properties.products": {"array": 1}, "properties.products[].product_id": {"string": 1},
        "properties.products[].price": {"number": 1},
        "properties.shipping": {"object": 1}, "properties.shipping.city": {"string": 1}}


def test_names_that_are_no_words_are_written_as_conditions_write_them(stores: Stores) -> None:
    stores.dictionary.note([viewed("e1", properties={'the "price"': 1, "на едро": True}, context={"locale": "bg"})])

    [entry] = stores.dictionary.entries(NINE)

    assert set(entry.fields) == {'properties."the \\"price\\""', 'properties."на едро"', "context.locale"}


def test_calls_without_a_name_are_told_by_their_type(stores: Stores) -> None:
    stores.dictionary.note([Event(id="e1", type="identify", name=None, at=NINE, received_at=NINE, traits={"email": "anna@example.com"})])

    [entry] = stores.dictionary.entries(NINE)

    assert (entry.type, entry.name, entry.fields) == ("identify", None, {"traits.email": {"string": 1}})


def test_days_before_the_one_asked_for_do_not_count(stores: Stores) -> None:
    stores.dictionary.note([viewed("e1", received_at=NINE - 40 * DAY), viewed("e2", received_at=NINE - 29 * DAY), viewed("e3")])

    [entry] = stores.dictionary.entries(NINE - 30 * DAY)

    assert (entry.count, entry.first_at, entry.last_at) == (2, NINE - 29 * DAY, NINE)


def test_names_and_values_of_any_kind_are_kept_apart(stores: Stores) -> None:
    names = ["a#b", "~", "\ud800", "x" * 200, "Ὀδύσσεια"]
    for number, name in enumerate(names):
        event = viewed(f"e{number}")
        event.name = name
        stores.dictionary.note([event])
    assert len(stores.dictionary.entries(NINE)) == len(names)


def test_fields_without_end_fill_nothing(stores: Stores) -> None:
    for number in range(30):
        stores.dictionary.note([viewed(f"e{number}", properties={f"field {number} {place}": place for place in range(100)})])
    [entry] = stores.dictionary.entries(NINE)
    assert entry.count == 30
    assert len(entry.fields) <= MOST_FIELDS


class CountingTable:
    """The table, with its writes counted."""

    def __init__(self, dynamo: Stores) -> None:
        self._table = dynamo.dictionary._table  # type: ignore[attr-defined]
        self.writes = 0
        self.away = False

    def update(self, *args: object, **more: object) -> object:
        if self.away:
            raise StoreUnavailable("DictionaryTable: ThrottlingException")
        self.writes += 1
        return self._table.update(*args, **more)

    def query(self, *args: object, **more: object) -> object:
        return self._table.query(*args, **more)


def test_a_thousand_events_of_a_name_cost_about_ten_writes_and_all_are_counted(dynamo: Stores) -> None:
    table = CountingTable(dynamo)
    first, second = (DynamoDictionary(table, dynamo.clock) for _ in range(2))  # type: ignore[arg-type]
    for number in range(1_000):
        (first if number % 2 else second).note([viewed(f"e{number}")])
    assert table.writes <= 14
    dynamo.clock.now += 2 * MINUTE
    first.note([viewed("more")])
    second.note([viewed("still more")])
    [entry] = first.entries(NINE)
    assert entry.count == 1_002
    assert entry.fields["properties.price"] == {"number": 1_002}


def test_what_cannot_be_written_waits_and_stops_nobody(dynamo: Stores) -> None:
    table = CountingTable(dynamo)
    dictionary = DynamoDictionary(table, dynamo.clock)  # type: ignore[arg-type]
    table.away = True
    dictionary.note([viewed("e1")])
    table.away = False
    dynamo.clock.now += 2 * MINUTE
    dictionary.note([viewed("e2")])
    assert dictionary.entries(NINE)[0].count == 2
