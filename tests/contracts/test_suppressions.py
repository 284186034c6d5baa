"""The contract of the suppressions."""

from itertools import permutations

import pytest

from chalicelib.model.suppression import Suppression

from .conftest import Stores
from .stories import NINE

ADDRESS = "anna@example.com"


def suppression(topic: str = "offers", reason: str = "unsubscribed", at: int = NINE, channel: str = "email") -> Suppression:
    return Suppression(channel, ADDRESS, topic, reason, at)


def test_an_address_nobody_complained_about_is_free(stores: Stores) -> None:
    assert stores.suppressions.find("email", ADDRESS, "offers") == []


def test_a_topic_and_all_topics_count_and_other_topics_channels_and_addresses_do_not(stores: Stores) -> None:
    wanted = [suppression(), suppression("*", "suppressed_bounce")]
    for entry in (*wanted, suppression("news"), suppression(channel="sms"), Suppression("email", "boris@example.com", "offers", "x", NINE)):
        stores.suppressions.add(entry)
    assert set(stores.suppressions.find("email", ADDRESS, "offers")) == set(wanted)
    assert set(stores.suppressions.find("email", ADDRESS, "*")) == {suppression("*", "suppressed_bounce")}


def test_the_later_of_two_counts_in_whatever_order_they_come(stores: Stores) -> None:
    later = suppression(reason="suppressed_complaint", at=NINE + 1)
    for entry in (suppression(), later, suppression()):
        stores.suppressions.add(entry)
    assert stores.suppressions.find("email", ADDRESS, "offers") == [later]


def test_adding_tells_whether_it_says_anything_new(stores: Stores) -> None:
    bounced = suppression(reason="suppressed_bounce")
    assert [stores.suppressions.add(entry) for entry in (bounced, bounced, suppression(reason="suppressed_bounce", at=NINE - 1))] == [
        True, False, False]


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_what_no_consent_lifts_outweighs_an_opt_out_in_whatever_order_they_come(stores: Stores, order: tuple[int, ...]) -> None:
    entries = [suppression(at=NINE + 5), suppression(reason="suppressed_bounce"), suppression(at=NINE - 5),
               suppression(reason="suppressed_bounce", at=NINE - 1)]
    for place in order:
        stores.suppressions.add(entries[place])
    assert stores.suppressions.find("email", ADDRESS, "offers") == [entries[1]]
