"""test_email_html: an e-mail's HTML goes in, the HTML as sent comes out: links and the picture changed in place, nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.channels.email_html import lead_links
from chalicelib.flows.tracking import leading
from chalicelib.model.web_address import web_address
from chalicelib.rulebook.tracking import Tracking

from .reading import cases, read
from .shop import rulebook

PICTURE = read("email_html.json")["picture"]


@cases("email_html.json")
def test_links_and_picture_are_changed_and_nothing_else(case: dict[str, Any]) -> None:
    lead = leading(Tracking.model_validate(case.get("tracking", {})), "https://beckon.example", lambda to: web_address(to) and f"→{to}")
    sent = lead_links(case["html"], lead, "https://beckon.example/o/t.gif" if case.get("picture") else None)
    wanted = case.get("sent", case["html"]).replace("PICTURE", PICTURE)
    assert sent == wanted


@pytest.mark.parametrize(("brand", "rule", "clicks", "opens"), [
    ({}, {}, True, True), ({"clicks": False}, {}, False, True), ({"clicks": False, "opens": False}, {"clicks": True}, True, False),
    ({}, {"opens": False}, True, False),
])
def test_a_rule_says_otherwise_than_its_brand(brand: dict[str, bool], rule: dict[str, bool], clicks: bool, opens: bool) -> None:
    book = rulebook({"id": "cart", "trigger": {"kind": "event", "event": "Cart Viewed"}, "tracking": rule})
    book = replace(book, brand=book.brand.model_copy(update={"tracking": Tracking.model_validate({**brand, "hosts": ["shop.example"]})}))
    assert book.tracking("cart") == Tracking(clicks=clicks, opens=opens, hosts=["shop.example"])
