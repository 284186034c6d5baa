"""Parts fail as asked; what was accepted is neither lost nor done twice, and the pump's own clients are never hit."""

import pytest

from chalicelib.flows.profile import look_up
from chalicelib.model.errors import StoreUnavailable
from local.faults import FaultInvalid, Faults, Killed
from tests.local.conftest import add, identify


@pytest.mark.parametrize(("document", "names"), [
    ({"part": "fax", "kind": "timeout"}, "part"), ({"part": "ses", "kind": "fire"}, "kind"), ({"part": "ses"}, "kind"),
    ({"part": "ses", "kind": "500", "rate": 2}, "rate"), ({"part": "ses", "kind": "500", "count": -1}, "count"),
    ({"part": "ses", "kind": "500", "seed": "x"}, "seed"), ({"part": "ses", "kind": "500", "often": 1}, "often"), ([], "JSON object"),
])
def test_what_is_no_fault_is_refused_by_the_name_of_its_field(document, names):
    with pytest.raises(FaultInvalid, match=names):
        Faults().set(document)


def test_the_same_seed_strikes_the_same_calls_and_no_more_than_count():
    def struck(seed):
        faults = Faults()
        faults.set({"part": "dynamodb", "kind": "timeout", "rate": 0.3, "count": 20, "seed": seed})
        return [faults.striking("dynamodb") for _ in range(200)]

    assert struck(1) == struck(1) != struck(2)
    assert struck(1).count("timeout") == 20
    assert Faults().striking("dynamodb") is None


def test_a_fault_hits_its_own_part_only_and_an_empty_document_ends_all():
    faults = Faults()
    faults.set({"part": "ses", "kind": "500"})
    assert faults.striking("sesv2") == "500"
    assert faults.striking("dynamodb") is None
    assert faults.set({}) == []
    assert faults.striking("sesv2") is None


@pytest.mark.parametrize("kind", ["timeout", "throttle", "500", "lost_answer"])
def test_a_table_that_fails_for_good_is_unavailable(shop, kind):
    shop.do("faults", {"part": "dynamodb", "kind": kind})
    with pytest.raises(StoreUnavailable):
        shop.world.ports.customers.load("anybody")
    shop.do("faults", {})
    assert shop.world.ports.customers.load("anybody") is None


def test_killing_ends_everything_and_before_is_not_after(shop):
    from chalicelib.ports import Suppression

    def suppress(topic):
        shop.world.ports.suppressions.add(Suppression("email", "a@x.example", topic, "unsubscribed", 1))

    shop.do("faults", {"part": "dynamodb", "kind": "kill_before", "count": 1})
    with pytest.raises(Killed):
        suppress("before")
    shop.do("faults", {"part": "dynamodb", "kind": "kill_after", "count": 1})
    with pytest.raises(Killed):
        suppress("after")
    found = [shop.world.ports.suppressions.find("email", "a@x.example", topic) for topic in ("before", "after")]
    assert [len(each) for each in found] == [0, 1]


@pytest.mark.parametrize("kind", ["timeout", "throttle", "500", "lost_answer", "kill_before", "kill_after"])
def test_a_table_that_fails_for_a_while_changes_nothing_in_the_end(shop, kind):
    people = ["anna", "vera", "dora"]
    shop.post(*[call for user in people for call in (identify(user), add(user))])
    shop.do("faults", {"part": "dynamodb", "kind": kind, "rate": 0.4, "count": 40, "seed": 3})
    shop.do("clock", {"advance": "2h"})
    shop.do("idle", {})
    reached = [message["customer"] for message in shop.get("inbox.json")]
    assert len(reached) == len(set(reached)), "nobody gets the same message twice"
    unknown = {delivery["customer"] for delivery in shop.get("unknown.json")}
    assert {*reached, *unknown} == set(people), "and who got nothing is shown"
    if not kind.startswith("kill"):
        assert sorted(reached) == sorted(people)
    (fault,) = shop.get("faults")["faults"]
    assert fault["hits"] > 0


def test_a_send_without_an_answer_is_unknown_and_never_repeated(shop):
    shop.post(identify("anna"), add("anna"))
    shop.do("faults", {"part": "ses", "kind": "lost_answer", "count": 1})
    shop.do("clock", {"advance": "12h"})
    assert len(shop.get("inbox.json")) == 1
    (unknown,) = shop.get("unknown.json")
    assert (unknown["status"], unknown["customer"], unknown["key"]) == ("calling", "anna", shop.get("inbox.json")[0]["key"])


def test_a_provider_that_is_busy_gets_the_message_later_and_once(shop):
    shop.post(identify("anna"), add("anna"))
    shop.do("faults", {"part": "ses", "kind": "throttle", "count": 3})
    shop.do("clock", {"advance": "2h"})
    assert [message["customer"] for message in shop.get("inbox.json")] == ["anna"]
    assert shop.get("unknown.json") == []


def test_something_that_never_works_again_is_named_instead_of_waited_for(shop):
    shop.post(identify("anna"), add("anna"))
    shop.do("faults", {"part": "dynamodb", "kind": "timeout"})
    refusal = shop.do("idle", {}, status=409)
    assert refusal["code"] == "still_busy"
    assert "on_events" in refusal["message"]
    shop.do("faults", {})
    shop.do("clock", {"advance": "2h"})
    assert len(shop.get("inbox.json")) == 1


def test_a_message_whose_fate_nobody_knows_is_shown_and_not_sent_again(shop):
    shop.post(identify("anna"), add("anna"))
    shop.do("faults", {"part": "ses", "kind": "timeout", "count": 1})
    shop.do("clock", {"advance": "1h"})
    shop.do("faults", {})
    shop.do("clock", {"advance": "3h"})
    assert shop.get("inbox.json") == []
    (unknown,) = shop.get("unknown.json")
    (decision,) = look_up(shop.world.ports, "anna")["decisions"]
    assert (unknown["key"], decision["verdict"], decision["delivery"]) == (decision["key"], "send", "unknown")
