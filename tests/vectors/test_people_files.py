"""test_people_files: rows as other systems export them go in, from CSV and from NDJSON alike; what is sent comes out."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.calls_file import CallsFileInvalid, read_lines
from chalicelib.cli.people_file import consents_form, customers_form, suppressions_form
from chalicelib.model.instant import parse_instant

from .reading import cases

AS_OF = parse_instant("2026-03-01T00:00:00Z") or 0
FORMS = {"customers": customers_form, "consents": consents_form, "suppressions": suppressions_form}


@cases("people_files.json")
@pytest.mark.parametrize("kind", ["csv", "ndjson"])
def test_the_row_says_this(case: dict[str, Any], kind: str, tmp_path: Path) -> None:
    file = tmp_path / f"people.{kind}"
    with file.open("w", encoding="utf-8", newline="") as out:
        if kind == "csv":
            csv.writer(out).writerows([list(case["row"]), list(case["row"].values())])
        else:
            out.write(json.dumps({name: json.loads(cell) if cell[0] in "[4" and name in ("Tags", "MEMBER_RATING") else cell
                                  for name, cell in case["row"].items()}) + "\n")
    if "problem" in case and "field" in case["problem"] and kind == "csv":
        with pytest.raises(CallsFileInvalid) as refused:
            list(read_lines(file, FORMS[case["of"]](AS_OF)))
        assert case["problem"] in str(refused.value)
        return
    [line] = read_lines(file, FORMS[case["of"]](AS_OF))
    if "problem" in case:
        assert line.call is None and case["problem"] in line.problem
    else:
        assert {name: value for name, value in (line.call or {}).items() if name != "messageId"} == case["expect"]
