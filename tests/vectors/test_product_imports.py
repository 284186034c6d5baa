"""Rows of exported products, and what they say to the engine."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.cli.product_rows import Reader, money
from chalicelib.cli.rows_file import FileInvalid

from .reading import cases, moment, read


@cases("product_imports.json")
def test_a_row_says(case: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "feed"
    text = "\n".join(case["csv"]) if "csv" in case else case["xml"] if "xml" in case else json.dumps(case["json"])
    file.write_text(text, encoding="utf-8")
    lines = Reader(case.get("with", {}), case.get("id"), moment("10:00")).lines(file)
    if "file" in case:
        with pytest.raises(FileInvalid) as told:
            list(lines)
        assert str(told.value) == f"{file}:1: {case['file']}"
        return
    [line] = lines
    assert line.problem == case.get("problem", "")
    assert list(line.documents) == ([case["line"]] if "line" in case else [])
    assert line.number == case.get("number", 2 if "csv" in case else 1)


MONEY = [pytest.param(*entry, id=entry[0]) for entry in read("product_imports.json")["money"]]


@pytest.mark.parametrize(("text", "amount", "currency"), MONEY)
def test_prices_as_shops_write_them(text: str, amount: float, currency: str | None) -> None:
    assert money(text) == (amount, currency)


@pytest.mark.parametrize("text", ["1.299", "1,299", "1.2,9.0"])
def test_what_could_be_two_prices(text: str) -> None:
    with pytest.raises(ValueError, match="in two ways"):
        money(text)


@pytest.mark.parametrize("text", ["", "free", "15 EUR or so", "EUR 15 BGN", "-5", "15 €", "."])
def test_what_is_no_price(text: str) -> None:
    with pytest.raises(ValueError, match=r"write 15\.00 EUR"):
        money(text)
