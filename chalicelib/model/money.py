"""money: an amount with its currency, as people write it: `25 EUR`."""

import re
from dataclasses import dataclass
from decimal import Decimal

MONEY_PATTERN = r"^[0-9]{1,9}(\.[0-9]{1,3})? [A-Z]{3}$"
_MONEY = re.compile(MONEY_PATTERN, re.ASCII)


@dataclass(frozen=True, slots=True)
class Money:
    """More than nothing. `amount` is exact, to a thousandth (no currency has smaller coins); `currency` is its ISO 4217 code."""

    amount: Decimal
    currency: str

    @property
    def thousandths(self) -> int:
        """The amount as a whole number, for counters that add up."""
        return int(self.amount * 1000)

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
