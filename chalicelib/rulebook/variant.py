"""variant: one of several ways in which a rule writes: other words, another offer. Which one a customer gets follows from a hash."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from ..model.canonical import fraction
from ..model.written import Written
from .offer import Offer

TEMPLATE_NAME = r"^[a-z0-9][a-z0-9_-]{0,63}$"


class Variant(Written):
    """What a part of the customers gets otherwise than the rule says. Chosen when a journey begins, it stays for all its messages."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", examples=["short"])
    """Its name in decisions."""
    weight: int = Field(ge=0, le=1_000, examples=[50])
    """How many get it, against the weights of the others; 0: nobody any more, but what has begun with it goes on."""
    templates: list[Annotated[str, Field(pattern=TEMPLATE_NAME)] | None] = Field(default=[], max_length=20, examples=[["cart-short", None]])
    """In place of those of the steps, one for each step in order; null: as the step says."""
    offer: Offer | None = None
    """In place of the rule's."""


def choose(variants: Sequence[Variant], rule: str, customer: str) -> str | None:
    """The variant of a rule that a customer gets, always the same while the weights are; None when there are none."""
    point = fraction("variant", rule, customer) * sum(variant.weight for variant in variants)
    for variant in variants:
        point -= variant.weight
        if point < 0:
            return variant.id
    return None


def problem_with(variants: Sequence[Variant], steps: int) -> str | None:
    """What is wrong with the variants of a rule of so many steps."""
    if len(variants) == 1:
        return "one variant is no choice: write two or more, or write what it says into the steps"
    if len({variant.id for variant in variants}) < len(variants):
        return "two variants have the same id"
    if variants and not any(variant.weight for variant in variants):
        return "every variant has the weight 0: nobody would get any"
    uneven = [variant.id for variant in variants if variant.templates and len(variant.templates) != steps]
    if uneven:
        return f"the variant {uneven[0]!r} needs one entry in `templates` for each of the {steps} steps; null: as the step says"
    return None
