"""test_parts: every part of the state says how it is stored, how it joins and what erasure leaves, and does what it says."""

import json
from dataclasses import fields
from typing import Any

import pytest

from chalicelib.model.asked import Asked
from chalicelib.model.canonical import canonical_json
from chalicelib.model.cart import Cart
from chalicelib.model.consent import Consent
from chalicelib.model.customer import PARTS, Customer, customer_from
from chalicelib.model.event import Position
from chalicelib.model.held import HeldIdentifier
from chalicelib.model.journey import Journey, Send, Suppressed
from chalicelib.model.merge import Merge
from chalicelib.model.orders import Orders
from chalicelib.model.part import Part, own
from chalicelib.model.recent import RecentIds
from chalicelib.model.windows import Window

PERSONAL = "anna-secret"
LINE = {"productId": PERSONAL, "quantity": 1, "at": 5}

FULL: dict[str, Any] = {
    "id": "the-id", "user_id": PERSONAL, "other_user_ids": [PERSONAL], "anonymous_ids": [PERSONAL],
    "held": {"email": [HeldIdentifier(PERSONAL, 5, True, 6)]},
    "first_seen": 5, "last_seen": 9, "said": {"email": [PERSONAL, 5, 1]}, "seen": {"locale": [PERSONAL, 5]},
    "chosen": {"every": [604_800_000, 5]},
    "consents": {"email/offers": Consent("withdrawn", 5, PERSONAL, "2026-03")},
    "asked": {"email/offers": Asked(5, PERSONAL, "2026-03", PERSONAL, 6)},
    "suppressed": {f"email/{PERSONAL}": Suppressed("gone", 5, PERSONAL)},
    "cart": Cart({PERSONAL: LINE}, [[6, "add", [LINE], PERSONAL]]),
    "viewed": {PERSONAL: [5, LINE]}, "bought": {PERSONAL: [5, LINE]}, "wishlist": {PERSONAL: [5, LINE]}, "requests": {PERSONAL: [5]},
    "orders": Orders({PERSONAL: {"at": 5, "valued": 5, "value": 9.5, "currency": "EUR", "pieces": 1, "refunds": {"abcdefgh": 2}}},
                     {"the-id": {"count": 1, "values": {"EUR": 7}, "first": 1, "last": 2}}),
    "evidence": {PERSONAL: [5, "email", 2]}, "contacts": {PERSONAL: [1, 5, "in", "phone", "Call Received", PERSONAL]},
    "windows": {PERSONAL: Window(3, [[5, 1, 9.5, "abcdefgh"]])}, "nearby": {"500+0": [[PERSONAL], 5]},
    "audiences": {PERSONAL: 5}, "memory": {"rule": {PERSONAL: [[5, PERSONAL, 1, {}]]}},
    "kinds": {"rule": "event"},
    "watching": {f"price|{PERSONAL}": [5, 77, [[5, 9.5, "EUR"]]]},
    "journeys": {f"rule|{PERSONAL}": Journey("rule", PERSONAL, None, 5, 5, PERSONAL, {"name": PERSONAL}, 5)},
    "sends": [Send("key", 5, "email", "rule")], "timers": {f"trigger|rule|{PERSONAL}": 77},
    "recent": RecentIds({1: "abcdefgh"}, 4), "position": Position("label", 10**24), "ring": 77, "rings": 3, "effects": 4,
    "absorbed": ["another-id"], "merged_into": "another", "merges": [Merge("another-id", 1, 2, 5, PERSONAL, PERSONAL)], "restored": 1,
    "erased_at": 3, "vouched": 5, "turned_away": [[5, "traits.email", PERSONAL]],
}
"""Something in every part: a part without its line here fails the test."""


def full() -> Customer:
    """A customer with something in every part."""
    return Customer(**FULL).copy()


def test_every_field_of_the_state_is_a_part_with_an_example() -> None:
    assert {declared.name for declared in fields(Customer)} == set(FULL) == {name for name, _ in PARTS}
    assert len({declared.stored for _, declared in PARTS}) == len(PARTS)
    assert {declared.erasure for _, declared in PARTS} == {"kept", "forgotten"}


def test_every_part_comes_back_from_its_stored_form() -> None:
    stored = json.loads(canonical_json(full().document()))
    assert set(stored) == {"v"} | {declared.stored for _, declared in PARTS}
    assert customer_from(stored) == full()


@pytest.mark.parametrize(("name", "declared"), PARTS, ids=[name for name, _ in PARTS])
def test_a_part_joins(name: str, declared: Part) -> None:
    """With itself it stays what it is; what joins somebody who has none is all there; what joins nothing changes nothing."""
    def joined(mine: Customer, theirs: Customer) -> Any:
        return declared.join(getattr(mine, name), getattr(theirs, name), 10)

    nobody = Customer("nobody")
    assert joined(full(), full()) == FULL[name]
    if declared.join is own:
        assert joined(full(), nobody) == FULL[name] and joined(nobody, full()) == getattr(nobody, name)
    else:
        assert joined(full(), Customer("nobody")) == joined(Customer("nobody"), full()) == FULL[name]


def test_what_joins_leaves_the_other_as_it_was() -> None:
    survivor, other = full(), full()
    survivor.absorb(other, 10)
    assert other == full()


def test_what_is_kept_after_erasure_tells_nothing_of_a_person() -> None:
    kept = {name: declared.write(FULL[name]) for name, declared in PARTS if declared.erasure == "kept"}
    assert PERSONAL not in canonical_json(kept)
