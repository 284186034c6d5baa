"""rule: one rule, one file `rules/<id>.json`: when, for whom, what, and examples that prove it."""

from collections.abc import Iterator
from functools import cache, cached_property
from itertools import pairwise
from typing import Any, Literal, NamedTuple, Self, get_args

from pydantic import Field, field_validator, model_validator

from ..conditions.condition import ConditionText, check_roots
from ..model.canonical import fraction
from ..model.days import first_moment, last_moment
from ..model.instant import DAY
from ..model.written import DayOrMoment, Duration, Written
from ..policies.registry import Policies
from ..triggers.matching import EventMatch
from ..triggers.registry import TRIGGERS, AnyTrigger
from .budget import Budget
from .example import STORY, Example
from .goal import Goal
from .offer import Offer
from .rule_files import NO_RULES, name_taken
from .step import Step
from .tracking import RuleTracking
from .variant import Variant, choose, problem_with


class Wording(NamedTuple):
    """A template that a rule may write with: where it is named, for which channels, and the offer it must print."""

    place: tuple[str | int, ...]
    template: str
    ways: tuple[str, ...]
    offer: Offer | None


class Rule(Written):
    """When a rule's trigger fires and its condition holds, its steps follow one another until something ends them."""

    schema_: str | None = Field(default=None, alias="$schema", examples=["schema/rule.schema.json"])
    """Where the schema lies, from this file: by it an editor completes and explains every field."""
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", examples=["abandoned-cart"])
    """The rule's name everywhere; the same as the file's."""
    description: str = Field(default="", max_length=1_000, examples=["Two books or more left in the cart: a reminder."])
    """What it is for, for people."""
    owner: str = Field(default="", max_length=200, examples=["anna@nutshell.example", "lifecycle team"])
    """Who answers for it: a person's address, or a team's name."""
    version: int = Field(default=1, ge=1, examples=[3])
    """How many contents under this id have been published. Publishing counts them by itself, whatever the file says."""
    status: Literal["draft", "shadow", "live", "paused"] = "live"
    """`draft`: checked, never runs. `shadow`: decides on live traffic and never sends. `live`: sends. `paused`: neither starts journeys nor
    goes on with them."""
    percentage: float = Field(default=100, ge=0, le=100, examples=[10])
    """For how many of the customers in a hundred a live rule runs. Whoever is in stays in when it grows."""
    message_type: Literal["marketing", "transactional"] = "marketing"
    """Marketing needs consent and heeds caps and quiet hours; transactional messages (order confirmations) do not."""
    topic: str = Field(default="offers", pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", examples=["offers", "orders"])
    """What the customer must have agreed to hear about."""
    verified_address: bool = False
    """Whether it writes only to verified addresses: for coupons and what is personal."""
    priority: int = Field(default=50, ge=0, le=100, examples=[50, 90])
    """Of several rules at the same moment the one with the higher number goes first."""
    valid_from: DayOrMoment | None = None
    """From which day, by the brand's clock, or moment on it runs; before, it hears nothing."""
    valid_until: DayOrMoment | None = None
    """Until which day (inclusive, by the brand's clock) or moment it runs; then it starts nothing, and what has begun ends."""
    trigger: AnyTrigger
    """When."""
    condition: ConditionText | None = Field(default=None, examples=["cart.value > `20`"])
    """For whom, over `customer`, `cart` and `trigger`; asked again before every step and before the message leaves."""
    audience: str | None = Field(default=None, examples=["regulars"])
    """Only for customers in this audience (a file in `rules/audiences`); asked whenever the condition is."""
    goal: Goal | None = Field(default=None, examples=[{"event": "Order Completed"}])
    """What it is to bring about; a journey ends at once when it comes."""
    exits: list[EventMatch] = Field(default=[], max_length=20, examples=[[{"event": "Subscription Cancelled"}]])
    """Events that end a journey at once, also in the middle of a wait."""
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
    variants: list[Variant] = Field(default=[], max_length=10, examples=[[{"id": "plain", "weight": 50}, {"id": "short", "weight": 50}]])
    """Several ways to write, each for a part of the customers, so that it shows which brings most."""
    steps: list[Step] = Field(min_length=1, max_length=20, examples=[[{"send": {"channel": "email", "template": "abandoned-cart"}}]])
    """What happens, in order."""
    tracking: RuleTracking = RuleTracking()
    """What this rule's e-mails report back otherwise than the brand's."""
    policies: Policies = Policies()
    """What this rule does otherwise than the brand."""
    examples: list[Example] = Field(default=[], examples=[[STORY]])
    """Stories that prove the rule."""

    @model_validator(mode="before")
    @classmethod
    def _what_is_usual_for_its_trigger(cls, written: Any) -> Any:
        trigger = written.get("trigger") if isinstance(written, dict) else None
        kind = trigger.get("kind") if isinstance(trigger, dict) else None
        usual = getattr(TRIGGERS.get(kind), "USUAL", {}) if isinstance(kind, str) else {}
        return {**usual, **written} if usual else written

    @field_validator("id")
    @classmethod
    def _has_an_address(cls, id: str) -> str:
        if id in NO_RULES:
            raise ValueError(name_taken(id))
        return id

    @model_validator(mode="after")
    def _a_part_of_the_customers_is_for_live_rules(self) -> "Rule":
        if "percentage" in self.model_fields_set and self.status != "live":
            raise ValueError(f"`percentage` is for a live rule, and this one is {self.status}: leave it out")
        return self

    @model_validator(mode="after")
    def _ends_after_it_began(self) -> "Rule":
        first, last = self.dates(None)
        if first is not None and last is not None and last <= first:
            raise ValueError(f"`validUntil` ({self.valid_until}) must be later than `validFrom` ({self.valid_from})")
        return self

    @model_validator(mode="after")
    def _exits_have_the_keys_of_the_trigger(self) -> "Rule":
        if any(exit_.key for exit_ in self.exits) and getattr(self.trigger, "key", "its own") is None:
            raise ValueError("an exit has a key, but the trigger has none; write `key` there, or leave it out here")
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

    @property
    def ended_by(self) -> set[str]:
        """The names of the events that may end its journeys: its goal's and its exits'."""
        return {exit_.event for exit_ in self.exits} | ({self.goal.event} if self.goal else set())

    def dates(self, timezone: str | None) -> tuple[int | None, int | None]:
        """The first and the last moment (milliseconds) it runs, by the clock of a zone; None where there is no end to it."""
        return (None if self.valid_from is None else first_moment(self.valid_from, timezone),
                None if self.valid_until is None else last_moment(self.valid_until, timezone))

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

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """Every condition in the rule, wherever it stands; looked for once."""
        return tuple(text for _, text in self.asked())

    def __copy__(self) -> Self:
        """Copies are made to change them: what was worked out is not taken along."""
        copied = super().__copy__()
        copied.__dict__.pop("conditions", None)
        return copied

    def asked(self) -> list[tuple[tuple[str | int, ...], str]]:
        """Every condition, with the place in the file where it stands."""
        found: list[tuple[tuple[str | int, ...], str]] = []
        _note_conditions(self, (), found)
        return found


_CONDITIONS = ("condition", "when", "where", "key")


def _note_conditions(part: Any, place: tuple[str | int, ...], found: list[tuple[tuple[str | int, ...], str]]) -> None:
    """Fields of these names hold conditions, in the rule as in every kind of trigger."""
    if isinstance(part, (list, dict)):
        for at, value in part.items() if isinstance(part, dict) else enumerate(part):
            _note_conditions(value, (*place, at), found)
    elif isinstance(part, Written):
        for name, written in _fields_with_conditions(type(part)):
            value = getattr(part, name)
            if value and name in _CONDITIONS:
                found.append(((*place, written), value))
            elif value:
                _note_conditions(value, (*place, written), found)


@cache
def _fields_with_conditions(kind: type[Written]) -> tuple[tuple[str, str], ...]:
    """The fields that hold a condition or anything that may, each with its name in the file; what only proves a rule is not asked."""
    return tuple((name, field.alias or name) for name, field in kind.model_fields.items() if name != "examples" and (
        name in _CONDITIONS or any(_fields_with_conditions(part) for part in _written_in(field.annotation))))


def _written_in(annotation: Any) -> Iterator[type[Written]]:
    if isinstance(annotation, type) and issubclass(annotation, Written):
        yield annotation
    for part in get_args(annotation):
        yield from _written_in(part)
