"""test_offers: until when offers are valid, what templates see, what is no offer, and who gets which code."""

import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from chalicelib.adapters.memory import MemoryCoupons
from chalicelib.backtest.world import World
from chalicelib.flows.rights import ask_erasure
from chalicelib.model.instant import format_instant, parse_instant
from chalicelib.model.offer import offer_view
from chalicelib.model.reason import Reason
from chalicelib.model.suppression import Suppression
from chalicelib.rulebook.brand import Brand
from chalicelib.rulebook.offer import Offer
from chalicelib.rulebook.rule import Rule
from chalicelib.rulebook.rulebook import Rulebook

from .reading import cases, moment
from .shop import BRAND

ASKED, SOFIA = "Coupon Asked", "Europe/Sofia"
TEXT = "{% if offer %}Your code: {{ offer.code }}.{% endif %}"
SEND = {"send": {"channel": "email", "template": "coupon"}}


def rulebook(case: dict[str, Any]) -> Rulebook:
    """The shop with the rule that answers whoever asks for a coupon."""
    rule = Rule.model_validate({
        "id": "coupon", "trigger": {"kind": "event", "event": ASKED}, "condition": "customer.orders.count == `0`", "reentry": "0s",
        "offer": case["offer"], "steps": [SEND, {"after": "24h", **SEND}][:case.get("steps", 1)]})
    text = "{{ offer.nothing }}" if "template" in case else TEXT
    parts = {"email.en.subject": "Yours", "email.en.text": text, "email.en.html": "<p>Hello</p>"}
    return Rulebook(brand=Brand.model_validate(BRAND), rules={"coupon": rule}, templates={"coupon": parts}, digest="offers")


def play(case: dict[str, Any]) -> World:
    """Everybody is known and all but Grigor have agreed; then what the story tells, until nothing is left to wait for."""
    world = World(rulebook(case), moment("00:00"), coupons=MemoryCoupons({"spring": case["coupons"]}))
    world.post([call for name in ("anna", "boris", "grigor", "petra") for call in introduce(name)])
    world.post(introduce("annas-phone"))
    for name in case.get("bounced", []):
        world.ports.suppressions.add(Suppression("email", f"{name}@example.com", "*", Reason.SUPPRESSED_BOUNCE, 0))
    for number, event in enumerate(sorted([*case["events"], *case.get("also", [])], key=lambda event: moment(event["at"]))):
        world.advance_to(moment(event["at"]), inclusive=False)
        world.now = moment(event["at"])
        if "erases" in event:
            ask_erasure(world.ports, event["erases"])
            world.run_until_idle()
        else:
            world.post([{"messageId": f"m{number}", "timestamp": format_instant(world.now), **call_of(event)}])
    world.advance_to(None)
    return world


def introduce(name: str) -> list[dict[str, Any]]:
    who = {"anonymousId": name} if "-" in name else {"userId": name}
    said = {"email": f"{name}@example.com", "timezone": SOFIA, "consents": {"email": name != "grigor"} if name != "grigor" else {}}
    return [{"type": "identify", "messageId": f"who-{name}", "timestamp": "2026-03-01T00:00:00Z", **who, "traits": said}]


def call_of(event: dict[str, Any]) -> dict[str, Any]:
    name = event.get("asks") or event.get("buys") or event["says"]
    if "says" in event:
        return {"type": "identify", "userId": name, "anonymousId": event["on"]}
    who = {"anonymousId": name} if "-" in name else {"userId": name}
    if "asks" in event:
        return {"type": "track", "event": ASKED, **who}
    return {"type": "track", "event": "Order Completed", **who, "properties": {"order_id": name, "total": 5}}


@cases("offers.json", "offers")
def test_it_is_valid_until_then_and_templates_see_this(case: dict[str, Any]) -> None:
    offer, starts = Offer.model_validate(case["offer"]), parse_instant(case["starts"])
    assert starts is not None
    ends = offer.ends(starts, SOFIA)
    assert (None if ends is None else format_instant(ends)) == case["ends"]
    assert offer_view(offer.settled(ends), ZoneInfo(case.get("zone", SOFIA))) == case["seen"]


@cases("offers.json", "refused")
def test_it_is_no_offer(case: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=re.escape(case["problem"])):
        Offer.model_validate(case["offer"])


@cases("offers.json", "stories")
def test_each_gets_this_code_and_the_pool_has_the_rest(case: dict[str, Any]) -> None:
    world = play(case)
    inbox = []
    for request in world.sent:
        code = re.search(rb"Your code: (\S+)\.", request.raw)
        inbox.append([request.recipient.partition("@")[0], code[1].decode() if code else None])
    told = sorted((decision.decided_at, decision.name, decision.reason) for decision in world.decisions.all() if decision.reason)
    assert inbox == case["inbox"]
    assert [[name, reason] for _, name, reason in told] == case.get("silence", [])
    stock = world.coupons.stock("spring")
    assert (stock.left, stock.reserved) == (case["left"], 0)
