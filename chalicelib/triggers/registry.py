"""registry: every kind of trigger. A new kind is one file and one line here (and `|` in AnyTrigger)."""

from typing import Annotated

from pydantic import Field

from .abandonment import Abandonment
from .back_in_stock import BackInStock
from .event import EventHappens
from .price_drop import PriceDrop

TRIGGERS = {
    "abandonment": Abandonment,
    "back_in_stock": BackInStock,
    "event": EventHappens,
    "price_drop": PriceDrop,
}

AnyTrigger = Annotated[Abandonment | BackInStock | EventHappens | PriceDrop, Field(discriminator="kind")]
