"""delivery: the claim on a message, which is the record of what became of it."""

from dataclasses import dataclass
from typing import Literal

DeliveryStatus = Literal["prepared", "calling", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of a message: the claim is the record. `calling` without an end is *unknown*: never repeated blindly."""

    key: str
    status: DeliveryStatus
    attempt: str
    customer: str
    rule: str
    channel: str
    at: int
    provider_id: str | None = None
    error: str | None = None
