"""offer: what a rule offers: a code, or one of a pool for each customer, worth so much, for so long, in these stores."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ..model.coupon import CODE, POOL_NAME
from ..model.days import last_moment
from ..model.instant import DAY
from ..model.offer import Offer as Settled
from ..model.written import DayOrMoment, Duration, Money, Written

StoreId = Annotated[str, Field(min_length=1, max_length=60)]


class Offer(Written):
    """What the rule's messages offer. One journey has one offer, whatever messages it sends; templates print it as `offer`."""

    code: str | None = Field(default=None, pattern=CODE, examples=["WELCOME10"])
    """The code, the same for everybody."""
    pool: str | None = Field(default=None, pattern=POOL_NAME, examples=["spring"])
    """The coupon pool: each customer gets a code of their own, once in a journey, and no code is ever given twice."""
    percent: float | None = Field(default=None, gt=0, le=100, examples=[10])
    """So much off in percent."""
    amount: Money | None = None
    """So much money off."""
    valid_for: Duration | None = Field(default=None, ge=60_000, le=365 * DAY)
    """How long it is valid from the journey's start on; no message goes out after that."""
    until: DayOrMoment | None = None
    """Until which day (inclusive, by the brand's clock) or moment it is valid; with `validFor` the earlier counts."""
    stores: list[StoreId] = Field(default=[], max_length=50, examples=[["sofia-center"]])
    """The stores where it is valid; empty: everywhere."""
    when_empty: Literal["no_message", "without_code"] = "no_message"
    """When the pool has no code left: no message (`coupon_pool_empty`), or the message without an `offer`."""

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Offer":
        if (self.code is None) == (self.pool is None):
            raise ValueError("an offer has either a `code` or a `pool` - " + (
                'write "code": "WELCOME10", or "pool": and a pool\'s name' if self.code is None else
                "take away `code` to give each customer one of their own, else `pool`"))
        if (self.percent is None) == (self.amount is None):
            raise ValueError("an offer is worth either `percent` or an `amount` - " + (
                'write "percent": 10, or "amount": "5 EUR"' if self.percent is None else "take one of them away"))
        if self.when_empty != "no_message" and self.pool is None:
            raise ValueError("`whenEmpty` is about a `pool`; a `code` is the same for everybody and never runs out")
        return self

    def settled(self, ends: int | None) -> Settled:
        """The offer as a journey keeps it, without what there is not."""
        amount, currency = (None, None) if self.amount is None else (float(self.amount.amount), self.amount.currency)
        offer = {"code": self.code, "percent": _plain(self.percent), "amount": _plain(amount), "currency": currency, "valid_until": ends,
                 "stores": self.stores}
        return {name: value for name, value in offer.items() if value not in (None, [])}

    def ends(self, started: int, timezone: str | None) -> int | None:
        """The last moment of an offer of a journey that started then; None when it never ends. A day ends by the clock of a zone."""
        moments = [] if self.valid_for is None else [started + self.valid_for]
        last = None if self.until is None else last_moment(self.until, timezone)
        moments += [] if last is None else [last]
        return min(moments, default=None)


def _plain(number: float | None) -> float | None:
    """`10` and not `10.0`: so templates print it."""
    return int(number) if number is not None and number == int(number) else number
