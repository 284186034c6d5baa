"""The contract of the published rulebooks."""

import random
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.adapters.dynamodb.rulebooks import PIECE
from chalicelib.adapters.dynamodb.table import Table
from chalicelib.model.errors import ConcurrentUpdate, StoreUnavailable
from chalicelib.model.publication import Publication

from .conftest import Stores
from .stories import NINE, at_once

FIRST = Publication(number=1, bundle="aaa", previous="nothing", at=NINE, by="anna")


def test_while_nothing_was_published_nothing_is_in_force(stores: Stores) -> None:
    assert stores.rulebooks.latest() is None
    assert stores.rulebooks.get(1) is None
    assert stores.rulebooks.history(None, 10) == []


def test_the_highest_number_is_in_force_and_the_others_stay(stores: Stores) -> None:
    several = [replace(FIRST, number=number, note=f"the {number}th") for number in range(1, 13)]
    for publication in several:
        stores.rulebooks.add(publication)
    assert stores.rulebooks.latest() == several[-1]
    assert stores.rulebooks.get(3) == several[2]
    assert stores.rulebooks.history(None, 2) == [several[11], several[10]]
    assert stores.rulebooks.history(10, 100) == several[8::-1]


def test_a_number_is_given_once(stores: Stores) -> None:
    stores.rulebooks.add(FIRST)
    stores.rulebooks.add(FIRST)  # the answer was lost, the same word comes again
    with pytest.raises(ConcurrentUpdate):
        stores.rulebooks.add(replace(FIRST, by="boris"))
    assert stores.rulebooks.latest() == FIRST


def test_of_many_who_publish_at_once_one_wins(dynamo: Stores) -> None:
    names = [f"colleague {number}" for number in range(6)]
    results = at_once([lambda name=name: dynamo.rulebooks.add(replace(FIRST, by=name)) for name in names])
    lost = [result for result in results if isinstance(result, ConcurrentUpdate)]
    assert len(lost) == len(names) - 1
    assert [publication.by in names for publication in dynamo.rulebooks.history(None, 10)] == [True]


def test_a_content_comes_back_as_it_was_kept(stores: Stores) -> None:
    for size in (0, 1, PIECE, PIECE + 1, 3 * PIECE + 7):
        content = random.Random(size).randbytes(size)  # cannot be compressed: the largest there is
        stores.rulebooks.keep(f"a{size}", "rules", content)
        stores.rulebooks.keep(f"a{size}", "rules", content)
        assert stores.rulebooks.content(f"a{size}", "rules") == content
    assert [stores.rulebooks.content(name, "rules") for name in ("bbb", "", "x" * 3_000, "«»" * 700)] == [None] * 4


def test_parts_of_one_content_stand_side_by_side(stores: Stores) -> None:
    stores.rulebooks.keep("aaa", "rules", b"as written")
    stores.rulebooks.keep("aaa", "compiled 3.12", b"for one version of Python")
    stores.rulebooks.keep("aaa", "compiled 3.1", b"for another")
    assert [stores.rulebooks.content("aaa", part) for part in ("rules", "compiled 3.12", "compiled 3.1", "compiled")] == [
        b"as written", b"for one version of Python", b"for another", None]
    stores.rulebooks.keep("aaa", "compiled 3.12", b"anew")
    assert stores.rulebooks.content("aaa", "compiled 3.12") == b"anew"


def test_a_content_of_which_only_some_pieces_are_there_is_none(dynamo: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    content, left, put = random.Random(1).randbytes(2 * PIECE + 5), [0], Table.put

    def dying(*arguments: Any, **named: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise StoreUnavailable("died")
        put(*arguments, **named)

    for written in range(3):
        left[0], bundle = written, f"bundle-{written}"
        with monkeypatch.context() as patched, pytest.raises(StoreUnavailable):
            patched.setattr(Table, "put", dying)
            dynamo.rulebooks.keep(bundle, "rules", content)
        assert dynamo.rulebooks.content(bundle, "rules") is None
        dynamo.rulebooks.keep(bundle, "rules", content)
        assert dynamo.rulebooks.content(bundle, "rules") == content
