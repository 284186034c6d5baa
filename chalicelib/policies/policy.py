"""policy: what every policy is given. Its file has a `Settings` model (what marketers may set) and `judge(settings, candidate)`."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..model.customer import Customer
from ..model.journey import Suppressed


@dataclass(frozen=True, slots=True)
class Candidate:
    """A message that a step wants to send, and all that policies may look at.

    `held_since`: when this step was first held (milliseconds), None when it never was. `suppressions`: what the suppression table
    says, known at the last gate only; before it the customer's own state must do. `verified_only`: the rule writes to verified addresses
    only. `holdout_brand` and `holdout_rule`: how many customers in a hundred are held out; `hashed`: by which id chance decides who, the
    customer's where none is given.
    """

    customer: Customer
    rule: str
    channel: str
    topic: str
    message_type: str
    key: str
    address: str
    now: int
    brand_timezone: str | None
    held_since: int | None = None
    suppressions: Sequence[Suppressed] = field(default_factory=tuple)
    verified_only: bool = False
    holdout_brand: float = 0
    holdout_rule: float = 0
    hashed: str | None = None

    @property
    def transactional(self) -> bool:
        """Order confirmations and the like: consent by contract, no caps, no quiet hours."""
        return self.message_type == "transactional"
