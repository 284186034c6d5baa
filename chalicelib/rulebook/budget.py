"""budget: how many messages a rule may send, and how much money they may cost, on one day and in all."""

from typing import Annotated

from pydantic import Field, model_validator

from ..model.budget import Most
from ..model.written import Money, Written

Count = Annotated[int, Field(ge=1, le=1_000_000_000)]


class Budget(Written):
    """When it is spent the rule sends nothing more, on that day or ever. What a message costs stands in the brand's `costs`."""

    messages_per_day: Count | None = Field(default=None, examples=[1_000])
    """So many messages on one day, by the brand's clock."""
    messages: Count | None = Field(default=None, examples=[50_000])
    """So many in all, since the rule has a budget."""
    money_per_day: Money | None = Field(default=None, examples=["25 EUR"])
    """So much money on one day."""
    money: Money | None = Field(default=None, examples=["500 EUR"])
    """So much in all."""

    @property
    def currency(self) -> str | None:
        """The currency it is in; None when it is not about money."""
        money = self.money or self.money_per_day
        return None if money is None else money.currency

    @property
    def a_day(self) -> Most:
        """What one day has."""
        return Most(self.messages_per_day, None if self.money_per_day is None else self.money_per_day.millionths)

    @property
    def in_all(self) -> Most:
        """What there is in all."""
        return Most(self.messages, None if self.money is None else self.money.millionths)

    def __str__(self) -> str:
        """As people say it: `1000 messages a day, 500 EUR in all`."""
        parts = ((self.messages_per_day, " messages a day"), (self.messages, " messages in all"), (self.money_per_day, " a day"),
                 (self.money, " in all"))
        return ", ".join(f"{most}{of}" for most, of in parts if most is not None)

    @model_validator(mode="after")
    def _says_something_that_holds_together(self) -> "Budget":
        if not self.model_fields_set:
            raise ValueError("a budget without limits is none: write `messagesPerDay`, `messages`, `moneyPerDay` or `money`")
        if self.money and self.money_per_day and self.money.currency != self.money_per_day.currency:
            raise ValueError("`money` and `moneyPerDay` are of different currencies - "
                             f"write both in {self.money.currency}, or both in {self.money_per_day.currency}")
        return self
