"""test_migrations: states of earlier versions go in; what this version keeps of them comes out, and nothing is lost on the way."""

from typing import Any

import pytest

from chalicelib.model.customer import customer_from
from chalicelib.model.migrations import STATE_VERSION

from .reading import cases, read

MOVED = {"v", "cart", "cartChanges", "recent", "forgotten", "held", "sends"}


@cases("migrations.json")
def test_an_earlier_version_becomes_this_one(case: dict[str, Any]) -> None:
    document = customer_from(case["stored"]).document()
    assert document["v"] == STATE_VERSION
    assert {name: value for name, value in document.items() if name in MOVED - {"v"}} == case["expect"]
    assert {name: value for name, value in document.items() if name not in MOVED} == {
        name: value for name, value in case["stored"].items() if name not in MOVED}
    assert customer_from(document).document() == document


def test_a_later_version_is_left_alone() -> None:
    with pytest.raises(ValueError, match="stored as version"):
        customer_from({"v": STATE_VERSION + 1, "id": "c1"})


def test_there_is_a_state_of_every_earlier_version() -> None:
    """Each is taken forwards over every version since, the oldest over two and more."""
    assert {case["stored"]["v"] for case in read("migrations.json")["cases"]} == set(range(1, STATE_VERSION))
    assert STATE_VERSION >= 3
