"""What feeds say of a product comes to the same in whatever order it arrives, and said again it changes nothing."""

from functools import reduce
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model.told import Told, differs, hear, told_from

from .calls import NINE, repeatable

stock = st.one_of(st.none(), st.integers(0, 3))
stores = st.one_of(st.none(), st.dictionaries(st.sampled_from(["sofia", "varna"]), st.one_of(
    st.none(), st.fixed_dictionaries({}, optional={"stock": stock, "price": st.one_of(st.none(), st.sampled_from([5, 7.5]))}))))
word = st.fixed_dictionaries({}, optional={"price": st.one_of(st.none(), st.sampled_from([5, 7.5])), "stock": stock, "stores": stores})
words = st.lists(word, max_size=12).map(lambda said: [{**word, "at": NINE + number} for number, word in enumerate(said)])


def told(said: list[dict[str, Any]]) -> Told | None:
    return reduce(lambda known, word: hear(known, word), said, None)


@repeatable(500)
@given(words, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(said: list[dict[str, Any]], chance: Random) -> None:
    shuffled = sorted(said, key=lambda _: chance.random())
    assert told(shuffled) == told(said)


@repeatable(300)
@given(words)
def test_a_word_said_again_changes_nothing(said: list[dict[str, Any]]) -> None:
    known = told(said)
    for word in said:
        assert known is not None and hear(known, word) == known
        assert not differs(known.thing, hear(told_from(known.document()), word).thing)
