"""Documents as small byte strings: what goes in comes out, for ever."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.dynamodb import codec
from chalicelib.adapters.dynamodb.codec import decode, encode
from chalicelib.model.canonical import canonical_json
from chalicelib.model.event import event_from

from .stories import viewed

ANY_TEXT = st.text(st.characters(exclude_categories=()))  # lone surrogates too
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(ANY_TEXT, inner), max_leaves=30,
)

# What was stored with format 1 must stay readable: these bytes were written with it, and its dictionary has this hash.
STORED_WITH = {
    1: (
        "f8186cffdc48b34f1362a87ea9388c330518aa30c24a6109addae5c36e760f7a",
        "0168bf5a339b51ab262ee1a61ae24b9306c6602f63a449e43488a7304ed23554c21a3dd8cd2518015875e10a07603b3d51a91600cfbf4cad",
    ),
    2: (
        "f8186cffdc48b34f1362a87ea9388c330518aa30c24a6109addae5c36e760f7a",
        "0228b52ffd600700150200987b653130332d3031622d313339616e6e61227d10000b3b61656100faa065c21d6d0b2544d704867884812c5330205c38243800127d4930284af0083817e06e1657",
    ),
}


@given(ANY_JSON)
def test_any_document_comes_out_as_it_went_in(document: object) -> None:
    assert canonical_json(decode(encode(document))) == canonical_json(document)


@given(ANY_JSON)
def test_equal_documents_give_equal_bytes(document: object) -> None:
    assert encode(decode(encode(document))) == encode(document)


def test_the_order_of_names_makes_no_difference() -> None:
    assert encode({"a": 1, "b": 2}) == encode({"b": 2, "a": 1})


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_json_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        encode({"price": number})


@pytest.mark.parametrize("stored", [b"", b"\x00", b"\xff{}", b"\x01", b"\x01not zlib", b"\x02", b"\x02not zstd", encode({"a": 1})[:-2]])
def test_what_was_not_written_by_it_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError):
        decode(stored)


@pytest.mark.parametrize("number", codec._FORMATS)
def test_every_format_ever_used_is_still_read(number: int) -> None:
    digest, stored = STORED_WITH[number]
    assert hashlib.sha256(codec._dictionary(number)).hexdigest() == digest, "a dictionary in use never changes: make the next one"
    assert event_from(decode(bytes.fromhex(stored))) == viewed("e1")


def test_the_dictionary_earns_its_keep() -> None:
    document = viewed("ajs-next-1795338170770-2149a6f3-58c7-49d6-a454-aa6f0864849b").document()
    assert len(encode(document)) < len(canonical_json(document)) / 2
