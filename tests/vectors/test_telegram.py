"""test_telegram: what goes to Telegram, what its answers mean, and what its updates make; each a case of channels/telegram.json."""

import json
from typing import Any

import pytest

from chalicelib.adapters.telegram import message_number
from chalicelib.adapters.web import Answer
from chalicelib.channels.channel import Draft
from chalicelib.channels.telegram import Settings, lead_links, translate
from chalicelib.channels.telegram_receipts import answer_to, read_receipts
from chalicelib.model.errors import EventRejected, TemplateFailed, TransportFailed
from chalicelib.model.identifier_kinds import STANDARD
from chalicelib.model.instant import parse_duration
from chalicelib.model.receipt import RECEIPTS

from ..hostile.mutants import ODD
from .reading import cases, read, written_out
from .test_channels import KEY, places

FILE = "channels/telegram.json"


def draft(case: dict[str, Any]) -> Draft:
    """The message of a case."""
    settings = Settings(bot="NutshellBooksBot", protect_content=case.get("protectContent", False))
    return Draft(key=KEY, rule="cart", step=1, topic="offers", message_type="marketing", recipient=case.get("recipient", "4711"),
                 locale="en", unsubscribe_url="https://beckon.example/u/x", at=0, data={}, customer={}, settings=settings,
                 parts=_written_out(case["parts"]))


def _written_out(parts: dict[str, str]) -> dict[str, str]:
    return written_out(parts)


@cases(FILE)
def test_a_message_is_what_sendmessage_takes_or_is_refused_in_words(case: dict[str, Any]) -> None:
    if "refused" in case:
        with pytest.raises(TemplateFailed) as refused:
            translate(draft(case))
        assert case["refused"] in str(refused.value)
        return
    request = translate(draft(case))
    assert request.body == written_out(case["expect"])
    assert (request.key, request.recipient) == (KEY, str(request.body["chat_id"]))
    json.dumps(request.body).encode()


def test_links_of_the_text_and_of_the_button_lead_over_ours_and_others_stay() -> None:
    parts = {"text": '<a href="https://nutshell.example/a">a</a> <a href="tg://user?id=1">b</a>', "button": "Go",
             "link": " https://nutshell.example/b "}
    led = lead_links(parts, lambda address: f"https://beckon.example/c/{address[-1]}" if address.startswith("https") else None,
                     "https://beckon.example/o/x.gif")
    assert led == {"text": '<a href="https://beckon.example/c/a">a</a> <a href="tg://user?id=1">b</a>', "button": "Go",
                   "link": "https://beckon.example/c/b"}
    assert lead_links({"text": "Hello."}, lambda address: None, None) == {"text": "Hello."}


@pytest.mark.parametrize(("said", "address"), read(FILE)["addresses"].items())
def test_only_a_number_is_a_chat(said: str, address: str | None) -> None:
    assert STANDARD.value("telegram", said) == address


@cases(FILE, "answers")
def test_every_answer_has_its_meaning(case: dict[str, Any]) -> None:
    body = case.get("body", {"ok": False, "error_code": case["status"], "description": case.get("description", ""),
                             **({"parameters": case["parameters"]} if "parameters" in case else {})})
    answer = Answer(case["status"], case.get("headers", {}), case["text"].encode() if "text" in case else json.dumps(body).encode())
    if case["means"] == "sent":
        assert message_number(answer) == case["id"]
        return
    with pytest.raises(TransportFailed) as caught:
        message_number(answer)
    failure = caught.value
    assert ("retryable" if failure.retryable else "ambiguous" if failure.ambiguous else "permanent") == case["means"]
    assert failure.retry_after == (parse_duration(case["wait"]) if "wait" in case else None)
    assert (failure.closes, failure.moved_to) == (case.get("closes"), case.get("movedTo"))
    assert case.get("says", "") in str(failure)
    assert "anna" not in str(failure), "the text is stored and logged, so it must name nobody"


def brought(case: dict[str, Any]) -> str:
    """What Telegram posts in a case."""
    if "text" in case:
        return "[" * 100_000 if case["text"] == "«deep»" else case["text"]
    return json.dumps({"update_id": 12, **case["update"]})


@cases(FILE, "receipts")
def test_an_update_makes_these_events(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "refused" in expect:
        with pytest.raises(EventRejected) as refused:
            read_receipts(brought(case))
        assert refused.value.code == expect["refused"]
        return
    receipts = read_receipts(brought(case))
    assert [{"name": name, **properties} for receipt in receipts for name, properties in receipt.events] == expect["events"]
    for receipt in receipts:
        assert (receipt.channel, receipt.address, receipt.id, receipt.at) == ("telegram", "4711", "12", expect["at"])
        assert (receipt.key, receipt.joins) == (expect.get("key"), expect.get("joins", ""))
    assert answer_to(brought(case)) == expect.get("answer", {})


@cases(FILE, "receipts")
def test_whatever_stands_in_a_place_of_it_is_a_receipt_or_refused(case: dict[str, Any]) -> None:
    whole = json.loads(brought(case)) if "update" in case else {}
    for inner, key in places(whole):
        kept = inner[key]
        for inner[key] in ODD:
            try:
                receipts = read_receipts(json.dumps(whole))
                answer_to(json.dumps(whole))
            except EventRejected:
                continue
            for receipt in receipts:
                assert STANDARD.value("telegram", receipt.address) == receipt.address
                assert all(name in RECEIPTS or name in ("Unsubscribed", "Chat Opened") for name, _ in receipt.events)
        inner[key] = kept
