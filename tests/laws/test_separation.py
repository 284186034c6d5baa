"""test_separation: every part of the state that two records joined can be taken apart again, and what was added since stays."""

import json
from typing import Any

import pytest

from chalicelib.model.canonical import canonical_json
from chalicelib.model.customer import PARTS, Customer, changed_parts, customer_from, take_apart
from chalicelib.model.part import Part, own
from chalicelib.model.separation import each_its_own, entries

from .test_parts import PERSONAL, full

Document = dict[str, Any]
MOVED = (5, 6, 9, 77)  # the moments in the example of every part
HOLDS_FOR_BOTH = ("consents", "suppressed")
APART = [pytest.param(name, declared, id=name) for name, declared in PARTS if declared.separation is not each_its_own]


def somebody(word: str, later: int) -> Customer:
    """Another with something in every part, who did the same as the example, later, under another name."""

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: moved(part) for name, part in value.items()}
        if isinstance(value, list):
            return [moved(part) for part in value]
        return value + later if value in MOVED and not isinstance(value, bool) else value

    stored = json.loads(canonical_json(full().document()).replace(PERSONAL, word))
    asked = dict(PARTS)["windows"].stored  # by both the same: what only one was ever asked is asked anew of whoever they turn out to be
    stored[asked] = dict(zip(full().document()[asked], stored[asked].values(), strict=True))
    return customer_from({**moved(stored), "id": word})


def joined(one: Customer, *others: Customer) -> Customer:
    """One after the other joins it."""
    together = one.copy()
    for other in others:
        together.absorb(other, 10)
    return together


def settled(name: str, document: Document) -> Any:
    """A part as stored; a cart by its lines, which count, whether they are settled or not."""
    customer = customer_from({"id": "", **document})
    return customer.cart.lines() if name == "cart" else document.get(dict(PARTS)[name].stored)


ANNA, BORIS, VERA = full(), somebody("boris", 100), somebody("vera", 1_000)


def test_what_each_keeps_is_what_each_keeps_when_they_join_and_what_only_grows() -> None:
    assert {name for name, declared in PARTS if declared.separation is each_its_own} == {
        *(name for name, declared in PARTS if declared.join is own), "recent", "erased_at"}


@pytest.mark.parametrize("mine", [Customer("nobody"), ANNA, VERA], ids=["nobody", "somebody", "somebody later"])
@pytest.mark.parametrize(("name", "declared"), APART)
def test_what_is_joined_and_taken_apart_is_what_it_was(name: str, declared: Part, mine: Customer) -> None:
    after = joined(mine, BORIS)
    stays, back = take_apart(*changed_parts(mine.document(), after.document()), after.document(), BORIS.document())
    if name not in HOLDS_FOR_BOTH:
        assert settled(name, stays) == settled(name, mine.document())
        assert settled(name, back) == settled(name, BORIS.document())
    else:
        assert settled(name, stays) == settled(name, after.document())
        assert set(settled(name, back)) == set(settled(name, after.document()))


@pytest.mark.parametrize(("name", "declared"), APART)
def test_what_was_added_since_stays(name: str, declared: Part) -> None:
    after, now = joined(ANNA, BORIS), joined(ANNA, BORIS, VERA)
    stays, _ = take_apart(*changed_parts(ANNA.document(), after.document()), now.document(), BORIS.document())
    expected = joined(ANNA, *([BORIS] if name in HOLDS_FOR_BOTH else []), VERA)
    assert settled(name, stays) == settled(name, expected.document())


def test_merges_are_undone_in_any_order() -> None:
    first, second = joined(ANNA, BORIS), joined(ANNA, BORIS, VERA)
    of_boris = changed_parts(ANNA.document(), first.document())
    of_vera = changed_parts(first.document(), second.document())
    without_boris, _ = take_apart(*of_boris, second.document(), BORIS.document())
    anew = [{name: part for name, part in take_apart(*of_boris, document, {})[0].items() if name in document} for document in of_vera]
    stays, _ = take_apart(anew[0], anew[1], without_boris, VERA.document())
    for name, declared in PARTS:
        if declared.separation is not each_its_own and name not in HOLDS_FOR_BOTH:
            assert settled(name, stays) == settled(name, ANNA.document()), name


def test_nothing_that_is_passed_in_changes() -> None:
    after = joined(ANNA, BORIS)
    passed = (ANNA.document(), after.document(), after.document(), BORIS.document())
    texts = [canonical_json(document) for document in passed]
    take_apart(*passed)
    assert [canonical_json(document) for document in passed] == texts


def test_what_a_full_list_had_no_room_for_comes_back_to_its_place() -> None:
    assert entries(["a", "b", "c"], ["b", "c", "x"], ["c", "x", "y"], ["x"]) == (["a", "c", "y"], ["x"])
