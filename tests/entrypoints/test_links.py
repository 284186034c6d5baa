"""The unsubscribe link: opening it does nothing, pressing the button works at once, and strangers' tokens do no harm."""

from dataclasses import replace

import pytest

from chalicelib import bootstrap
from chalicelib.entrypoints.page import language_of
from chalicelib.flows.fold import fold
from chalicelib.flows.unsubscribe import unsubscribe_url
from chalicelib.model.decision import Message
from chalicelib.model.errors import StoreUnavailable
from chalicelib.ports import Ports

from .conftest import NOW, Caller

ADDRESS = "anna@shop.example"
TOPIC = "offers <b>&"


@pytest.fixture
def link(http: Caller, ports: Ports) -> str:
    """The path of the link in a message to Anna about offers."""
    http.post("/v1/identify", {"userId": "anna", "messageId": "m-1", "traits": {"email": ADDRESS}}, key="server-key")
    [arrival] = ports.events.stream
    fold(ports, [arrival])
    ports.events.stream.clear()
    message = Message(key="k" * 26, customer=arrival.customer, rule="abandoned-cart", run="1", run_key=None, step=1, channel="email",
                      template="cart", topic=TOPIC, message_type="marketing", at=NOW, decided_at=NOW, expires_at=NOW, cause="m", data={})
    return unsubscribe_url(ports, arrival.customer, message, ADDRESS).removeprefix(ports.public_url)


def suppressed(ports: Ports) -> list[str]:
    return [entry.reason for entry in ports.suppressions.find("email", ADDRESS, TOPIC)]


def test_opening_the_link_asks_and_changes_nothing(http: Caller, ports: Ports, link: str) -> None:
    answer = http.get(link, {"accept": "text/html,application/xhtml+xml"})

    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert '<form method="post">' in answer.raw.decode()
    assert "offers &lt;b&gt;&amp;" in answer.raw.decode()
    assert suppressed(ports) == []
    assert ports.events.stream == []


@pytest.mark.parametrize("body", [b"List-Unsubscribe=One-Click", b""], ids=["one click", "no body"])
@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", None])
def test_a_post_unsubscribes_before_it_is_answered(http: Caller, ports: Ports, link: str, body: bytes, content_type: str | None) -> None:
    answer = http.post(link, body, headers={"Content-Type": content_type} if content_type else {})

    assert answer.status == 200
    assert suppressed(ports) == ["unsubscribed"]
    assert [arrival.event.name for arrival in ports.events.stream] == ["Unsubscribed"]
    assert "<form" not in answer.raw.decode()


def test_a_post_twice_is_one_unsubscription(http: Caller, ports: Ports, link: str) -> None:
    assert [http.post(link).status, http.post(link).status] == [200, 200]
    assert len(ports.events.stream) == 1


@pytest.mark.parametrize("token", ["nonsense", "a.b", "a.b.c", "%F0%9F.x", "Zm9v.YmFy", "." * 500])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_that_is_not_ours_is_answered_and_changes_nothing(http: Caller, ports: Ports, method: str, token: str) -> None:
    answer = http.request(method, f"/u/{token}")

    assert answer.status == 200
    assert "Nothing was changed" in answer.raw.decode()
    assert ports.events.stream == []


def test_a_changed_token_unsubscribes_nobody(http: Caller, ports: Ports, link: str) -> None:
    http.post(link[:-1] + ("A" if link[-1] != "A" else "B"))

    assert suppressed(ports) == []


def test_a_client_without_accept_is_answered(http: Caller, ports: Ports, link: str) -> None:
    assert http.request("POST", link, b"List-Unsubscribe=One-Click", {}).status == 200
    assert suppressed(ports) == ["unsubscribed"]


def test_what_cannot_be_kept_now_is_not_said_to_be_done(http: Caller, ports: Ports, link: str) -> None:
    class Down:
        def add(self, *_: object) -> None:
            raise StoreUnavailable("SuppressionsTable: InternalServerError")

    bootstrap.use(replace(ports, suppressions=Down()))

    assert http.post(link).status == 503


@pytest.mark.parametrize(("accepts", "language"), [
    ("bg-BG,bg;q=0.9,en;q=0.8", "bg"), ("ru", "ru"), ("fr-FR, de;q=0.5, en;q=0.1", "en"), ("", "en"), ("*", "en"), ("RU-ru", "ru"),
    ("kk-KZ,ru;q=0.8", "kk"),
])
def test_the_page_speaks_the_readers_language(accepts: str, language: str) -> None:
    assert language_of(accepts) == language


def test_nothing_on_the_page_comes_from_elsewhere(http: Caller, link: str) -> None:
    answer = http.get(link, {"accept": "text/html", "accept-language": "bg"})

    page = answer.raw.decode()
    assert '<html lang="bg">' in page
    assert "http" not in page
    assert "<script" not in page
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.headers["referrer-policy"] == "no-referrer"
