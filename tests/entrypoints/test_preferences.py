"""The page of preferences: it shows what was said, saves what is chosen, and lets nobody agree for an address the link was not sent to."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from chalicelib import bootstrap
from chalicelib.flows.fold import fold
from chalicelib.flows.links import link_url
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.unsubscribe import unsubscribe_url
from chalicelib.model.customer import Customer
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.event import Arrival, Event
from chalicelib.model.instant import DAY, MINUTE
from chalicelib.model.reason import Reason
from chalicelib.model.suppression import Suppression
from chalicelib.ports import Ports

from ..vectors.shop import rulebook
from .conftest import NOW, Answer, Caller
from .test_click_links import MESSAGE

ADDRESS, PHONE = "anna@shop.example", "+359888123456"
LISTENING = {"kind": "event", "event": "Cart Viewed"}
RULES = rulebook(
    {"id": "offers", "trigger": LISTENING, "topic": "offers"}, {"id": "news", "trigger": LISTENING, "topic": "news"},
    {"id": "events", "trigger": LISTENING, "topic": "events"}, {"id": "old", "trigger": LISTENING, "topic": "old", "status": "paused"},
    {"id": "orders", "trigger": LISTENING, "topic": "orders", "messageType": "transactional"})
TRAITS = {"email": ADDRESS, "phone": PHONE, "consents": {
    "email": {"offers": {"agreed": True, "text": "2026-03"}, "news": False}, "sms": {"offers": True}}}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def doors(ports: Ports) -> Ports:
    """The doors of a shop with rules about offers, news and events."""
    bootstrap.use(replace(ports, rulebook=lambda: RULES))
    return bootstrap.ports()


@pytest.fixture
def link(http: Caller, doors: Ports) -> str:
    """The path of the link in an e-mail to Anna about offers."""
    http.post("/v1/identify", {"userId": "anna", "messageId": "m-1", "traits": TRAITS}, key="server-key")
    settle()
    at(NOW + MINUTE)
    return unsubscribe_url(doors, anna().id, MESSAGE, ADDRESS).removeprefix(doors.public_url)


def at(moment: int) -> None:
    """Let it be this moment."""
    bootstrap.use(replace(bootstrap.ports(), clock=lambda: moment))


def settle() -> None:
    """Let everything that was told arrive in the customers' states."""
    stream = bootstrap.ports().events.stream
    arrivals = stream[:]
    stream.clear()
    assert fold(bootstrap.ports(), arrivals) == []


def anna() -> Customer:
    customer = find_customer(bootstrap.ports(), "anna")
    assert customer is not None
    return customer


def choices(answer: Answer) -> dict[str, str]:
    """By topic: ticked or not, and `fixed` where nothing can be ticked."""
    found = re.findall(r'type="checkbox" name="yes" value="([^"]+)"( checked)?( disabled)?>', answer.raw.decode())
    return {subject: ("ticked" if ticked else "empty") + (", fixed" if fixed else "") for subject, ticked, fixed in found}


def save(http: Caller, link: str, *yes: str, shown: tuple[str, ...] = ("email/events", "email/news", "email/offers", "sms/offers")) -> str:
    """Save the form with these ticked; what the page says."""
    fields = [("preferences", "save"), *(("shown", subject) for subject in shown), *(("yes", subject) for subject in yes)]
    answer = http.post(link, urlencode(fields).encode(), headers=FORM)
    assert answer.status == 200
    return answer.raw.decode()


def closed(channel: str, address: str, topic: str) -> bool:
    return bool(bootstrap.ports().suppressions.find(channel, address, topic))


def said() -> dict[str, str]:
    return {subject: word.status for subject, word in anna().consents.items()}


def test_it_shows_what_live_rules_write_about_and_what_was_said_and_changes_nothing(http: Caller, doors: Ports, link: str) -> None:
    before = anna().document()
    page = http.get(link, {"accept": "text/html"})
    assert choices(page) == {"email/events": "empty", "email/news": "empty", "email/offers": "ticked", "sms/offers": "ticked"}
    text = page.raw.decode()
    assert [text.count(words) for words in ("you said yes", "you said no", "you have not said")] == [2, 1, 1]
    assert "List-Unsubscribe" in text and ADDRESS not in text and PHONE not in text and "<script" not in text
    settle()
    assert (doors.events.stream, anna().document()) == ([], before)
    assert not closed("email", ADDRESS, "offers")


def test_what_is_left_unticked_is_a_no_before_it_is_answered(http: Caller, link: str) -> None:
    assert "Saved. Nutshell Books writes to you about: events (E-mail)." in save(http, link, "email/events")
    assert [closed("email", ADDRESS, "offers"), closed("email", ADDRESS, "events"), closed("sms", PHONE, "offers")] == [True, False, True]
    settle()
    assert said() == {"email/offers": "withdrawn", "email/news": "withdrawn", "email/events": "given", "sms/offers": "withdrawn"}


def test_a_yes_counts_as_said_to_the_shop_and_lifts_a_no(http: Caller, link: str) -> None:
    save(http, link)
    settle()
    at(NOW + 2 * MINUTE)
    assert "about: news (E-mail)" in save(http, link, "email/news")
    settle()
    assert said()["email/news"] == "given"
    assert anna().consents["email/news"].source.endswith("preference page")
    assert choices(http.get(link))["email/news"] == "ticked"


def test_a_choice_follows_the_last_button_even_before_the_first_has_arrived(http: Caller, link: str) -> None:
    for minute, yes in enumerate(((), ("email/offers",), (), ("email/news",), ()), 2):
        at(NOW + minute * MINUTE)
        save(http, link, *yes)
    settle()
    assert set(said().values()) == {"withdrawn"}
    assert closed("email", ADDRESS, "offers")


def test_a_yes_that_stands_keeps_what_was_known_of_it(http: Caller, link: str) -> None:
    save(http, link, "email/offers", "sms/offers")
    settle()
    assert anna().consents["email/offers"].text_version == "2026-03"
    assert anna().consents["email/offers"].at == NOW


def test_of_another_channel_or_address_the_link_proves_nothing(http: Caller, doors: Ports, link: str) -> None:
    save(http, link, "email/offers")
    settle()
    at(NOW + 2 * MINUTE)
    assert choices(http.get(link))["sms/offers"] == "empty, fixed"
    save(http, link, "email/offers", "sms/offers")
    settle()
    assert said()["sms/offers"] == "withdrawn"
    http.post("/v1/identify", {"userId": "anna", "messageId": "m-2", "traits": {"email": "anna@new.example"}}, key="server-key")
    settle()
    at(NOW + 3 * MINUTE)
    assert choices(http.get(link)) == {
        "email/events": "empty, fixed", "email/news": "empty, fixed", "email/offers": "ticked", "sms/offers": "empty, fixed"}
    save(http, link, "email/offers", "email/news", "email/events")
    settle()
    assert (said()["email/news"], said()["email/events"]) == ("withdrawn", "withdrawn")
    before = link_url(doors, "u", anna().id, "email", "offers", "k" * 26).removeprefix(doors.public_url)
    assert choices(http.get(before))["email/news"] == "empty, fixed", "a link from before says of no address"


def test_a_complaint_is_not_lifted(http: Caller, doors: Ports, link: str) -> None:
    doors.suppressions.add(Suppression("email", ADDRESS, "*", Reason.SUPPRESSED_COMPLAINT, NOW))
    assert set(choices(http.get(link)).items()) >= {("email/offers", "empty, fixed"), ("email/news", "empty, fixed")}
    save(http, link, "email/news", shown=("email/news",))
    settle()
    assert said()["email/news"] == "withdrawn"


@pytest.mark.parametrize("body", [b"List-Unsubscribe=One-Click", b"List-Unsubscribe=One-Click&preferences=save&shown=email/news", b"",
                                  b"\xff\xfe", b"preferences", b"&".join([b"preferences=save"] * 500)])
def test_every_other_post_unsubscribes_from_the_topic_of_the_message(http: Caller, link: str, body: bytes) -> None:
    assert "You will get no more e-mails about “offers”" in http.post(link, body, headers=FORM).raw.decode()
    assert [closed("email", ADDRESS, topic) for topic in ("offers", "news")] == [True, False]


def test_what_no_rule_writes_about_cannot_be_agreed_to(http: Caller, link: str) -> None:
    save(http, link, "email/old", "email/<b>", "post/offers", shown=("email/old", "email/<b>", "post/offers", "nonsense", "email/*"))
    assert bootstrap.ports().events.stream == []


def test_what_cannot_be_kept_now_is_not_said_to_be_saved(http: Caller, doors: Ports, link: str) -> None:
    class Down:
        def append(self, *_: object) -> None:
            raise StoreUnavailable("EventsTable: InternalServerError")

    bootstrap.use(replace(bootstrap.ports(), events=Down()))
    assert http.post(link, b"preferences=save&shown=email/offers", headers=FORM).status == 503


def test_while_the_store_does_not_answer_the_button_is_there_without_a_choice(http: Caller, doors: Ports, link: str) -> None:
    class Down:
        def load(self, *_: object) -> None:
            raise StoreUnavailable("CustomersTable: InternalServerError")

    bootstrap.use(replace(bootstrap.ports(), customers=Down()))
    page = http.get(link)
    assert (page.status, choices(page)) == (200, {})
    assert "List-Unsubscribe" in page.raw.decode()


def test_of_somebody_erased_there_is_nothing_to_choose_and_nothing_comes_back(http: Caller, doors: Ports, link: str) -> None:
    ask_erasure(bootstrap.ports(), "anna")
    settle()
    at(NOW + 2 * MINUTE)
    assert choices(http.get(link)) == {}
    save(http, link, "email/offers")
    settle()
    assert find_customer(bootstrap.ports(), "anna") is None


@pytest.mark.parametrize(("language", "words"), [("en", "you said yes"), ("bg", "съгласихте се"), ("ru", "вы согласились"),
                                                 ("kk", "келісім бердіңіз")])
def test_it_speaks_the_readers_language(http: Caller, link: str, language: str, words: str) -> None:
    assert words in http.get(link, {"accept": "text/html", "accept-language": language}).raw.decode()
    saved = http.post(link, b"preferences=save&shown=email/offers", headers={**FORM, "accept-language": language}).raw.decode()
    assert f'<html lang="{language}">' in saved and "Nutshell Books" in saved and "<form" not in saved


@pytest.mark.parametrize(("every", "pace"), [("7d", 7 * DAY), ("30d", 30 * DAY), ("", 0), ("1s", 0)])
def test_how_often_is_chosen_beside_what(http: Caller, link: str, every: str, pace: int) -> None:
    assert 'name="every" value="" checked' in http.get(link, {"accept": "text/html"}).raw.decode()
    http.post(link, urlencode({"preferences": "save", "every": every}).encode(), headers=FORM)
    settle()
    assert anna().pace == pace
    shown = every if pace else ""
    assert f'name="every" value="{shown}" checked' in http.get(link, {"accept": "text/html"}).raw.decode()


def test_a_browser_cannot_choose_for_somebody(doors: Ports, link: str) -> None:
    chosen = Event(id="e-1", type="track", name="Message Frequency Chosen", at=NOW, received_at=NOW, source="browser/web",
                   properties={"every": "30d"})
    fold(doors, [Arrival(anna().id, chosen)])
    assert anna().pace == 0
