"""test_channels: rendered content goes in, what a provider is given comes out, for every channel; and back: what it tells of it."""

import json
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from typing import Any

import pytest

from chalicelib.channels.channel import Draft
from chalicelib.channels.email import EmailRequest, Settings, translate
from chalicelib.channels.email_receipts import read_receipts
from chalicelib.engine.identify import identify
from chalicelib.model.customer import Customer
from chalicelib.model.errors import EventRejected
from chalicelib.model.event import Event
from chalicelib.model.identifier_kinds import email_address
from chalicelib.model.instant import parse_instant
from chalicelib.model.receipt import RECEIPTS

from ..hostile.mutants import ODD
from .reading import cases, read, written_out

KEY = "abcdefghijklmnopqrstuvwxyz"
LINK = f"https://beckon.nutshell.example/u/{'t' * 120}.{'m' * 22}"


def request_for(case: dict[str, Any]) -> EmailRequest:
    """The e-mail of a case; what it does not say is harmless."""
    content = written_out(case.get("content", {}))
    return translate(Draft(
        key=KEY, rule="cart", step=1, topic="offers", message_type="marketing", recipient=case.get("recipient", "anna@example.com"),
        locale=case.get("locale", "en"), unsubscribe_url=LINK, at=parse_instant("2026-03-02T11:00:00Z") or 0, data={}, customer={},
        settings=Settings.model_construct(email="hello@nutshell.example", name=case.get("senderName", "Nutshell Books")),
        parts={"subject": "Hello", "text": "Hello.", "html": "<p>Hello.</p>", **content}))


@cases("channels/email.json")
def test_the_email_has_these_headers_and_parts(case: dict[str, Any]) -> None:
    request = request_for(case)
    message, expect = message_from_bytes(request.raw, policy=default), written_out(case["expect"])
    shown = message_from_bytes(request.raw)  # read by Python's older parser: its newer one loses and adds spaces in encoded texts
    assert {name: str(make_header(decode_header(shown[name]))) for name in expect.get("headers", {})} == expect.get("headers", {})
    assert not {name.lower() for name in message.keys()} & {name.lower() for name in expect.get("absent", [])}  # noqa: SIM118 - headers repeat
    for kind, subtype in (("text", "plain"), ("html", "html")):
        part = message.get_body((subtype,))
        assert part is not None
        if kind in expect:
            assert part.get_content().splitlines() == expect[kind].splitlines()


@cases("channels/email.json")
def test_every_email_can_be_unsubscribed_from_and_told_apart(case: dict[str, Any]) -> None:
    request = request_for(case)
    head = request.raw.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    assert f"List-Unsubscribe: <{LINK}>" in head  # as a mailbox reads it: one line, not encoded, however long
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    assert f"Message-ID: <{KEY}@nutshell.example>" in head
    assert (request.tags, request.key) == ({"key": KEY, "rule": "cart"}, KEY)
    names = [line.partition(":")[0].lower() for line in head if not line.startswith((" ", "\t"))]
    assert len(names) == len(set(names))


@cases("channels/email.json")
def test_the_same_email_is_the_same_bytes_and_mail_servers_can_carry_them(case: dict[str, Any]) -> None:
    raw = request_for(case).raw
    assert raw == request_for(case).raw
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998  # RFC 5322, 2.1.1
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def known_as(value: Any) -> Customer:
    """Somebody whose address the shop's server gave like this."""
    customer = Customer("anna")
    identify(customer, Event("e1", "identify", None, 0, 0, user_id="anna", traits={"email": value}))
    return customer


@pytest.mark.parametrize(("typed", "address"), read("channels/email.json")["addresses"].items())
def test_only_an_address_that_can_be_written_to_is_one(typed: str, address: str | None) -> None:
    typed = written_out(typed)
    customer = known_as(typed)
    assert customer.address("email") == written_out(address)
    if address is not None:
        message = message_from_bytes(request_for({"recipient": customer.email}).raw, policy=default)
        assert message["To"].addresses[0].addr_spec == customer.email


@pytest.mark.parametrize("value", [None, 7, True, ["anna@example.com"], {"email": "anna@example.com"}])
def test_what_is_no_text_is_no_address(value: Any) -> None:
    assert known_as(value).email is None


def published(case: dict[str, Any]) -> str:
    """What SES's topic brings in a case."""
    if "text" in case:
        return "[" * 100_000 if case["text"] == "«deep»" else case["text"]
    mail = {"messageId": "ses-1", "timestamp": "2026-03-02T11:00:00Z", "destination": ["anna@example.com"],
            "tags": {"key": [KEY], "rule": ["cart"], "ses:configuration-set": ["beckon"]}, **case.get("mail", {})}
    return json.dumps({**case["tells"], "mail": {name: value for name, value in mail.items() if value is not None}})


@cases("channels/email.json", "receipts")
def test_what_ses_tells_of_an_email_makes_these_events(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "refused" in expect:
        with pytest.raises(EventRejected) as refused:
            read_receipts(published(case))
        assert refused.value.code == expect["refused"]
        return
    receipt = next(iter(read_receipts(published(case))), None)
    if expect.get("ours") is False:
        assert receipt is None
        return
    assert receipt is not None
    assert (receipt.key, receipt.provider_id) == (KEY, "ses-1")
    assert [{"name": name, **properties} for name, properties in receipt.events] == expect["events"]
    assert receipt.address == ("anna@example.com" if expect["events"] else "")
    if "at" in expect:
        assert receipt.at == parse_instant(expect["at"])


@cases("channels/email.json", "receipts")
def test_whatever_stands_in_a_place_of_it_is_a_receipt_or_refused(case: dict[str, Any]) -> None:
    """Nothing but a known event to one address comes of it, and no other error than the one that has the document set aside."""
    text = published(case)
    whole = json.loads(text) if "tells" in case else {}
    for inner, key in places(whole):
        kept = inner[key]
        for inner[key] in ODD:
            try:
                receipt = next(iter(read_receipts(json.dumps(whole))), None)
            except EventRejected:
                continue
            for name, _ in receipt.events if receipt else ():
                assert receipt is not None and email_address(receipt.address) == receipt.address
                assert name in RECEIPTS or name == "Unsubscribed"
        inner[key] = kept


def places(document: Any) -> Iterator[tuple[Any, Any]]:
    """Every place of a value: its container and key there."""
    for key, value in list(document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()):
        yield document, key
        yield from places(value)


@cases("channels/email.json")
def test_a_receipt_finds_the_email_it_is_about_by_its_tag_or_its_header(case: dict[str, Any]) -> None:
    request = request_for(case)
    headers = [{"name": name, "value": value} for name, value in message_from_bytes(request.raw).items()]
    for mail in ({"tags": {name: [value] for name, value in request.tags.items()}}, {"headers": headers}):
        receipt = next(iter(read_receipts(json.dumps({"eventType": "Send", "mail": {"messageId": "ses-1", **mail}}))), None)
        assert receipt is not None and receipt.key == request.key
