"""Sizes and units, against the figures of the DynamoDB Developer Guide."""

import pytest

from chalicelib.adapters.dynamodb.size import item_size, read_units, write_units


@pytest.mark.parametrize(("item", "size"), [
    ({}, 0),
    ({"name": {"S": ""}}, 4),
    ({"name": {"S": "ї"}}, 6),
    ({"b": {"B": b"12345"}}, 6),
    ({"b": {"B": "MTIzNDU="}}, 6),
    ({"n": {"N": "0"}}, 2),
    ({"n": {"N": "27"}}, 3),
    ({"n": {"N": "-27"}}, 4),
    ({"n": {"N": "461"}}, 4),
    ({"n": {"N": "1000"}}, 3),
    ({"n": {"N": "1E+300"}}, 3),
    ({"n": {"N": "0.0012"}}, 3),
    ({"t": {"BOOL": True}, "z": {"NULL": True}}, 4),
    ({"l": {"L": []}}, 4),
    ({"l": {"L": [{"S": "ab"}, {"N": "1"}]}}, 10),
    ({"m": {"M": {"k": {"S": "v"}}}}, 7),
    ({"s": {"SS": ["a", "bc"]}, "o": {"NS": ["1", "20"]}, "x": {"BS": [b"1"]}}, 11),
])
def test_an_item_counts_its_names_and_values(item: dict, size: int) -> None:
    assert item_size(item) == size


def test_writes_are_counted_by_the_kilobyte_and_reads_by_four() -> None:
    assert [write_units(size) for size in (0, 1, 1_024, 1_025, 3_584)] == [1, 1, 1, 2, 4]
    assert [read_units(size, consistent=True) for size in (0, 4_096, 4_097)] == [1, 1, 2]
    assert [read_units(size, consistent=False) for size in (0, 4_096, 4_097)] == [0.5, 0.5, 1]


def test_a_type_dynamodb_does_not_have_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not a type"):
        item_size({"x": {"Q": 1}})
