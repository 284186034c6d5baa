"""rulebook: all rules as the evaluator reads them: by event name, so that an event meets only rules that listen to it."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace

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


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Immutable. `digest` names its content, `number` the publication by which it is in force (0: none); `paused`: everything is silent and
    goes on remembering. `kinds` are the kinds of identifiers this shop knows, built in and declared; `listening` holds the rules for each
    event name, highest priority first, `ending` by event name and id those whose journeys it may end, `late` which of them wait for late
    events; `dates` are the first and the last moment of rules that have such; `asks` what rules and audiences want to know of the past, by
    question how far back (milliseconds; 0 where they ask when something was last); `reads_catalog`: whether a rule that runs looks at the
    catalog, `looks` which of its products the conditions of each may ask about, `looks_on` the same by the events they listen to; `located`
    are the rules that run and ask where customers are, `nearby` how near to stores conditions ask for, `rings` how near anybody does."""

    brand: Brand
    rules: dict[str, Rule]
    templates: TemplateSources
    digest: str
    declared: DeclaredIdentifiers = field(default_factory=DeclaredIdentifiers)
    audiences: dict[str, Audience] = field(default_factory=dict)
    number: int = 0
    paused: bool = False
    kinds: IdentifierKinds = field(init=False)
    listening: dict[str, tuple[Rule, ...]] = field(init=False)
    ending: dict[str, dict[str, Rule]] = field(init=False)
    late: dict[str, tuple[str, ...]] = field(init=False)
    dates: dict[str, tuple[int | None, int | None]] = field(init=False)
    asks: Asks = field(init=False)
    reads_catalog: bool = field(init=False)
    looks: dict[str, Looks] = field(init=False)
    looks_on: dict[str, Looks] = field(init=False)
    located: dict[str, Proximity] = field(init=False)
    nearby: tuple[Ring, ...] = field(init=False)
    rings: tuple[Ring, ...] = field(init=False)
    _matcher: Matcher | None = field(init=False, default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        listening: dict[str, list[Rule]] = {}
        ending: dict[str, dict[str, Rule]] = {}
        for rule in sorted(self.rules.values(), key=lambda rule: (-rule.priority, rule.id)):
            for name in rule.trigger.events():
                listening.setdefault(name, []).append(rule)
            for name in rule.ended_by:
                ending.setdefault(name, {})[rule.id] = rule
        asks: dict[Question, int] = {}
        running = [rule for rule in self.rules.values() if rule.running]
        asked = {rule.id: rule.conditions() for rule in running}
        texts = [text for conditions in asked.values() for text in conditions]
        for parsed in asking((*texts, *(audience.condition for audience in self.audiences.values())), *ABOUT_PAST):
            for question, window in questions(parsed):
                asks[question] = max(window, asks.get(question, 0))
        located = {rule.id: rule.trigger for rule in running if isinstance(rule.trigger, Proximity)}
        object.__setattr__(self, "asks", Asks(asks))
        looks = {rule: found for rule, conditions in asked.items() for found in [looks_of(conditions)] if found is not None}
        looks_on: dict[str, Looks] = {}
        for rule_id, found in looks.items():
            for name in self.rules[rule_id].trigger.events() | set(self.rules[rule_id].ended_by):
                looks_on[name] = looks_on[name] | found if name in looks_on else found
        nearby = {Ring(radius, 0) for parsed in asking(texts, *ABOUT_PLACES) for radius in radii(parsed)}
        object.__setattr__(self, "looks", looks)
        object.__setattr__(self, "looks_on", looks_on)
        object.__setattr__(self, "reads_catalog", bool(looks) or any(isinstance(rule.trigger, ReadsCatalog) for rule in running))
        object.__setattr__(self, "located", located)
        object.__setattr__(self, "rings", tuple(sorted({trigger.ring for trigger in located.values()} | nearby)))
        object.__setattr__(self, "nearby", tuple(sorted(nearby)))
        object.__setattr__(self, "kinds", self.declared.kinds(self.brand.country))
        object.__setattr__(self, "listening", {name: tuple(rules) for name, rules in listening.items()})
        object.__setattr__(self, "ending", ending)
        object.__setattr__(self, "late", {
            name: tuple(id for id, rule in rules.items() if rule.trigger.lateness) for name, rules in ending.items()})
        dates = {rule.id: rule.dates(self.brand.timezone) for rule in self.rules.values()}
        object.__setattr__(self, "dates", {name: span for name, span in dates.items() if span != (None, None)})

    def in_force(self, rule: Rule, now: int) -> bool:
        """Whether a moment is within the rule's dates."""
        first, last = self.dates.get(rule.id, (None, None))
        return (first is None or now >= first) and (last is None or now <= last)

    @property
    def matcher(self) -> Matcher:
        """The index over all rules that run, built when an event first asks for it."""
        if self._matcher is None:
            object.__setattr__(self, "_matcher", Index.of(self.rules.values()))
        assert self._matcher is not None
        return self._matcher

    def found_by(self, matcher: Matcher | None) -> "Rulebook":
        """Itself; its rules are found by what was built of the same rules before (None: by what is still to be built)."""
        object.__setattr__(self, "_matcher", matcher)
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

