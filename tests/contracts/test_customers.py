"""The contract of the customers' states."""

import pytest

from chalicelib.model.errors import ConcurrentUpdate
from chalicelib.model.event import Position
from chalicelib.model.instant import HOUR, MINUTE
from chalicelib.ports import CustomerRecord

from .conftest import Stores
from .stories import ANNA, BORIS, NINE, at_once, customer, effects


def test_nobody_is_there_before_the_first_commit(stores: Stores) -> None:
    assert stores.customers.load(ANNA) is None


def test_what_was_committed_is_loaded(stores: Stores) -> None:
    state = customer(timers={"t": NINE}, ring=NINE + HOUR, rings=3, effects=2, position=Position("label", 10**24 + 7),
                     memory={"r": {"k": {"n": 1.5}}})
    record = CustomerRecord(state, effects(2), 0)
    stores.customers.commit(record)
    loaded = stores.customers.load(ANNA)
    assert record.version == 1
    assert loaded is not None
    assert (loaded.state, loaded.outbox, loaded.version) == (state, effects(2), 1)


def test_a_new_customer_is_created_once(stores: Stores) -> None:
    stores.customers.commit(CustomerRecord(customer(), [], 0))
    late = CustomerRecord(customer(user_id="another"), [], 0)
    with pytest.raises(ConcurrentUpdate):
        stores.customers.commit(late)
    assert late.version == 0
    assert stores.customers.load(ANNA) == CustomerRecord(customer(), [], 1)


def test_whoever_loaded_an_old_version_must_load_again(stores: Stores) -> None:
    stores.customers.commit(CustomerRecord(customer(), [], 0))
    first, second = stores.customers.load(ANNA), stores.customers.load(ANNA)
    assert first is not None and second is not None
    first.state.user_id = "anya"
    stores.customers.commit(first)
    stores.customers.commit(first)
    with pytest.raises(ConcurrentUpdate):
        stores.customers.commit(second)
    reloaded = stores.customers.load(ANNA)
    assert reloaded is not None and (reloaded.version, reloaded.state.user_id) == (3, "anya")


def test_a_customer_who_is_not_there_has_no_version_to_follow(stores: Stores) -> None:
    with pytest.raises(ConcurrentUpdate):
        stores.customers.commit(CustomerRecord(customer(), [], 4))


def test_effects_leave_when_the_last_of_them_is_acknowledged(stores: Stores) -> None:
    stores.customers.commit(CustomerRecord(customer(effects=2), effects(2), 0))
    assert stores.customers.acknowledge(ANNA, 2)
    loaded = stores.customers.load(ANNA)
    assert loaded is not None and loaded.outbox == []
    assert loaded.state == customer(effects=2)


def test_acknowledging_again_changes_nothing(stores: Stores) -> None:
    stores.customers.commit(CustomerRecord(customer(effects=2), effects(2), 0))
    stores.customers.acknowledge(ANNA, 2)
    record = stores.customers.load(ANNA)
    assert record is not None
    stores.customers.acknowledge(ANNA, 2)
    stores.customers.commit(record)


def test_nothing_leaves_when_newer_effects_have_come(stores: Stores) -> None:
    record = CustomerRecord(customer(effects=2), effects(2), 0)
    stores.customers.commit(record)
    record.state.effects, record.outbox = 3, effects(3)
    stores.customers.commit(record)
    assert not stores.customers.acknowledge(ANNA, 2)
    loaded = stores.customers.load(ANNA)
    assert loaded is not None and loaded.outbox == effects(3)
    assert stores.customers.acknowledge(ANNA, 3)


def test_nobody_acknowledges_for_a_stranger(stores: Stores) -> None:
    assert not stores.customers.acknowledge(BORIS, 0)


def test_a_fold_that_loaded_effects_before_their_acknowledgement_cannot_bring_them_back(stores: Stores) -> None:
    stores.customers.commit(CustomerRecord(customer(effects=1), effects(1), 0))
    stale = stores.customers.load(ANNA)
    assert stale is not None
    stores.customers.acknowledge(ANNA, 1)
    stale.outbox, stale.state.effects = [*stale.outbox, *effects(1, first=2)], 2
    with pytest.raises(ConcurrentUpdate):
        stores.customers.commit(stale)


def test_rings_at_or_before_now_are_due(stores: Stores) -> None:
    for name, ring in ((ANNA, NINE), (BORIS, NINE + 1), ("carol", NINE - HOUR), ("dave", None)):
        stores.customers.commit(CustomerRecord(customer(name, ring=ring, rings=7), [], 0))
    assert sorted(stores.customers.due(NINE)) == [(ANNA, NINE, 7), ("carol", NINE - HOUR, 7)]
    assert len(list(stores.customers.due(NINE + 1))) == 3


def test_a_ring_goes_with_the_state_that_set_it(stores: Stores) -> None:
    record = CustomerRecord(customer(ring=NINE, rings=1), [], 0)
    stores.customers.commit(record)
    record.state.ring, record.state.rings = NINE - MINUTE, 2
    stores.customers.commit(record)
    assert list(stores.customers.due(NINE)) == [(ANNA, NINE - MINUTE, 2)]
    record.state.ring = None
    stores.customers.commit(record)
    assert list(stores.customers.due(NINE)) == []


def test_effects_that_wait_are_found_by_how_long_they_have(stores: Stores) -> None:
    record = CustomerRecord(customer(effects=1), effects(1), 0)
    stores.customers.commit(record)
    stores.clock.now += MINUTE
    record.outbox, record.state.effects = effects(2), 2
    stores.customers.commit(record)
    stores.customers.commit(CustomerRecord(customer(BORIS), [], 0))
    assert list(stores.customers.stuck(NINE)) == []
    assert list(stores.customers.stuck(NINE + 1)) == [ANNA]
    stores.customers.acknowledge(ANNA, 2)
    assert list(stores.customers.stuck(NINE + HOUR)) == []


def test_the_wait_goes_on_over_a_load_and_starts_anew_after_an_acknowledgement(stores: Stores) -> None:
    stores.customers.commit(CustomerRecord(customer(effects=1), effects(1), 0))
    stores.clock.now += MINUTE
    record = stores.customers.load(ANNA)
    assert record is not None
    stores.customers.commit(record)
    assert list(stores.customers.stuck(NINE + 1)) == [ANNA]
    stores.customers.acknowledge(ANNA, 1)
    record = stores.customers.load(ANNA)
    assert record is not None
    record.outbox, record.state.effects = effects(1, first=2), 2
    stores.customers.commit(record)
    assert list(stores.customers.stuck(NINE + 1)) == []


def test_of_eight_who_commit_one_version_exactly_one_wins(dynamo: Stores) -> None:
    dynamo.customers.commit(CustomerRecord(customer(), [], 0))
    for version in (1, 2, 3):
        records = [CustomerRecord(customer(user_id=f"u{number}"), [], version) for number in range(8)]
        outcomes = at_once([lambda record=record: dynamo.customers.commit(record) for record in records])
        winners = [record for record, outcome in zip(records, outcomes, strict=True) if outcome is None]
        assert [type(outcome) for outcome in outcomes if outcome is not None] == [ConcurrentUpdate] * 7
        loaded = dynamo.customers.load(ANNA)
        assert loaded is not None and [loaded.state.user_id] == [record.state.user_id for record in winners]


def test_everybody_is_read_page_by_page_once(stores: Stores) -> None:
    names = [f"customer-{number}" for number in range(7)]
    for name in names:
        stores.customers.commit(CustomerRecord(customer(name), effects(1) if name == names[0] else [], 0))
    found, after, pages = [], None, 0
    while pages < 10:
        states, after = stores.customers.page(after, 3)
        found += [state.id for state in states]
        pages += 1
        if after is None:
            break
    assert sorted(found) == names and pages in (3, 4)
