"""The contract of the claims on messages."""

from dataclasses import replace

from chalicelib.model.instant import MINUTE
from chalicelib.ports import Delivery

from .conftest import Stores
from .stories import ANNA, NINE, at_once, message

KEY = message().key


def test_a_message_is_prepared_called_and_sent(stores: Stores) -> None:
    prepared = stores.deliveries.prepare(message(), "a1", NINE)
    assert prepared == Delivery(KEY, "prepared", "a1", ANNA, "abandoned-cart", "email", NINE)
    assert stores.deliveries.call(KEY, "a1", NINE + 1)
    stores.deliveries.sent(KEY, "a1", NINE + 2, "ses-1")
    assert stores.deliveries.get(KEY) == Delivery(KEY, "sent", "a1", ANNA, "abandoned-cart", "email", NINE + 2, provider_id="ses-1")


def test_no_message_no_delivery(stores: Stores) -> None:
    assert stores.deliveries.get(KEY) is None
    assert not stores.deliveries.call(KEY, "a1", NINE)


def test_what_is_only_prepared_may_be_claimed_by_another_attempt(stores: Stores) -> None:
    stores.deliveries.prepare(message(), "died", NINE)
    assert stores.deliveries.prepare(message(), "lives", NINE + 1).attempt == "lives"
    assert not stores.deliveries.call(KEY, "died", NINE + 2)
    assert stores.deliveries.call(KEY, "lives", NINE + 2)


def test_what_is_being_called_is_nobody_elses(stores: Stores) -> None:
    stores.deliveries.prepare(message(), "a1", NINE)
    stores.deliveries.call(KEY, "a1", NINE)
    standing = stores.deliveries.prepare(message(), "a2", NINE + 1)
    assert (standing.status, standing.attempt) == ("calling", "a1")
    assert not stores.deliveries.call(KEY, "a2", NINE + 1)


def test_an_attempt_that_did_not_hear_the_answer_may_ask_again(stores: Stores) -> None:
    stores.deliveries.prepare(message(), "a1", NINE)
    assert stores.deliveries.call(KEY, "a1", NINE)
    assert stores.deliveries.call(KEY, "a1", NINE)
    stores.deliveries.sent(KEY, "a1", NINE, "ses-1")
    stores.deliveries.sent(KEY, "a1", NINE, "ses-1")
    assert not stores.deliveries.call(KEY, "a1", NINE)


def test_what_was_sent_is_never_claimed_again(stores: Stores) -> None:
    stores.deliveries.prepare(message(), "a1", NINE)
    stores.deliveries.call(KEY, "a1", NINE)
    stores.deliveries.sent(KEY, "a1", NINE, "ses-1")
    assert stores.deliveries.prepare(message(), "a2", NINE + 1).status == "sent"
    stores.deliveries.failed(KEY, "a1", NINE + 1, "too late")
    stores.deliveries.release(KEY, "a1", NINE + 1)
    delivery = stores.deliveries.get(KEY)
    assert delivery is not None and (delivery.status, delivery.error) == ("sent", None)


def test_a_provider_that_said_no_for_now_lets_another_attempt_try(stores: Stores) -> None:
    stores.deliveries.prepare(message(), "a1", NINE)
    stores.deliveries.call(KEY, "a1", NINE)
    stores.deliveries.release(KEY, "a1", NINE + 1)
    assert stores.deliveries.prepare(message(), "a2", NINE + 2).attempt == "a2"
    assert stores.deliveries.call(KEY, "a2", NINE + 2)
    stores.deliveries.sent(KEY, "a1", NINE + 3, "from the dead")
    delivery = stores.deliveries.get(KEY)
    assert delivery is not None and (delivery.status, delivery.attempt) == ("calling", "a2")


def test_a_message_whose_fate_nobody_knew_is_sent_when_its_provider_tells_of_it(stores: Stores) -> None:
    stores.deliveries.prepare(message(), "died", NINE)
    stores.deliveries.call(KEY, "died", NINE)
    (lost,) = stores.deliveries.unknown(NINE + MINUTE)
    stores.deliveries.sent(lost.key, lost.attempt, lost.at, "ses-1")
    assert list(stores.deliveries.unknown(NINE + MINUTE)) == []
    assert stores.deliveries.get(KEY) == Delivery(KEY, "sent", "died", ANNA, "abandoned-cart", "email", NINE, provider_id="ses-1")
    stores.deliveries.sent(KEY, "died", NINE + 9, "the answer, late")
    delivery = stores.deliveries.get(KEY)
    assert delivery is not None and (delivery.at, delivery.provider_id) == (NINE, "ses-1")


def test_a_message_may_fail_before_and_after_the_call(stores: Stores) -> None:
    stores.deliveries.prepare(message("before"), "a1", NINE)
    stores.deliveries.failed("before", "a1", NINE + 1, "expired")
    stores.deliveries.prepare(message("after"), "a1", NINE)
    stores.deliveries.call("after", "a1", NINE)
    stores.deliveries.failed("after", "a1", NINE + 1, "refused: \ud800")
    before, after = stores.deliveries.get("before"), stores.deliveries.get("after")
    assert before is not None and (before.status, before.error) == ("failed", "expired")
    assert after is not None and after.status == "failed"
    assert stores.deliveries.prepare(message("before"), "a2", NINE + 2).status == "failed"


def test_only_the_attempt_that_holds_the_claim_may_say_no(stores: Stores) -> None:
    stores.deliveries.prepare(message(), "a1", NINE)
    stores.deliveries.prepare(message(), "a2", NINE)
    assert not stores.deliveries.failed(KEY, "a1", NINE + 1, "expired")
    delivery = stores.deliveries.get(KEY)
    assert delivery is not None and (delivery.status, delivery.attempt) == ("prepared", "a2")
    assert stores.deliveries.failed(KEY, "a2", NINE + 1, "expired")
    assert stores.deliveries.failed(KEY, "a2", NINE + 1, "expired"), "the same word again is heard again"


def test_only_what_has_been_called_for_long_is_unknown(stores: Stores) -> None:
    for key in ("prepared", "calling", "sent", "failed", "released", "just now"):
        stores.deliveries.prepare(message(key), "a1", NINE)
    for key in ("calling", "sent", "failed", "released"):
        stores.deliveries.call(key, "a1", NINE)
    stores.deliveries.sent("sent", "a1", NINE, "ses-1")
    stores.deliveries.failed("failed", "a1", NINE, "refused")
    stores.deliveries.release("released", "a1", NINE)
    stores.deliveries.call("just now", "a1", NINE + MINUTE)
    assert [delivery.key for delivery in stores.deliveries.unknown(NINE + MINUTE)] == ["calling"]
    assert list(stores.deliveries.unknown(NINE)) == []


def test_of_eight_attempts_at_one_message_exactly_one_calls(dynamo: Stores) -> None:
    def attempt(name: str) -> bool:
        standing = dynamo.deliveries.prepare(message(), name, NINE)
        return standing.attempt == name and dynamo.deliveries.call(KEY, name, NINE)

    outcomes = at_once([lambda name=f"a{number}": attempt(name) for number in range(8)])
    assert sorted(outcomes) == [False] * 7 + [True]


def test_a_message_whose_provider_names_only_its_own_id_is_found_by_it(stores: Stores) -> None:
    for key in ("text", "letter"):
        stores.deliveries.prepare(replace(message(key), channel="sms"), "a1", NINE)
        stores.deliveries.call(key, "a1", NINE)
    assert stores.deliveries.of_provider("sms", "sns-1") is None
    stores.deliveries.sent("text", "a1", NINE, "sns-1", findable=True)
    stores.deliveries.sent("text", "a1", NINE, "sns-1", findable=True)
    stores.deliveries.sent("letter", "a1", NINE, "sns-2")
    found = stores.deliveries.of_provider("sms", "sns-1")
    assert found is not None and (found.key, found.status) == ("text", "sent")
    assert stores.deliveries.of_provider("sms", "sns-2") is None, "nobody asked for it to be found"
    assert stores.deliveries.of_provider("push", "sns-1") is None, "another channel's provider has its own ids"
    assert stores.deliveries.of_provider("sms", "") is None


def test_an_attempt_that_lost_its_claim_makes_nothing_findable(stores: Stores) -> None:
    stores.deliveries.prepare(message(), "died", NINE)
    stores.deliveries.prepare(message(), "lives", NINE)
    stores.deliveries.call(KEY, "lives", NINE)
    stores.deliveries.sent(KEY, "died", NINE, "sns-1", findable=True)
    assert stores.deliveries.of_provider("email", "sns-1") is None
