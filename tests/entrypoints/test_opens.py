"""The picture that tells of an opening: whoever asks gets it, people and machines are told apart, and each counts once for a message."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.flows.fold import fold
from chalicelib.flows.lookup import find_customer
from chalicelib.flows.opens import picture_url
from chalicelib.model.errors import StoreUnavailable
from chalicelib.ports import Ports

from .conftest import NOW, Answer, Caller
from .test_click_links import BROWSER, MESSAGE, path_to

GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
KEY = MESSAGE.key


@pytest.fixture
def anna(http: Caller, ports: Ports) -> str:
    """The id of a customer who has got a message."""
    http.post("/v1/identify", {"userId": "anna", "messageId": "m-1", "traits": {"email": "anna@shop.example"}}, key="server-key")
    customer = ports.events.stream[0].customer
    assert fold(ports, ports.events.stream[:]) == []
    ports.events.stream.clear()
    return customer


@pytest.fixture
def picture(ports: Ports, anna: str) -> str:
    """The path of the picture in it."""
    return picture_url(ports, anna, replace(MESSAGE, customer=anna)).removeprefix(ports.public_url)


def ask(http: Caller, path: str, agent: str = BROWSER, accept: str = "image/avif,image/webp,*/*;q=0.8") -> Answer:
    return http.request("GET", path, headers={"accept": accept, "user-agent": agent})


def is_the_picture(answer: Answer) -> bool:
    """Whether it is the dot, and kept by nobody."""
    return (answer.status, answer.headers["content-type"], answer.headers["cache-control"], len(answer.raw), answer.raw[:6]) == (
        200, "image/gif", "no-store", 43, b"GIF89a")


def told(ports: Ports) -> list[dict[str, Any]]:
    assert {arrival.event.name for arrival in ports.events.stream} <= {"Email Opened"}
    return [arrival.event.properties for arrival in ports.events.stream]


def rung(ports: Ports) -> int:
    """How far the message came, after everything that was told arrived."""
    assert fold(ports, ports.events.stream[:]) == []
    customer = find_customer(ports, "anna")
    assert customer is not None
    return int(customer.evidence[KEY][2])


@pytest.mark.parametrize("accept", ["image/avif,image/webp,*/*;q=0.8", "*/*", "image/gif", "image/png"])
def test_it_is_a_picture_and_the_log_is_told(http: Caller, ports: Ports, picture: str, accept: str) -> None:
    assert picture.endswith(".gif")
    assert is_the_picture(ask(http, picture, accept=accept))
    assert told(ports) == [{"channel": "email", "message": KEY, "rule": "abandoned-cart"}]
    assert rung(ports) == 2


@pytest.mark.parametrize("agent", [GMAIL, "Mozilla/5.0", "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
                                   "Barracuda Sentinel (EE)"])
def test_a_machine_is_told_as_such_and_opens_nothing(http: Caller, ports: Ports, picture: str, agent: str) -> None:
    assert is_the_picture(ask(http, picture, agent))
    assert told(ports) == [{"channel": "email", "message": KEY, "rule": "abandoned-cart", "machine": True}]
    assert rung(ports) == 1


def test_outlook_shows_its_reader_the_picture(http: Caller, ports: Ports, picture: str) -> None:
    assert is_the_picture(ask(http, picture, "Mozilla/4.0 (compatible; ms-office; MSOffice 16)"))
    assert rung(ports) == 2


def test_once_for_a_message_and_a_reader_counts_after_a_machine(http: Caller, ports: Ports, picture: str) -> None:
    for agent in (GMAIL, GMAIL, BROWSER, BROWSER):
        assert is_the_picture(ask(http, picture, agent))
    assert [properties.get("machine", False) for properties in told(ports)] == [True, False]
    assert rung(ports) == 2


def test_a_strange_token_gets_the_picture_and_tells_nothing(http: Caller, ports: Ports, picture: str, anna: str) -> None:
    payload, mac = picture.removeprefix("/o/").removesuffix(".gif").split(".")
    click = path_to(ports, anna).removeprefix("/c/")
    for token in ("nonsense", "a.b.c.gif", ".gif", "%F0%9F.gif", f"{payload}.{'B' if mac[0] != 'B' else 'C'}{mac[1:]}.gif", f"{click}.gif"):
        assert is_the_picture(ask(http, f"/o/{token}"))
    assert told(ports) == []
    assert ports.meter.counts["opens", "outcome=strange"] == 6


def test_a_store_that_does_not_answer_shows_the_picture_all_the_same(http: Caller, ports: Ports, picture: str) -> None:
    class Down:
        def append(self, *_: object) -> None:
            raise StoreUnavailable("EventsTable: InternalServerError")

    def no_secret(_: bytes) -> bytes:
        raise StoreUnavailable("the link secret cannot be read")

    for doors in (replace(ports, events=Down()), replace(ports, sign=no_secret)):
        bootstrap.use(doors)
        assert is_the_picture(ask(http, picture))
    assert ports.meter.counts["opens", "outcome=lost"] == 2


def test_what_it_tells_is_of_the_moment(http: Caller, ports: Ports, picture: str) -> None:
    ask(http, picture)
    assert (ports.events.stream[0].event.at, ports.events.stream[0].event.source) == (NOW, "engine")
