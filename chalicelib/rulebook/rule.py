"""rule: one rule, one file `rules/<id>.json`: when, for whom, what, and examples that prove it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import ConfigDict, Field, model_validator

from ..channels.registry import ChannelName
from ..conditions.condition import ConditionText, check_roots
from ..model.canonical import fraction
from ..model.evidence import Proof
from ..model.instant import DAY, HOUR
from ..model.reason import Reason
from ..model.written import Duration, Written
from ..policies.registry import Policies
from ..triggers.registry import TRIGGERS, AnyTrigger
from .budget import Budget
from .offer import Offer
from .tracking import RuleTracking
from .variant import TEMPLATE_NAME, Variant, choose, problem_with


class Send(Written):
    """One message: on one channel, or on the first of several that proves to have reached the customer (a cascade)."""

    channel: ChannelName | None = None
    """The channel."""
    channels: list[ChannelName] = Field(default=[], max_length=8, examples=[["push", "email"]])
    """In place of `channel`: several in order. The next one is tried when what `until` asks for has not come within `wait`."""
    template: str = Field(pattern=TEMPLATE_NAME, examples=["abandoned-cart"])
    """A folder in `rules/templates`, with files for each channel."""
    wait: Duration = Field(default=4 * HOUR, ge=60_000, le=7 * DAY)
    """How long a cascade waits for the proof before it goes on to the next channel."""
    until: Proof = "opened"
    """What stops a cascade: that a message was `sent`, `delivered`, `opened`, `seen`, `clicked`, `visited` or `replied` to, or more. A
    channel that cannot tell so much is judged on the most it can."""

    @property
    def ways(self) -> tuple[str, ...]:
        """The channels in order."""
        return tuple(self.channels) if self.channel is None else (self.channel,)

    @model_validator(mode="after")
    def _one_channel_or_a_cascade(self) -> "Send":
        if (self.channel is None) == (not self.channels):
            raise ValueError("name one `channel`, or several in order as `channels`")
        if len(set(self.channels)) < len(self.channels):
            raise ValueError("a channel stands twice in `channels`")
        if self.channel is not None and self.model_fields_set & {"wait", "until"}:
            raise ValueError("`wait` and `until` are for a cascade: name its `channels`")
        return self


class Step(Written):
    """One step of the journey."""

    after: Duration = Field(default=0, ge=0, le=90 * DAY)
    """How long after the first step was decided; the first step itself comes at once."""
    when: ConditionText | None = None
    """A condition for this step alone, over `customer`, `cart` and `trigger`; if it does not hold, the step is left out."""
    send: Send
    """What is sent."""


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
    step: int = Field(default=1, ge=1)
    """Which step."""
    verdict: Literal["send", "hold", "deny"] = "send"
    """What is decided."""
    reason: Reason | None = None
    """Why it is held or denied."""


class Example(Written):
    """A story with its end: what the customer does, and what the rule must decide. `beckon test` plays it."""

    name: str = Field(min_length=1, max_length=200)
    """The story in a sentence."""
    starts: str = "2026-03-02T10:00:00Z"
    """When the story begins."""
    events: list[ExampleEvent] = Field(min_length=1)
    """What happens."""
    coupons: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(default={}, max_length=10, examples=[{"spring": 1}])
    """How many codes coupon pools have in this story; those not named have one for everybody."""
    held_out: bool = False
    """Whether its customers are in the rule's holdout; otherwise they are in none."""
    variant: str | None = Field(default=None, examples=["short"])
    """Which of the rule's variants its customers get; the first one without it."""
    expect: list[Expected]
    """All decisions on this rule; an empty list says that it stays silent."""


class Wording(NamedTuple):
    """A template that a rule may write with: where it is named, for which channels, and the offer it must print."""

    place: tuple[str | int, ...]
    template: str
    ways: tuple[str, ...]
    offer: Offer | None


class Rule(Written):
    """When a rule's trigger fires and its condition holds, its steps follow one another until something ends them."""

    schema_: str | None = Field(default=None, alias="$schema")
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", examples=["abandoned-cart"])
    """The rule's name everywhere; the same as the file's."""
    description: str = Field(default="", max_length=1_000)
    """What it is for, for people."""
    version: int = Field(default=1, ge=1)
    """How many contents under this id have been published. Publishing counts them by itself, whatever the file says."""
    status: Literal["draft", "shadow", "live", "paused"] = "live"
    """`draft`: checked, never runs. `shadow`: decides on live traffic and never sends. `live`: sends. `paused`: neither starts journeys nor
    goes on with them."""
    percentage: float = Field(default=100, ge=0, le=100, examples=[10])
    """For how many of the customers in a hundred a live rule runs. Whoever is in stays in when it grows."""
    message_type: Literal["marketing", "transactional"] = "marketing"
    """Marketing needs consent and heeds caps and quiet hours; transactional messages (order confirmations) do not."""
    topic: str = Field(default="offers", pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")
    """What the customer must have agreed to hear about."""
    verified_address: bool = False
    """Whether it writes only to verified addresses: for coupons and what is personal."""
    priority: int = Field(default=50, ge=0, le=100)
    """Of several rules at the same moment the one with the higher number goes first."""
    trigger: AnyTrigger
    """When."""
    condition: ConditionText | None = Field(default=None, examples=["cart.value > `20`"])
    """For whom, over `customer`, `cart` and `trigger`; asked again before every step and before the message leaves."""
    audience: str | None = Field(default=None, examples=["regulars"])
    """Only for customers in this audience (a file in `rules/audiences`); asked whenever the condition is."""
    reentry: Duration = Field(default=7 * DAY, ge=0, le=365 * DAY)
    """How long after a journey began the next one with the same key may begin; 0s for always. Of a proximity rule 1d without it."""
    expires_after: Duration = Field(default=DAY, ge=60_000, le=30 * DAY)
    """How long after its moment a step is still worth sending. Of a proximity rule 1h without it."""
    budget: Budget | None = None
    """How much it may send, and spend. Spent, it sends nothing more."""
    holdout: float = Field(default=0, ge=0, le=100, examples=[10, 2.5])
    """How many customers in a hundred this rule does not write to, so that what it brings can be measured. Marketing only."""
    offer: Offer | None = None
    """What its messages offer."""
    variants: list[Variant] = Field(default=[], max_length=10)
    """Several ways to write, each for a part of the customers, so that it shows which brings most."""
    steps: list[Step] = Field(min_length=1, max_length=20)
    """What happens, in order."""
    tracking: RuleTracking = RuleTracking()
    """What this rule's e-mails report back otherwise than the brand's."""
    policies: Policies = Policies()
    """What this rule does otherwise than the brand."""
    examples: list[Example] = Field(default_factory=list)
    """Stories that prove the rule."""

    @model_validator(mode="before")
    @classmethod
    def _what_is_usual_for_its_trigger(cls, written: Any) -> Any:
        trigger = written.get("trigger") if isinstance(written, dict) else None
        kind = trigger.get("kind") if isinstance(trigger, dict) else None
        usual = getattr(TRIGGERS.get(kind), "USUAL", {}) if isinstance(kind, str) else {}
        return {**usual, **written} if usual else written

    @model_validator(mode="after")
    def _a_part_of_the_customers_is_for_live_rules(self) -> "Rule":
        if "percentage" in self.model_fields_set and self.status != "live":
            raise ValueError(f"`percentage` is for a live rule, and this one is {self.status}: leave it out")
        return self

    @model_validator(mode="after")
    def _conditions_see_what_they_ask_for(self) -> "Rule":
        for text in (self.condition, *(step.when for step in self.steps)):
            check_roots(text, ("customer", "cart", "trigger"), "ask about the event itself in the trigger, with `where`")
        return self

    @model_validator(mode="after")
    def _holds_out_from_marketing(self) -> "Rule":
        if self.holdout and self.message_type == "transactional":
            raise ValueError("`holdout` is for marketing: nobody is held out of transactional messages")
        for example in self.examples:
            if example.held_out and not self.holdout:
                raise ValueError(f"the example {example.name!r} is of somebody held out, and the rule has no `holdout`")
        return self

    @model_validator(mode="after")
    def _variants_fit_the_steps(self) -> "Rule":
        problem = problem_with(self.variants, len(self.steps))
        if problem:
            raise ValueError(problem)
        for example in self.examples:
            if example.variant is not None and self.variant(example.variant) is None:
                raise ValueError(f"the example {example.name!r} is of the variant {example.variant!r}, and the rule has no such one")
        return self

    @model_validator(mode="after")
    def _steps_in_order(self) -> "Rule":
        waits = [step.after for step in self.steps]
        if waits[0] != 0:
            raise ValueError("the first step comes at once: its `after` must be 0s; the wait before it belongs to the trigger")
        if waits != sorted(waits):
            raise ValueError("steps come in the order of `after`, which is counted from the first step")
        for step, following in pairwise(self.steps):
            if step.after + step.send.wait * (len(step.send.ways) - 1) > following.after:
                raise ValueError("a step's cascade is over before the next step: `wait` for each channel but the last must fit in between")
        return self

    @property
    def running(self) -> bool:
        """Whether it decides on live traffic: sends, or only tells what it would have sent (`shadow`)."""
        return self.status in ("live", "shadow")

    def includes(self, customer: str) -> bool:
        """Whether a customer, by id, is of the part for which the rule runs: always the same, and still in when the part grows."""
        return self.percentage >= 100 or fraction("percentage", self.id, customer) * 100 < self.percentage

    def variant_for(self, customer: str) -> str | None:
        """The variant that a customer, by id, gets when a journey begins now; None when the rule has none."""
        return choose(self.variants, self.id, customer)

    def variant(self, id: str | None) -> Variant | None:
        """The variant of this name; None when there is none."""
        return next((variant for variant in self.variants if variant.id == id), None)

    def template(self, number: int, variant: str | None) -> str:
        """The template of the step with this number, in this variant."""
        own = self.variant(variant)
        return (own.templates[number - 1] if own and own.templates else None) or self.steps[number - 1].send.template

    def offered(self, variant: str | None) -> Offer | None:
        """What is offered in this variant."""
        own = self.variant(variant)
        return (own.offer if own else None) or self.offer

    def wordings(self) -> Iterator[Wording]:
        """Every template that may be written with, as the steps say and in each variant."""
        for number, step in enumerate(self.steps):
            place = ("steps", number, "send", "template")
            yield Wording(place, step.send.template, step.send.ways, self.offer)
            for count, variant in enumerate(self.variants):
                own = ("variants", count, "templates", number) if variant.templates and variant.templates[number] else place
                yield Wording(own, self.template(number + 1, variant.id), step.send.ways, self.offered(variant.id))

    def offers(self) -> Iterator[tuple[tuple[str | int, ...], Offer]]:
        """Everything that may be offered, and where it stands."""
        if self.offer is not None:
            yield ("offer",), self.offer
        yield from ((("variants", count, "offer"), variant.offer) for count, variant in enumerate(self.variants) if variant.offer)

    def conditions(self) -> list[str]:
        """Every condition in the rule, wherever it stands."""
        return list(_conditions(self.model_dump(exclude={"examples"})))


_CONDITIONS = ("condition", "when", "where", "key")


def _conditions(part: Any) -> Iterator[str]:
    """Fields of these names hold conditions, in the rule as in every kind of trigger."""
    for name, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, (dict, list)):
            yield from _conditions(value)
        elif name in _CONDITIONS and isinstance(value, str):
            yield value
