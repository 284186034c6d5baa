"""test_policies: a customer, a message and a moment go in, a verdict comes out, for every policy."""

from types import ModuleType
from typing import Any

import pytest

from chalicelib.model.consent import Consent
from chalicelib.model.customer import Customer
from chalicelib.model.held import HeldIdentifier
from chalicelib.model.instant import parse_duration, parse_instant
from chalicelib.model.journey import Send, Suppressed
from chalicelib.model.verdict import Allow, Deny, Hold, Verdict
from chalicelib.policies.policy import Candidate
from chalicelib.policies.registry import POLICIES

from ..scenarios.player import play
from .reading import read

VECTORS = [pytest.param(policy, case, id=f"{name}: {case['name']}")
           for name, policy in POLICIES for case in read(f"policies/{name}.json")["cases"]]
STORIES = [pytest.param(story, id=f"{name}: {story['name']}")
           for name, _ in POLICIES for story in read(f"policies/{name}.json").get("stories", [])]
NOON = "2026-03-02T12:00:00Z"


def at(text: str) -> int:
    """A moment in milliseconds."""
    found = parse_instant(text)
    assert found is not None, f"{text!r} is no moment"
    return found


def customer_of(case: dict[str, Any]) -> Customer:
    """Anna, as far as the case tells of her."""
    said = {name: [value, 0] for name, value in case.get("traits", {}).items()}
    return Customer(
        id=case.get("id", "anna"), said=said, held={kind: [HeldIdentifier(value, 0, verified) for value, verified in entries.items()]
                                                    for kind, entries in case.get("held", {"email": {"anna@example.com": False}}).items()},
        consents={key: Consent(status, at(when), "shop") for key, (status, when) in case.get("consents", {}).items()},
        suppressed={f"{channel}/{address}": Suppressed(reason, at(when), address)
                    for channel, (reason, when, address) in case.get("suppressed", {}).items()},
        chosen={"every": [parse_duration(case["every"]), 0]} if "every" in case else {},
        sends=[Send(f"earlier-{number}", at(send["at"]), send.get("channel", "email"), "other-rule")
               for number, send in enumerate(case.get("sends", []))])


def candidate_of(case: dict[str, Any]) -> Candidate:
    """The message a rule would like to send her."""
    return Candidate(
        customer=customer_of(case), rule="rule", channel=case.get("channel", "email"), topic=case.get("topic", "offers"),
        message_type=case.get("messageType", "marketing"), key="this-message", address="anna@example.com", now=at(case.get("now", NOON)),
        brand_timezone=case.get("brandTimezone"), held_since=at(case["heldSince"]) if "heldSince" in case else None,
        suppressions=[Suppressed(reason, at(when), "anna@example.com") for reason, when in case.get("suppressionTable", [])],
        verified_only=case.get("verifiedAddress", False), holdout_brand=case.get("brandHoldout", 0), holdout_rule=case.get("holdout", 0))


def told(verdict: Verdict) -> tuple[str, str | None, int | None]:
    """A verdict as the vectors tell it."""
    match verdict:
        case Allow():
            return "send", None, None
        case Hold(until, reason):
            return "hold", str(reason), until
        case Deny(reason):
            return "deny", str(reason), None


@pytest.mark.parametrize(("policy", "case"), VECTORS)
def test_the_message_gets_this_verdict(policy: ModuleType, case: dict[str, Any]) -> None:
    settings = policy.Settings.model_validate(case.get("settings", {}))
    verdict, reason, until = told(policy.judge(settings, candidate_of(case)))
    expect = case["expect"]
    assert (verdict, reason) == (expect["verdict"], expect.get("reason"))
    assert (until is None) == ("until" not in expect)
    if until is not None:
        latest = at(expect["until"]) + parse_duration(expect.get("orLaterBy", "0s"))
        assert at(expect["until"]) <= until <= latest


@pytest.mark.parametrize("story", STORIES)
def test_the_story_ends_like_this(story: dict[str, Any]) -> None:
    play(story)


def test_held_messages_are_spread_and_each_customer_keeps_the_place() -> None:
    policy = dict(POLICIES)["quiet_hours"]
    night = {"now": "2026-03-02T23:00:00+02:00", "traits": {"timezone": "Europe/Sofia"}}
    ends = [told(policy.judge(policy.Settings(), candidate_of({**night, "id": f"customer-{number}"})))[2] or 0 for number in range(60)]
    again = [told(policy.judge(policy.Settings(), candidate_of({**night, "id": f"customer-{number}"})))[2] or 0 for number in range(60)]
    minutes = {(end - at("2026-03-03T08:00:00+02:00")) // 60_000 for end in ends}
    assert again == ends
    assert minutes <= set(range(30))
    assert len({minute // 10 for minute in minutes}) == 3  # the first, the middle and the last ten minutes all get some
