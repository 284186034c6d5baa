"""test_imports: rows of files go in, calls and entries come out, or what is wrong with them and the mend."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cli.columns import FIELDS
from chalicelib.cli.imports import SHAPES, rows
from chalicelib.cli.rows_file import FileInvalid

from .reading import read

CASES = [pytest.param(case, id=f"{case['kind']}: {case['name']}") for case in read("imports.json")["cases"]]


@pytest.mark.parametrize("case", CASES)
def test_a_row_asks_for_this(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / ("rows.csv" if "csv" in case else "rows.ndjson")
    file.write_text("\n".join(case["csv"]) if "csv" in case else json.dumps(case["json"]), encoding="utf-8")
    shape = SHAPES[case["kind"]]
    if "file" in case:
        with pytest.raises(FileInvalid) as told:
            list(rows(shape, case.get("with", {}), file))
        assert str(told.value) == f"{file}:1: {case['file']}"
        return
    [line] = rows(shape, case.get("with", {}), file)
    assert line.problem == case.get("problem", "")
    asked = [{name: value for name, value in document.items() if name != "messageId"} for document in line.documents]
    assert asked == case.get("expect", [])


WORDS = ["given", "no", "pending", "email", "SMS", "bounce", "anna@example.com", "+359888123456", "2026-03-01", "1714557600", "", " ", "'"]
INNER = st.recursive(st.text(max_size=3), lambda part: st.lists(part, max_size=2) | st.dictionaries(st.text(max_size=3), part, max_size=2),
                     max_leaves=5)
VALUES = st.one_of(st.sampled_from(WORDS), st.text(max_size=8), st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), INNER)
SPELLINGS = sorted({spelling for fields in FIELDS.values() for spelled in fields.values() for spelling in spelled})
ODD = ["traits.email", "User.UserAttributes.Name", "identifiers.card", "a.0", "a.999", "a", "."]
NAMES = st.one_of(st.text(max_size=6), st.sampled_from(ODD), st.sampled_from(SPELLINGS))


@pytest.mark.parametrize("kind", SHAPES)
@given(row=st.dictionaries(NAMES, VALUES, max_size=8), given_at=st.booleans())
@settings(max_examples=150, deadline=None)
def test_whatever_a_row_holds_it_is_taken_or_told_and_the_same_again(kind: str, row: dict[str, Any], given_at: bool) -> None:
    said = {"at": "2026-03-01T09:00:00.000Z"} if given_at else {}
    try:
        documents = SHAPES[kind].documents(row, said)
    except ValueError as error:
        assert str(error)
    else:
        assert documents == SHAPES[kind].documents(row, said)
