"""rulebook: all rules as the evaluator reads them: by event name, so that an event meets only rules that listen to it."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..conditions.condition import Scope, asking
from ..conditions.past import ABOUT_PAST, questions
from ..conditions.places import ABOUT_PLACES, radii
from ..model.asks import Asks
from ..model.identifier_kinds import IdentifierKinds
from ..model.ring import Ring
from ..model.windows import Question
from ..model.written import Written
from ..policies.registry import POLICIES
from ..triggers.proximity import Proximity
from ..triggers.trigger import ReadsCatalog
from .audience import Audience
from .brand import Brand
from .identifiers import DeclaredIdentifiers
from .index import Index, Matcher
from .looks import Looks, looks_of
from .rule import Rule
from .tracking import Tracking

TemplateSources = Mapping[str, Mapping[str, str]]
"""By template name, then by `<channel>.<locale>.<part>`: the text."""


@dataclass(frozen=True)
class Rulebook:
    """Immutable. `digest` names its content, `number` the publication by which it is in force (0: none); `paused`: everything is silent and
    goes on remembering. What follows from the rules is worked out when it is first asked for."""

    brand: Brand
    rules: dict[str, Rule]
    templates: TemplateSources
    digest: str
    declared: DeclaredIdentifiers = field(default_factory=DeclaredIdentifiers)
    audiences: dict[str, Audience] = field(default_factory=dict)
    number: int = 0
    paused: bool = False

    @cached_property
    def kinds(self) -> IdentifierKinds:
        """The kinds of identifiers this shop knows, built in and declared."""
        return self.declared.kinds(self.brand.country)

    @cached_property
    def running(self) -> tuple[Rule, ...]:
        """The rules that run."""
        return tuple(rule for rule in self.rules.values() if rule.running)

    @cached_property
    def _by_priority(self) -> tuple[Rule, ...]:
        """The highest first."""
        return tuple(sorted(self.rules.values(), key=lambda rule: (-rule.priority, rule.id)))

    @cached_property
    def listening(self) -> dict[str, tuple[Rule, ...]]:
        """The rules whose triggers listen to each event name, highest priority first."""
        found: dict[str, list[Rule]] = {}
        for rule in self._by_priority:
            for name in rule.trigger.events():
                found.setdefault(name, []).append(rule)
        return {name: tuple(rules) for name, rules in found.items()}

    @cached_property
    def ending(self) -> dict[str, dict[str, Rule]]:
        """By event name and id the rules whose journeys it may end."""
        found: dict[str, dict[str, Rule]] = {}
        for rule in self._by_priority:
            for name in rule.ended_by:
                found.setdefault(name, {})[rule.id] = rule
        return found

    @cached_property
    def late(self) -> dict[str, tuple[str, ...]]:
        """By event name which of the rules that it may end wait for late events."""
        return {name: tuple(id for id, rule in rules.items() if rule.trigger.lateness) for name, rules in self.ending.items()}

    @cached_property
    def dates(self) -> dict[str, tuple[int | None, int | None]]:
        """The first and the last moment (milliseconds) of rules that have such."""
        dates = {rule.id: rule.dates(self.brand.timezone) for rule in self.rules.values()}
        return {name: span for name, span in dates.items() if span != (None, None)}

    @cached_property
    def _asked(self) -> dict[str, tuple[str, ...]]:
        """The conditions of the rules that run."""
        return {rule.id: rule.conditions for rule in self.running}

    @cached_property
    def asks(self) -> Asks:
        """What rules and audiences want to know of the past."""
        asks: dict[Question, int] = {}
        texts = [text for conditions in self._asked.values() for text in conditions]
        for parsed in asking((*texts, *(audience.condition for audience in self.audiences.values())), *ABOUT_PAST):
            for question, window in questions(parsed):
                asks[question] = max(window, asks.get(question, 0))
        return Asks(asks)

    @cached_property
    def looks(self) -> dict[str, Looks]:
        """Which products of the catalog the conditions of each rule may ask about."""
        return {rule: found for rule, conditions in self._asked.items() for found in [looks_of(conditions)] if found is not None}

    @cached_property
    def looks_on(self) -> dict[str, Looks]:
        """The same by the events that rules listen to."""
        found: dict[str, Looks] = {}
        for rule_id, looks in self.looks.items():
            for name in self.rules[rule_id].trigger.events() | self.rules[rule_id].ended_by:
                found[name] = found[name] | looks if name in found else looks
        return found

    @cached_property
    def reads_catalog(self) -> bool:
        """Whether a rule that runs looks at the catalog."""
        return bool(self.looks) or any(issubclass(kind, ReadsCatalog) for kind in {type(rule.trigger) for rule in self.running})

    @cached_property
    def located(self) -> dict[str, Proximity]:
        """The triggers of the rules that run and ask where customers are."""
        return {rule.id: rule.trigger for rule in self.running if isinstance(rule.trigger, Proximity)}

    @cached_property
    def nearby(self) -> tuple[Ring, ...]:
        """How near to stores conditions ask for."""
        texts = [text for conditions in self._asked.values() for text in conditions]
        return tuple(sorted({Ring(radius, 0) for parsed in asking(texts, *ABOUT_PLACES) for radius in radii(parsed)}))

    @cached_property
    def rings(self) -> tuple[Ring, ...]:
        """How near to stores anybody asks for."""
        return tuple(sorted({trigger.ring for trigger in self.located.values()} | set(self.nearby)))

    def in_force(self, rule: Rule, now: int) -> bool:
        """Whether a moment is within the rule's dates."""
        first, last = self.dates.get(rule.id, (None, None))
        return (first is None or now >= first) and (last is None or now <= last)

    @cached_property
    def matcher(self) -> Matcher:
        """The index over all rules that run."""
        return Index.of(self.rules.values())

    @property
    def found_with(self) -> Matcher | None:
        """What its rules are found by; None while nobody has asked."""
        return self.__dict__.get("matcher")

    def found_by(self, matcher: Matcher | None) -> "Rulebook":
        """Itself; its rules are found by what was built of the same rules before (None: by what is still to be built)."""
        if matcher is not None:
            self.__dict__["matcher"] = matcher
        return self

    def hearing(self, event: str, scope: Scope, remembering: Iterable[str]) -> list[Rule]:
        """The rules that run and whose triggers are to be shown an event of this name; see `Matcher`."""
        return [self.rules[rule] for rule in self.matcher.match(event, scope, remembering)]

    def settings(self, rule: Rule, policy: str) -> Written:
        """A policy's settings for a rule: the rule's own, else the brand's, else the defaults."""
        own = getattr(rule.policies, policy, None) or getattr(self.brand.policies, policy, None)
        return own or dict(POLICIES)[policy].Settings()

    def tracking(self, rule: str) -> Tracking:
        """What the e-mails of a rule report back: as the rule says, else as the brand does."""
        own = self.rules[rule].tracking.model_dump(exclude_none=True) if rule in self.rules else {}
        return self.brand.tracking.model_copy(update=own)

    def with_lateness(self, lateness: int) -> "Rulebook":
        """The same rules waiting this long (milliseconds) for late events."""
        rules = {}
        for name, rule in self.rules.items():
            trigger = rule.trigger.model_copy(update={"lateness": lateness})
            rules[name] = rule.model_copy(update={"trigger": trigger})
        return replace(self, rules=rules)

    def version(self, rule: str) -> int | None:
        """The version of a rule; None when it is not here."""
        return self.rules[rule].version if rule in self.rules else None

    def rehearsing(self, rule: str, *, held_out: bool = False, variant: str | None = None) -> "Rulebook":
        """The same brand and templates with one rule as if it were live for everybody, all its customers in one variant, all held out or
        none: so its examples are played, whatever its status and whatever chance says."""
        told = self.rules[rule]
        only = variant or next((other.id for other in told.variants), None)
        variants = [other.model_copy(update={"weight": int(other.id == only)}) for other in told.variants]
        told = told.model_copy(update={"status": "live", "percentage": 100, "holdout": 100 if held_out else 0, "variants": variants})
        return replace(self, brand=self.brand.model_copy(update={"holdout": 0}), rules={rule: told})

    def in_force_as(self, number: int, *, paused: bool) -> "Rulebook":
        """The same rules under another publication; nothing is built anew."""
        other = copy(self)
        object.__setattr__(other, "number", number)
        object.__setattr__(other, "paused", paused)
        return other

