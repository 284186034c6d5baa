"""example: a story in a rule's file that proves the rule: what happens, and what is decided."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, model_validator

from ..model.reason import Reason
from ..model.written import Duration, Written

STORY: dict[str, Any] = {
    "name": "Anna agreed to offers and leaves a book in her cart",
    "events": [
        {"at": "0s", "type": "identify", "userId": "anna", "traits": {"email": "anna@example.com", "consents": {"email": ["offers"]}}},
        {"at": "5m", "type": "track", "userId": "anna", "event": "Product Added", "properties": {"product_id": "b-1", "price": 18.5}}],
    "expect": [{"after": "1h5m", "verdict": "send"}]}
"""What an editor shows for one."""


class ExampleEvent(Written):
    """An event of an example: any call of the tracking API, or a line of the catalog (type `product` or `store`), with `at` instead of a
    timestamp."""

    model_config = ConfigDict(**{**Written.model_config, "extra": "allow", "alias_generator": None})

    at: Duration
    """When, counted from the example's `starts`."""


class Expected(Written):
    """A decision an example expects, in the order of time."""

    after: Duration
    """When it is decided, counted from the example's `starts`."""
    step: int = Field(default=1, ge=1, examples=[2])
    """Which step."""
    verdict: Literal["send", "hold", "deny"] = "send"
    """What is decided."""
    reason: Reason | None = None
    """Why it is held or denied."""

    @model_validator(mode="after")
    def _what_is_sent_has_no_reason(self) -> "Expected":
        if self.reason is not None and self.verdict == "send":
            raise ValueError("what is sent has no `reason` - write \"verdict\": \"hold\" or \"deny\", or take `reason` away")
        return self


class Example(Written):
    """A story with its end: what the customer does, and what the rule must decide. `beckon test` plays it."""

    name: str = Field(min_length=1, max_length=200, examples=[STORY["name"]])
    """The story in a sentence."""
    starts: str = Field(default="2026-03-02T10:00:00Z", examples=["2026-11-27T08:00:00Z"])
    """When the story begins."""
    events: list[ExampleEvent] = Field(min_length=1, examples=[STORY["events"]])
    """What happens."""
    coupons: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(default={}, max_length=10, examples=[{"spring": 1}])
    """How many codes coupon pools have in this story; those not named have one for everybody."""
    held_out: bool = False
    """Whether its customers are in the rule's holdout; otherwise they are in none."""
    variant: str | None = Field(default=None, examples=["short"])
    """Which of the rule's variants its customers get; the first one without it."""
    expect: list[Expected] = Field(examples=[STORY["expect"], []])
    """All decisions on this rule; an empty list says that it stays silent."""
