"""test_money: money as marketers write it, and what it is."""

from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.model.written import Money, Written

from .reading import read


class Budget(Written):
    """Something that has an amount of money."""

    most: Money
    """How much."""


@pytest.mark.parametrize("case", read("money.json")["cases"], ids=lambda case: repr(case["written"]))
def test_it_is_this_much_or_the_mend_is_told(case: dict[str, Any]) -> None:
    if "mend" in case:
        with pytest.raises(ValidationError, match=case["mend"]):
            Budget.model_validate({"most": case["written"]})
        return
    budget = Budget.model_validate({"most": case["written"]})
    assert str(budget.most.amount) == case["amount"]
    assert (budget.most.currency, budget.most.thousandths) == (case["currency"], case["thousandths"])
    assert budget.model_dump(mode="json") == {"most": case["written"]}


def test_the_schema_shows_how_it_is_written() -> None:
    assert Budget.model_json_schema()["properties"]["most"]["examples"] == ["25 EUR", "25.50 EUR"]
