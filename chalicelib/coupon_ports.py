"""coupon_ports: the door to coupon pools; `ports.py` has the others and says what holds for all."""

from typing import Protocol

from .model.coupon import Coupon, Stock


class Coupons(Protocol):
    """The codes of coupon pools. None is ever two holders'; a holder (`holder_of`) has one at a time."""

    def add(self, pool: str, code: str) -> bool:
        """Put a code into a pool; False when it has ever been there."""

    def reserve(self, pool: str, holder: str, until: int, now: int) -> Coupon | None:
        """The holder's code, else a free one, or one whose `until` is over; None: there is none. Until then it is kept."""

    def commit(self, holder: str, claim: str, mark: str) -> bool:
        """Mark the code as one that a message may have taken along; False when it went back: then it must not go out."""

    def withdraw(self, holder: str, mark: str) -> None:
        """Take away the marks that begin so: it is known that these have not left."""

    def give_back(self, holder: str) -> None:
        """Let the holder's code be free again, unless it is marked."""

    def stock(self, pool: str) -> Stock:
        """How many codes are in which state. For people: it reads all that the pool has."""
