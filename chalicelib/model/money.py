"""money: an amount with its currency, as people write it: `25 EUR`."""

import re
from dataclasses import dataclass
from decimal import Decimal

MONEY_PATTERN = r"^[0-9]{1,9}(\.[0-9]{1,3})? [A-Z]{3}$"
COST_PATTERN = r"^[0-9]{1,6}(\.[0-9]{1,6})? [A-Z]{3}$"
_MONEY, _COST = re.compile(MONEY_PATTERN, re.ASCII), re.compile(COST_PATTERN, re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """More than nothing (a cost may be nothing). `amount` is exact, to a thousandth (no currency has smaller coins), a cost to a millionth;
    `currency` is its ISO 4217 code."""

    amount: Decimal
    currency: str

    @property
    def millionths(self) -> int:
        """The amount as a whole number, for counters that add up."""
        return int(self.amount * 1_000_000)

    def __str__(self) -> str:
        """`25 EUR`, `25.50 EUR`."""
        return f"{self.amount:f} {self.currency}"


def parse_money(text: object) -> Money:
    """The money of a text. ValueError says how money is written."""
    if isinstance(text, str) and _MONEY.search(text) and not text.endswith("\n"):
        amount, _, currency = text.partition(" ")
        if Decimal(amount) > 0:
            return Money(Decimal(amount), currency)
    raise ValueError(f"{text!r} is not an amount of money with its currency; write for example 25 EUR or 25.50 EUR")


def parse_cost(text: object) -> Money:
    """What one of something costs, which may be very little, or nothing. ValueError says how it is written."""
    if isinstance(text, str) and _COST.search(text) and not text.endswith("\n"):
        amount, _, currency = text.partition(" ")
        return Money(Decimal(amount), currency)
    raise ValueError(f"{text!r} is not a cost with its currency; write for example 0.0075 EUR, or 0 EUR for what costs nothing")
