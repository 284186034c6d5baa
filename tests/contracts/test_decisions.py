"""The contract of the decisions."""

from chalicelib.model.instant import HOUR

from .conftest import Stores
from .stories import ANNA, BORIS, NINE, decision


def test_a_decision_is_recorded_once(stores: Stores) -> None:
    assert stores.decisions.record(decision())
    assert not stores.decisions.record(decision())
    assert stores.decisions.of_customer(ANNA, 10) == [decision()]


def test_a_hold_and_the_send_after_it_are_two_decisions_on_one_message(stores: Stores) -> None:
    assert stores.decisions.record(decision(verdict="hold", reason="quiet_hours"))
    assert stores.decisions.record(decision(decided_at=NINE + HOUR))
    assert [entry.verdict for entry in stores.decisions.of_customer(ANNA, 10)] == ["send", "hold"]


def test_the_newest_decisions_on_one_customer_come_first(stores: Stores) -> None:
    for number in range(5):
        stores.decisions.record(decision(f"k{number}", at=NINE + number))
    stores.decisions.record(decision("k9", customer=BORIS))
    assert [entry.key for entry in stores.decisions.of_customer(ANNA, 2)] == ["k4", "k3"]
    assert [entry.key for entry in stores.decisions.of_customer(BORIS, 2)] == ["k9"]
    assert stores.decisions.of_customer("nobody", 2) == []


def test_erasure_takes_one_customers_decisions_until_then(stores: Stores) -> None:
    stores.decisions.record(decision("old"))
    stores.decisions.record(decision("new", decided_at=NINE + HOUR))
    stores.decisions.record(decision("of another", customer=BORIS))
    stores.decisions.erase(ANNA, NINE)
    stores.decisions.erase(ANNA, NINE)
    assert [entry.key for entry in stores.decisions.of_customer(ANNA, 5)] == ["new"]
    assert [entry.key for entry in stores.decisions.of_customer(BORIS, 5)] == ["of another"]
