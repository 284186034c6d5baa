"""The link that confirms a subscription: opening it does nothing, the button works once, and no other link or moment will do."""

from dataclasses import replace

import pytest

from chalicelib import bootstrap
from chalicelib.flows.fold import fold
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.opt_in import confirm_url
from chalicelib.flows.relay import relay
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.unsubscribe import unsubscribe_url
from chalicelib.model.customer import Customer
from chalicelib.model.decision import Message
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.instant import DAY, MINUTE
from chalicelib.ports import Ports

from .conftest import NOW, Answer, Caller, basic

ADDRESS = "anna@shop.example"
ASKED = {"email": ADDRESS, "consents": {"email": {"offers": {"agreed": True, "text": "2026-03", "confirm": True}}}}
QUESTION, THANKS = "Would you like e-mails about “offers” from Bookshop?", "Thank you."
OVER, EXPIRED, CHANGED = "no longer valid. Nothing was changed", "more than seven days old", "Your address has changed"


def at(ports: Ports, moment: int) -> None:
    """Let it be this moment."""
    bootstrap.use(replace(ports, clock=lambda: moment))


def settle() -> None:
    """Let everything that was posted arrive in the customers' states, with what follows from it."""
    ports = bootstrap.ports()
    events, changes = ports.events.stream, ports.customers.stream
    while events or changes:
        arrivals = events[:]
        events.clear()
        assert fold(ports, arrivals) == []
        for customer, effects, through in changes[:]:
            relay(ports, customer, effects, through)
        changes.clear()


def anna(ports: Ports) -> Customer:
    """Her state."""
    customer = find_customer(ports, "anna")
    assert customer is not None
    return customer


def message_to(customer: Customer, topic: str = "offers") -> Message:
    """The message that asks her."""
    return Message(key="k" * 26, customer=customer.id, rule="confirm", run="1", run_key=None, step=1, channel="email", template="confirm",
                   topic="subscriptions", message_type="transactional", at=NOW, decided_at=NOW, expires_at=NOW, cause="m",
                   data={"event": {"channel": "email", "topic": topic}})


@pytest.fixture
def link(http: Caller, ports: Ports) -> str:
    """The path of the link in the message that asks Anna about offers."""
    http.post("/v1/identify", {"userId": "anna", "messageId": "m-1", "traits": ASKED}, key="server-key")
    settle()
    found = confirm_url(ports, anna(ports), message_to(anna(ports)), NOW)
    assert found is not None
    return found.removeprefix(ports.public_url)


def says(answer: Answer, text: str) -> bool:
    """Whether it is a page that says this, with a button when it asks and without one when it does not."""
    page = answer.raw.decode()
    return answer.status == 200 and text in page and ('<form method="post">' in page) == (text == QUESTION)


def consents(ports: Ports) -> dict[str, tuple[str, str, str | None]]:
    """What counts for Anna, where it was said, and to which text."""
    return {key: (word.status, word.source, word.text_version) for key, word in anna(ports).consents.items()}


def test_opening_the_link_asks_and_changes_nothing(http: Caller, ports: Ports, link: str) -> None:
    before = anna(ports).document()
    for _ in range(3):
        assert says(http.get(link, {"accept": "text/html,application/xhtml+xml"}), QUESTION)
    settle()
    assert anna(ports).document() == before
    assert ports.events.stream == []


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None])
def test_the_button_gives_the_consent_with_its_proof_and_verifies_the_address(
        http: Caller, ports: Ports, link: str, content_type: str | None) -> None:
    assert consents(ports) == {}
    assert says(http.post(link, headers={"Content-Type": content_type} if content_type else {}), THANKS)
    settle()
    assert consents(ports) == {"email/offers": ("given", "double opt-in", "2026-03")}
    assert [(entry.value, entry.verified) for entry in anna(ports).held["email"]] == [(ADDRESS, True)]
    assert anna(ports).asked == {}
    shown = http.get(f"/v1/customers/{ADDRESS}", {"accept": "*/*", **basic("server-key")}).body
    assert shown["consents"]["email/offers"]["textVersion"] == "2026-03"


def test_the_button_twice_is_one_confirmation(http: Caller, ports: Ports, link: str) -> None:
    assert [says(http.post(link), THANKS), says(http.post(link), THANKS)] == [True, True]
    assert [arrival.event.name for arrival in ports.events.stream] == ["Subscription Confirmed"]
    settle()
    before = anna(ports).document()
    assert says(http.post(link), THANKS)
    settle()
    assert anna(ports).document() == before


def test_used_again_after_a_withdrawal_it_changes_nothing(http: Caller, ports: Ports, link: str) -> None:
    http.post(link)
    settle()
    at(ports, NOW + MINUTE)
    http.post("/v1/track", {"userId": "anna", "event": "Unsubscribed", "properties": {"topic": "offers"}}, key="web-key")
    settle()
    at(ports, NOW + 2 * MINUTE)
    assert says(http.get(link), OVER) and says(http.post(link), OVER)
    settle()
    assert consents(ports)["email/offers"][0] == "withdrawn"


def test_used_again_after_it_was_asked_anew_it_changes_nothing(http: Caller, ports: Ports, link: str) -> None:
    http.post(link)
    settle()
    for number, event in enumerate(("Unsubscribed", "Subscribed"), 1):
        at(ports, NOW + number * MINUTE)
        http.post("/v1/track", {"userId": "anna", "event": event, "properties": {"topic": "offers", "confirm": True}}, key="web-key")
        settle()
    assert says(http.get(link), OVER) and says(http.post(link), OVER)
    settle()
    assert consents(ports)["email/offers"][0] == "withdrawn"
    assert list(anna(ports).asked) == ["email/offers"]


def test_it_holds_for_seven_days(http: Caller, ports: Ports, link: str) -> None:
    at(ports, NOW + 7 * DAY)
    assert says(http.get(link), EXPIRED) and says(http.post(link), EXPIRED)
    settle()
    assert consents(ports) == {}
    at(ports, NOW + 7 * DAY - 1)
    assert says(http.post(link), THANKS)
    settle()
    assert consents(ports)["email/offers"][0] == "given"


def test_of_another_address_it_confirms_nothing_and_says_so(http: Caller, ports: Ports, link: str) -> None:
    at(ports, NOW + MINUTE)
    http.post("/v1/identify", {"userId": "anna", "messageId": "m-2", "traits": {"email": "anna@new.example"}}, key="server-key")
    settle()
    assert says(http.get(link), CHANGED) and says(http.post(link), CHANGED)
    settle()
    assert consents(ports) == {}


def test_an_address_that_changes_while_the_button_is_pressed_is_not_confirmed(http: Caller, ports: Ports, link: str) -> None:
    at(ports, NOW + MINUTE)
    http.post("/v1/identify", {"userId": "anna", "messageId": "m-2", "traits": {"email": "anna@new.example"}}, key="server-key")
    http.post(link)
    settle()
    assert consents(ports) == {}
    assert anna(ports).turned_away[-1][1] == "consents.email/offers"


def test_of_somebody_erased_it_brings_nothing_back(http: Caller, ports: Ports, link: str) -> None:
    home = anna(ports).id
    at(ports, NOW + MINUTE)
    ask_erasure(bootstrap.ports(), "anna")
    settle()
    at(ports, NOW + 2 * MINUTE)
    assert says(http.get(link), OVER) and says(http.post(link), OVER)
    assert ports.events.stream == []
    assert find_customer(ports, "anna") is None
    record = ports.customers.load(home)
    assert record is not None and record.state.consents == {} and record.state.held == {}


def test_pressed_while_the_erasure_is_on_its_way_it_brings_nothing_back(http: Caller, ports: Ports, link: str) -> None:
    home = anna(ports).id
    at(ports, NOW + MINUTE)
    ask_erasure(bootstrap.ports(), "anna")
    at(ports, NOW + 2 * MINUTE)
    http.post(link)
    settle()
    record = ports.customers.load(home)
    assert record is not None and (record.state.first_seen, record.state.consents, record.state.held) == (0, {}, {})
    assert find_customer(ports, "anna") is None


@pytest.mark.parametrize("token", ["nonsense", "a.b", "a.b.c", "%F0%9F.x", "Zm9v.YmFy", "." * 500])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_not_ours_is_answered_and_changes_nothing(http: Caller, ports: Ports, method: str, token: str) -> None:
    assert says(http.request(method, f"/y/{token}"), OVER)
    assert ports.events.stream == []


def test_a_changed_token_confirms_nothing(http: Caller, ports: Ports, link: str) -> None:
    payload, mac = link.removeprefix("/y/").split(".")
    for token in (f"{payload[:-1]}{'A' if payload[-1] != 'A' else 'B'}.{mac}", f"{payload}.{'B' if mac[0] != 'B' else 'C'}{mac[1:]}",
                  f"{payload}.", payload, f"{payload}.{mac[:10]}"):
        assert says(http.post(f"/y/{token}"), OVER)
    settle()
    assert consents(ports) == {}


def test_a_link_of_one_kind_does_not_work_as_another(http: Caller, ports: Ports, link: str) -> None:
    leaving = unsubscribe_url(ports, anna(ports).id, message_to(anna(ports)), ADDRESS).rpartition("/u/")[2]
    assert says(http.post(f"/y/{leaving}"), OVER)
    assert "Nothing was changed" in http.post(f"/u/{link.removeprefix('/y/')}").raw.decode()
    assert ports.events.stream == []


def test_there_is_no_link_for_what_nobody_asked_for(ports: Ports, link: str) -> None:
    customer = anna(ports)
    assert confirm_url(ports, customer, message_to(customer, "news"), NOW) is None
    assert confirm_url(ports, customer, replace(message_to(customer), channel="sms"), NOW) is None
    assert confirm_url(ports, customer, replace(message_to(customer), data={}), NOW) is None
    assert confirm_url(ports, customer, message_to(customer), NOW + 7 * DAY) is None


def test_what_cannot_be_kept_now_is_not_said_to_be_done(http: Caller, ports: Ports, link: str) -> None:
    class Down:
        def append(self, *_: object) -> None:
            raise StoreUnavailable("EventsTable: InternalServerError")

    bootstrap.use(replace(ports, events=Down()))
    assert http.post(link).status == 503


@pytest.mark.parametrize(("language", "question"), [
    ("en", "Would you like"), ("bg", "Желаете ли"), ("ru", "Присылать вам"), ("kk", "алғыңыз келе ме"),
])
def test_the_page_speaks_the_readers_language_and_nothing_on_it_comes_from_elsewhere(
        http: Caller, link: str, language: str, question: str) -> None:
    answer = http.get(link, {"accept": "text/html", "accept-language": language})
    page = answer.raw.decode()
    assert f'<html lang="{language}">' in page and question in page
    assert "http" not in page and "<script" not in page and ADDRESS not in page
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_every_topic_is_asked_about_without_a_name(http: Caller, ports: Ports) -> None:
    http.post("/v1/track", {"userId": "anna", "event": "Subscribed", "properties": {"confirm": True}}, key="server-key")
    http.post("/v1/identify", {"userId": "anna", "traits": {"email": ADDRESS}}, key="server-key")
    settle()
    found = confirm_url(ports, anna(ports), message_to(anna(ports), "*"), NOW)
    assert found is not None
    assert "Would you like e-mails from Bookshop?" in http.get(found.removeprefix(ports.public_url)).raw.decode()
