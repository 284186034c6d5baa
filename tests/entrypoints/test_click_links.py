"""Links that report back: the reader always gets on, to where we signed and nowhere else, and one person's click counts once."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.flows.clicks import click_url
from chalicelib.flows.fold import fold
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.rights import ask_erasure
from chalicelib.flows.unsubscribe import unsubscribe_url
from chalicelib.model.decision import Message
from chalicelib.model.errors import StoreUnavailable
from chalicelib.model.instant import DAY
from chalicelib.model.web_address import LONGEST_ADDRESS
from chalicelib.ports import Ports

from .conftest import NOW, Answer, Caller

PAGE = "https://shop.example/books/1?from=letter&size=2#top"
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1"
MESSAGE = Message(key="k" * 26, customer="", rule="abandoned-cart", run="1", run_key=None, step=1, channel="email", template="cart",
                  topic="offers", message_type="marketing", at=NOW, decided_at=NOW, expires_at=NOW, cause="m", data={})


def settle(ports: Ports) -> None:
    """Let everything that was posted arrive in the customers' states."""
    arrivals = ports.events.stream[:]
    ports.events.stream.clear()
    assert fold(ports, arrivals) == []


@pytest.fixture
def anna(http: Caller, ports: Ports) -> str:
    """The id of a customer who has got a message."""
    http.post("/v1/identify", {"userId": "anna", "messageId": "m-1", "traits": {"email": "anna@shop.example"}}, key="server-key")
    customer = ports.events.stream[0].customer
    settle(ports)
    return customer


def path_to(ports: Ports, customer: str, address: str = PAGE, **message: Any) -> str:
    """The path of the link to an address in a message to her."""
    url = click_url(ports, customer, replace(MESSAGE, customer=customer, **message), address)
    assert url is not None
    return url.removeprefix(ports.public_url)


def follow(http: Caller, path: str, agent: str = BROWSER, method: str = "GET") -> Answer:
    return http.request(method, path, headers={"accept": "text/html", "user-agent": agent})


def told(ports: Ports) -> list[tuple[str | None, dict[str, Any]]]:
    """The events that followed."""
    return [(arrival.event.name, arrival.event.properties) for arrival in ports.events.stream]


def counted(ports: Ports, outcome: str) -> int:
    return ports.meter.counts.get(("clicks", "channel=email", f"outcome={outcome}"), 0)


def test_the_reader_is_sent_on_and_the_log_is_told(http: Caller, ports: Ports, anna: str) -> None:
    answer = follow(http, path_to(ports, anna))
    assert (answer.status, answer.headers["location"], answer.headers["cache-control"]) == (302, PAGE, "no-store")
    assert told(ports) == [("Email Link Clicked", {"channel": "email", "message": "k" * 26, "rule": "abandoned-cart", "link": PAGE})]
    assert ports.events.stream[0].customer == anna
    settle(ports)
    customer = find_customer(ports, "anna")
    assert customer is not None
    assert customer.evidence == {"k" * 26: [NOW, "email", 4]}


@pytest.mark.parametrize(("channel", "name"), [("sms", "SMS Link Clicked"), ("telegram", "Message Link Clicked")])
def test_each_channel_has_its_name_for_it(http: Caller, ports: Ports, anna: str, channel: str, name: str) -> None:
    follow(http, path_to(ports, anna, channel=channel))
    [(event, properties)] = told(ports)
    assert (event, properties["channel"]) == (name, channel)


def test_twice_is_one_click_also_much_later_and_another_link_is_another(http: Caller, ports: Ports, anna: str) -> None:
    path = path_to(ports, anna)
    follow(http, path)
    bootstrap.use(replace(ports, clock=lambda: NOW + 30 * DAY))
    assert follow(http, path).status == 302
    assert len(told(ports)) == 1
    assert (counted(ports, "stored"), counted(ports, "again")) == (1, 1)
    follow(http, path_to(ports, anna, "https://shop.example/books/2"))
    follow(http, path_to(ports, anna, key="j" * 26))
    assert len(told(ports)) == 3


@pytest.mark.parametrize(("method", "agent"), [
    ("HEAD", BROWSER), ("GET", "Mozilla/5.0 (compatible; Barracuda Link Protection)"), ("GET", "facebookexternalhit/1.1"),
    ("GET", "TelegramBot (like TwitterBot)"), ("GET", "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"), ("GET", "WhatsApp/2.23.20.0 A"),
])
def test_machines_get_on_without_a_click(http: Caller, ports: Ports, anna: str, method: str, agent: str) -> None:
    answer = follow(http, path_to(ports, anna), agent, method)
    assert (answer.status, answer.headers["location"]) == (302, PAGE)
    assert told(ports) == []
    assert counted(ports, "machine") == 1


def test_a_store_that_does_not_answer_keeps_nobody_from_the_page(http: Caller, ports: Ports, anna: str) -> None:
    class Down:
        def append(self, *_: object) -> None:
            raise StoreUnavailable("EventsTable: InternalServerError")

    bootstrap.use(replace(ports, events=Down()))
    assert (follow(http, path_to(ports, anna)).status, counted(ports, "lost")) == (302, 1)


def test_a_changed_link_leads_nowhere(http: Caller, ports: Ports, anna: str) -> None:
    payload, mac = path_to(ports, anna).removeprefix("/c/").split(".")
    other, _ = path_to(ports, anna, "https://evil.example/").removeprefix("/c/").split(".")
    leaving = unsubscribe_url(ports, anna, replace(MESSAGE, customer=anna), "anna@shop.example").rpartition("/u/")[2]
    for token in (f"{other}.{mac}", f"{payload}.{'B' if mac[0] != 'B' else 'C'}{mac[1:]}", f"{payload}.", payload, f"{payload}.{mac[:10]}",
                  "nonsense", "a.b.c", "%F0%9F.x", "Zm9v.YmFy", leaving):
        answer = follow(http, f"/c/{token}")
        assert (answer.status, "location" in answer.headers) == (404, False)
        assert "leads nowhere" in answer.raw.decode()
    assert told(ports) == []


def test_a_link_of_this_kind_unsubscribes_and_confirms_nothing(http: Caller, ports: Ports, anna: str) -> None:
    token = path_to(ports, anna).removeprefix("/c/")
    assert "Nothing was changed" in http.post(f"/u/{token}").raw.decode()
    assert "Nothing was changed" in http.post(f"/y/{token}").raw.decode()
    assert told(ports) == []


@pytest.mark.parametrize(("written", "target"), [
    ("http://shop.example", "http://shop.example"), (" https://shop.example/a b ", "https://shop.example/a%20b"),
    ("https://shop.example/книга?q=a|b", "https://shop.example/%D0%BA%D0%BD%D0%B8%D0%B3%D0%B0?q=a%7Cb"),
    ("HTTPS://shop.example/%41", "HTTPS://shop.example/%41"), ("javascript:alert(1)", None), ("mailto:a@shop.example", None),
    ("//shop.example", None), ("https://shop.example:x/", None), ("/books", None), ("https://", None),
    ("https://good.example@evil.example/", None), ("https://evil.example\\.good.example/", None),
    ("https://shop.example/\r\nSet-Cookie: a", None), ("https://[", None), ("data:text/html,hello", None), ("", None),
    ("https://shop.example/" + "a" * (LONGEST_ADDRESS - 21), "https://shop.example/" + "a" * (LONGEST_ADDRESS - 21)),
    ("https://shop.example/" + "a" * (LONGEST_ADDRESS - 20), None),
])
def test_links_lead_to_the_web_only(http: Caller, ports: Ports, anna: str, written: str, target: str | None) -> None:
    url = click_url(ports, anna, replace(MESSAGE, customer=anna), written)
    assert (url is None) == (target is None)
    if url is not None:
        assert follow(http, url.removeprefix(ports.public_url)).headers["location"] == target


def test_a_click_of_somebody_erased_brings_nothing_back(http: Caller, ports: Ports, anna: str) -> None:
    path = path_to(ports, anna)
    ask_erasure(ports, "anna")
    settle(ports)
    bootstrap.use(replace(ports, clock=lambda: NOW + DAY))
    assert follow(http, path).status == 302
    settle(bootstrap.ports())
    assert find_customer(ports, "anna") is None
    record = ports.customers.load(anna)
    assert record is not None and (record.state.evidence, record.state.first_seen) == ({}, 0)
    assert "Email Link Clicked" not in [event.name for event in ports.events.latest(anna, 9)]


def test_nobody_else_can_write_such_an_event_first(http: Caller, ports: Ports, anna: str) -> None:
    follow(http, path_to(ports, anna))
    name = ports.events.stream[0].event.id
    ports.events.stream.clear()
    http.post("/v1/track", {"userId": "bob", "event": "Email Link Clicked", "messageId": name}, key="web-key")
    assert ports.events.stream[0].event.id != name
