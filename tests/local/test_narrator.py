"""What the demo tells on a terminal: each thing once, much of the same in few words, and at the end what each rule did by channel."""

import io

import pytest
from rich.console import Console

from local.demo import EndpointRefused, Feed
from local.narrator import Narrator

AT = "2026-03-02T11:00:00.000Z"


def decision(customer, verdict="send", reason=None, rule="abandoned-cart", channel="email"):
    return {"key": customer, "decidedAt": AT, "verdict": verdict, "reason": reason, "rule": rule, "step": 1, "channel": channel,
            "customer": customer}


def message(customer, channel="email", subject="Your books are waiting", rule="abandoned-cart"):
    return {"key": customer, "at": AT, "channel": channel, "subject": subject, "text": "It costs less now\nLook", "rule": rule,
            "address": f"{customer}@readers.example", "customer": customer}


@pytest.fixture
def told():
    """A narrator, and what it has said so far."""
    page = io.StringIO()
    narrator = Narrator(Console(file=page, width=120, highlight=False))
    return narrator, page.getvalue


def test_everything_is_told_once(told):
    narrator, said = told
    for _ in range(2):
        narrator.news([decision("anna"), decision("boris", "deny", "not_consented")], [message("anna")])
    lines = said().splitlines()
    assert [line.split()[:3] for line in lines] == [["11:00", "send", "anna"], ["11:00", "no", "boris"], ["11:00", "mail", "anna"]]
    assert "not consented" in lines[1]


def test_much_of_the_same_is_told_in_few_words(told):
    narrator, said = told
    narrator.news([decision(f"reader-{number}", "hold", "quiet_hours") for number in range(10)], [])
    lines = said().splitlines()
    assert len(lines) == 4 and lines[-1].strip() == "and 7 more: hold abandoned-cart quiet hours"


def test_a_message_without_a_subject_is_told_by_its_text(told):
    narrator, said = told
    narrator.news([], [message("anna", "telegram", ""), message("[bold]boris", "sms", "")])
    assert "tele  anna" in said() and "It costs less now to anna@" in said() and "[bold]boris" in said(), "names stay as they are"


def test_the_day_is_summed_up_by_rule_and_channel(told):
    narrator, said = told
    narrator.news([decision("anna"), decision("boris", "deny", "not_consented"), decision("vera", "hold", "quiet_hours"),
                   decision("dora", "deny", "price_restored", "price-drop", "push")], [message("anna")])
    narrator.summary("http://here", {"events": 9, "decisions": 4, "messages": 1})
    rows = [line.split() for line in said().splitlines() if line.startswith("  ") and "curl" not in line]
    assert ["abandoned-cart", "email", "1", "1", "1", "not", "consented", "1,", "quiet", "hours", "1"] in rows
    assert ["price-drop", "push", "0", "0", "1", "price", "restored", "1"] in rows


def test_what_the_catalog_says_is_told_but_not_its_beginning(told):
    narrator, said = told
    narrator.lines(AT, [{"type": "product", "productId": "b-1", "name": "The Quiet Sea", "price": 9, "currency": "EUR"},
                        {"type": "product", "productId": "b-2", "price": 12.5, "currency": "EUR"},
                        {"type": "product", "productId": "b-3", "stock": 2}])
    assert [" ".join(line.split()) for line in said().splitlines()] == ["11:00 feed b-2 costs 12.50 EUR", "11:00 feed b-3 2 in stock"]


class Catalog:
    """An endpoint that knows stores and not yet products."""

    def __init__(self, status):
        self.status = status
        self.refused = []
        self.posted = []

    def post(self, path, body, key):
        self.posted.append((path, body, key))
        if "products" in body:
            raise EndpointRefused("no", self.status)
        return {"refused": self.refused}


def test_an_endpoint_without_a_catalog_is_told_once_and_then_left_in_peace():
    endpoint = Catalog(404)
    feed = Feed(endpoint)
    for _ in range(2):
        feed.tell([{"type": "product", "productId": "b-1", "price": 1}, {"type": "store", "storeId": "s", "lat": 1, "lon": 2}])
    products, store, again = endpoint.posted
    assert products == ("/v1/catalog/products", {"products": [{"productId": "b-1", "price": 1}]}, "server-local")
    assert store == again == ("/v1/catalog/stores", {"stores": [{"storeId": "s", "lat": 1, "lon": 2}]}, "server-local")


def test_a_store_that_is_not_taken_ends_the_demo():
    endpoint = Catalog(404)
    endpoint.refused = [{"index": 0, "code": "invalid_store", "message": "lat: is nowhere"}]
    with pytest.raises(EndpointRefused, match="lat: is nowhere"):
        Feed(endpoint).tell([{"type": "store", "storeId": "s", "lat": 91, "lon": 2}])


def test_any_other_refusal_ends_the_demo():
    with pytest.raises(EndpointRefused):
        Feed(Catalog(503)).tell([{"type": "product", "productId": "b-1", "price": 1}])
