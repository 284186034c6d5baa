"""registry: every kind of trigger. A new kind is one file and one line here (and `|` in AnyTrigger)."""

from typing import Annotated

from pydantic import Field

from .abandonment import Abandonment
from .event import EventHappens
from .proximity import Proximity

TRIGGERS = {"abandonment": Abandonment, "event": EventHappens, "proximity": Proximity}

AnyTrigger = Annotated[Abandonment | EventHappens | Proximity, Field(discriminator="kind")]
