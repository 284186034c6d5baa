"""test_money: money as marketers write it, and what it is."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.model.written import Cost, Money, Written

from .reading import read


class Budget(Written):
    """Something that has an amount of money."""

    most: Money
    """How much."""


class Price(Written):
    """Something that costs."""

    one: Cost
    """What one costs."""


@pytest.mark.parametrize("case", read("money.json")["cases"], ids=lambda case: repr(case["written"]))
def test_it_is_this_much_or_the_mend_is_told(case: dict[str, Any]) -> None:
    if "mend" in case:
        with pytest.raises(ValidationError, match=case["mend"]):
            Budget.model_validate({"most": case["written"]})
        return
    budget = Budget.model_validate({"most": case["written"]})
    assert str(budget.most.amount) == case["amount"]
    assert (budget.most.currency, budget.most.millionths) == (case["currency"], case["millionths"])
    assert budget.model_dump(mode="json") == {"most": case["written"]}


@pytest.mark.parametrize(("written", "millionths"), [("0.0075 EUR", 7_500), ("0 EUR", 0), ("0.000001 EUR", 1), ("12 JPY", 12_000_000)])
def test_a_cost_may_be_very_little_or_nothing(written: str, millionths: int) -> None:
    cost = Price.model_validate({"one": written})
    assert cost.one.millionths == millionths
    assert cost.model_dump(mode="json") == {"one": written}


@pytest.mark.parametrize("written", ["0", 0.05, "0.05", "-1 EUR", "0.0000001 EUR", "0,05 EUR", "0.05 EUR\n", None])
def test_what_is_no_cost(written: object) -> None:
    with pytest.raises(ValidationError, match=r"write for example 0\.0075 EUR, or 0 EUR"):
        Price.model_validate({"one": written})


def test_the_schema_shows_how_it_is_written() -> None:
    assert Budget.model_json_schema()["properties"]["most"]["examples"] == ["25 EUR", "25.50 EUR"]
