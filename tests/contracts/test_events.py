"""The contract of the event log."""

from chalicelib.model.event import ERASURE_ASKED, TIMER_DUE, Event
from chalicelib.model.instant import MINUTE

from .conftest import Stores
from .stories import ANNA, BORIS, NINE, at_once, viewed


def test_the_same_event_is_stored_once_and_stays_as_it_came_first(stores: Stores) -> None:
    assert stores.events.append(ANNA, viewed("e1"))
    assert not stores.events.append(ANNA, viewed("e1", properties={"product_id": "another"}, received_at=NINE + MINUTE))
    assert stores.events.latest(ANNA, 10) == [viewed("e1")]


def test_events_of_one_id_at_two_times_or_of_two_customers_are_different_events(stores: Stores) -> None:
    assert stores.events.append(ANNA, viewed("e1"))
    assert stores.events.append(ANNA, viewed("e1", client_time=NINE + 1))
    assert stores.events.append(ANNA, viewed("e1", client_time=None))
    assert stores.events.append(BORIS, viewed("e1"))


def test_one_event_is_found_by_its_id_and_the_time_its_client_gave(stores: Stores) -> None:
    for event in (viewed("e1"), viewed("e1", client_time=None, source="engine")):
        stores.events.append(ANNA, event)
    assert stores.events.get(ANNA, "e1", NINE) == viewed("e1")
    assert stores.events.get(ANNA, "e1") == viewed("e1", client_time=None, source="engine")
    assert (stores.events.get(ANNA, "e2"), stores.events.get(BORIS, "e1")) == (None, None)


def test_the_latest_events_come_newest_first_and_those_without_a_time_last(stores: Stores) -> None:
    for event_id, moment in (("old", NINE - MINUTE), ("none", None), ("new", NINE), ("ancient", -62_000_000_000_000)):
        stores.events.append(ANNA, viewed(event_id, client_time=moment))
    assert [event.id for event in stores.events.latest(ANNA, 10)] == ["new", "old", "ancient", "none"]
    assert [event.id for event in stores.events.latest(ANNA, 2)] == ["new", "old"]
    assert stores.events.latest(BORIS, 2) == []


def test_replay_gives_what_was_received_since_then_one_customer_after_the_other(stores: Stores) -> None:
    for number, customer in enumerate((ANNA, BORIS, ANNA, BORIS)):
        stores.events.append(customer, viewed(f"e{number}", client_time=NINE + number, received_at=NINE + number))
    arrivals = list(stores.events.since(NINE + 1))
    customers = [arrival.customer for arrival in arrivals]
    assert sorted(arrival.event.id for arrival in arrivals) == ["e1", "e2", "e3"]
    assert customers in ([ANNA, BORIS, BORIS], [BORIS, BORIS, ANNA])
    assert all(arrival.position is None for arrival in arrivals)


def test_an_event_may_hold_whatever_json_may_hold(stores: Stores) -> None:
    hostile = {"lone": "\ud800 and \udfff", "emoji": "\U0001f600", "nul": "\x00", "big": 10**80, "huge": 1e300, "tiny": 5e-324,
               "negative zero": -0.0, "": {"": [None, True, [], {}]}, "number as text": "1e400", "\ud801": 1}
    event = viewed("e\ud800", properties=hostile, user_id="\udc00", context={"userAgent": "\ud800"})
    assert stores.events.append(ANNA, event)
    assert not stores.events.append(ANNA, event)
    assert stores.events.latest(ANNA, 1) == [event]


def test_ids_no_key_could_hold_are_still_told_apart(stores: Stores) -> None:
    long, longer = "x" * 5_000, "x" * 5_001
    assert all(stores.events.append(ANNA, viewed(event_id)) for event_id in (long, longer, "é" * 400, "~", "-", "#"))
    assert not stores.events.append(ANNA, viewed(longer))


def test_a_nested_document_as_deep_as_any_sane_one_survives(stores: Stores) -> None:
    nested: dict[str, object] = {"leaf": 1}
    for _ in range(150):
        nested = {"in": [nested]}
    stores.events.append(ANNA, viewed("deep", properties=nested))
    assert stores.events.latest(ANNA, 1)[0].properties == nested


def test_events_beckon_writes_itself_are_kept_like_any_other(stores: Stores) -> None:
    due = Event(id="ring-1", type="engine", name=TIMER_DUE, at=NINE, received_at=NINE, client_time=NINE, properties={"number": 1})
    assert stores.events.append(ANNA, due)
    assert stores.events.latest(ANNA, 1) == [due]


def test_of_eight_who_send_one_event_one_stores_it(dynamo: Stores) -> None:
    outcomes = at_once([lambda: dynamo.events.append(ANNA, viewed("e1"))] * 8)
    assert sorted(outcomes) == [False] * 7 + [True]


def test_pages_follow_each_other_oldest_first_until_nothing_is_left(stores: Stores) -> None:
    for number in range(5):
        stores.events.append(ANNA, viewed(f"e{number}", client_time=NINE + number))
    first = stores.events.page(ANNA, None, 3)
    rest = stores.events.page(ANNA, first[-1][0], 3)
    assert [event.id for _, event in (*first, *rest)] == ["e0", "e1", "e2", "e3", "e4"]
    assert stores.events.page(ANNA, rest[-1][0], 3) == []
    assert stores.events.page(BORIS, None, 3) == []


def test_an_event_taken_away_is_gone_and_may_be_taken_away_again(stores: Stores) -> None:
    stores.events.append(ANNA, viewed("e1"))
    stores.events.append(ANNA, viewed("e2", client_time=NINE + 1))
    for _ in range(2):
        stores.events.remove(ANNA, viewed("e1"))
    assert [event.id for event in stores.events.latest(ANNA, 5)] == ["e2"]


def test_erasure_takes_one_customers_events_received_until_then_and_keeps_that_it_was_asked_for(stores: Stores) -> None:
    stores.events.append(ANNA, viewed("before", client_time=NINE + MINUTE))
    stores.events.append(ANNA, viewed("after", client_time=NINE - MINUTE, received_at=NINE + 1))
    stores.events.append(ANNA, Event("asked", "engine", ERASURE_ASKED, NINE, NINE, properties={"at": NINE}))
    stores.events.append(BORIS, viewed("of another"))
    stores.events.erase(ANNA, NINE)
    assert {event.id for event in stores.events.latest(ANNA, 5)} == {"after", "asked"}
    assert [event.id for event in stores.events.latest(BORIS, 5)] == ["of another"]
