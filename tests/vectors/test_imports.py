"""test_imports: rows of files go in, calls and entries come out, or what is wrong with them and the mend."""

import json
from pathlib import Path
from typing import Any

import pytest

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
