"""registry: every kind of trigger. A new kind is one file and one line here (and `|` in AnyTrigger)."""

from .abandonment import Abandonment

TRIGGERS = {"abandonment": Abandonment}

AnyTrigger = Abandonment
