"""What a feed's line says of a product, or what is wrong with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.model.canonical import canonical_json
from chalicelib.model.errors import EventRejected
from chalicelib.model.product_line import MOST_STORES, ProductLine, read_product

from ..properties.calls import repeatable
from .reading import cases, moment, written_out

TEN = moment("10:00")


@cases("product_lines.json")
def test_a_line_says(case):
    if "problem" in case:
        with pytest.raises(EventRejected) as told:
            read_product(written_out(case["line"]), TEN)
        assert f"{told.value.code}: {told.value}" == case["problem"]
    else:
        assert read_product(written_out(case["line"]), TEN) == (
            case["key"], {**written_out(case["says"]), "at": moment(case.get("at", "10:00"))})


def test_more_stores_than_any_chain_has_are_refused():
    stores = {f"s-{number}": {"stock": number} for number in range(MOST_STORES + 1)}
    with pytest.raises(EventRejected, match="stores: has too many entries - give at most 2000"):
        read_product({"productId": "b-1", "stores": stores}, TEN)
    stores.popitem()
    assert len(read_product({"productId": "b-1", "stores": stores}, TEN)[1]["stores"]) == MOST_STORES


FIELDS = [field.alias or name for name, field in ProductLine.model_fields.items()]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["EUR", "7", "https://x.example"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3) | st.sampled_from(["price", "stock", "BGN"]), inner,
                                                                max_size=2), max_leaves=4)


@repeatable(500)
@given(st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=4), anything, max_size=5))
def test_whatever_a_line_holds_it_can_be_kept_or_is_told_with_the_mend(line):
    try:
        key, word = read_product({"productId": "b-1", **line}, TEN)
    except EventRejected as error:
        assert " - " in str(error) or "is no text" in str(error)
    else:
        assert key and canonical_json(word).encode()
