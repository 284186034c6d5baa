"""book: a rules folder as the checks look at it: what could be read of it, and where it is written."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...model.errors import RuleInvalid
from ..places import problem_in
from ..rule import Rule
from ..rule_files import AUDIENCES, TEMPLATES, rule_file
from ..rulebook import Rulebook
from ..source import Path as Place
from .seen import Seen

_CONDITIONS = frozenset({"condition", "when", "where", "key"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition and where it stands. `rule` is None in an audience; `event`: the name of the events it is asked about, if it is about
    one; `is_key`: its value counts, not whether it is true."""

    file: Path
    place: Place
    text: str
    rule: Rule | None = None
    event: str | None = None
    is_key: bool = False

    @property
    def is_of_event(self) -> bool:
        """Whether it is asked of an event that comes: in a trigger, an exit or a goal."""
        return self.rule is not None and self.place[-1] in ("where", "key")

    def problem(self, code: str, problem: str, mend: str, characters: tuple[int, int] | None = None) -> RuleInvalid:
        """Something wrong with it, or with some of its characters."""
        return problem_in(self.file, self.place, code, problem, mend, characters=characters or (0, len(self.text)))


@dataclass(frozen=True, slots=True)
class Book:
    """`whole`: every file could be read and names what there is, so that what no rule names is not meant by any. `seen`: recent events, if
    any are known."""

    folder: Path
    rulebook: Rulebook
    whole: bool
    asked: tuple[Asked, ...]
    seen: Seen | None = None

    @property
    def rules(self) -> Iterator[Rule]:
        """All rules."""
        return iter(self.rulebook.rules.values())

    def problem(self, rule: Rule, place: Place, code: str, problem: str, mend: str) -> RuleInvalid:
        """Something wrong in a rule's file."""
        return problem_in(self.folder / rule_file(rule.id), place, code, problem, mend)

    def template(self, name: str, part: str = "") -> Path:
        """The file of a template's part."""
        return self.folder / TEMPLATES / name / f"{part}.liquid" if part else self.folder / TEMPLATES / name


def conditions_in(folder: Path, rulebook: Rulebook) -> Iterator[Asked]:
    """Every condition that is written anywhere."""
    for rule in rulebook.rules.values():
        written = rule.model_dump(mode="json", by_alias=True, exclude={"examples"}, exclude_none=True)
        yield from _conditions(folder / rule_file(rule.id), written, (), rule, None)
    for audience in rulebook.audiences.values():
        yield Asked(folder / AUDIENCES / f"{audience.id}.json", ("condition",), audience.condition)


def _conditions(file: Path, part: Any, place: Place, rule: Rule, event: str | None) -> Iterator[Asked]:
    if isinstance(part, dict):
        event = part["event"] if isinstance(part.get("event"), str) else event
        for name, value in part.items():
            if name in _CONDITIONS and isinstance(value, str):
                yield Asked(file, (*place, name), value, rule, event, name == "key")
            else:
                yield from _conditions(file, value, (*place, name), rule, event)
    elif isinstance(part, list):
        for number, entry in enumerate(part):
            yield from _conditions(file, entry, (*place, number), rule, event)
