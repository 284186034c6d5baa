"""coupon: one code of a pool, and in what states the codes of a pool are.

A code is free until a journey reserves it, and free again when the journey ends without a message that had it. A message that is about
to leave commits it; from then on, unless that message is known not to have left, it is nobody else's for ever.
"""

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from .canonical import digest

MOST_CODES = 1_000  # in one request
POOL_NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"
CODE = r"^[!-~]{1,64}$"
CODE_MEND = "write 1 to 64 letters, digits and signs, no spaces"
_POOL, _CODE = re.compile(POOL_NAME), re.compile(CODE)


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code as its holder has it. `claim` names this holding: a code that went back and came again has another.

    `left` is about how many more the pool has, told only when they are few.
    """

    code: str
    claim: str
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """How many codes of a pool are free, are kept for journeys that have sent nothing yet, and are or may be in somebody's hands."""

    left: int
    reserved: int
    committed: int


class Codes(TypedDict):
    """Codes for a pool."""

    codes: Annotated[list[Annotated[Any, WithJsonSchema({"type": ["string", "number"], "examples": ["SPRING-7Q2K"]})]],
                     Field(max_length=MOST_CODES, description="Each code once for ever; those that are there already change nothing.")]


def holder_of(customer: str, rule: str, run: str) -> str:
    """Who holds a code: one journey, by a hash that names nobody. Made when the journey begins, it stays through every merge."""
    return digest("coupon", customer, rule, run)


def pool_name(text: str) -> str | None:
    """The name of a pool; None when it can be none."""
    return text if _POOL.fullmatch(text) else None


def code_of(value: object) -> str | None:
    """A code without the space around it: 1 to 64 letters, digits and signs of ASCII; None when it is none."""
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return text if _CODE.fullmatch(text) else None
