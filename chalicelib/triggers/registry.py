"""registry: every kind of trigger. A new kind is one file and one line here (and `|` in AnyTrigger)."""

from typing import Annotated

from pydantic import Field

from .abandonment import Abandonment
from .back_in_stock import BackInStock
from .event import EventHappens
from .order_life import OrderLife
from .price_drop import PriceDrop
from .proximity import Proximity

TRIGGERS = {
    "abandonment": Abandonment,
    "back_in_stock": BackInStock,
    "event": EventHappens,
    "order_life": OrderLife,
    "price_drop": PriceDrop,
    "proximity": Proximity,
}

AnyTrigger = Annotated[Abandonment | BackInStock | EventHappens | OrderLife | PriceDrop | Proximity, Field(discriminator="kind")]
