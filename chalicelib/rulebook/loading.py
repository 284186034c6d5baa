"""loading: from a folder to a rulebook, with every problem named by file and place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..conditions.arguments import nodes_of
from ..conditions.condition import asking
from ..conditions.located import parse_located
from ..conditions.past import ABOUT_PAST, questions
from ..model.asks import MOST_QUESTIONS
from ..model.errors import RuleInvalid
from ..model.windows import Question
from ..model.written import Written
from .audience import Audience
from .brand import Brand
from .bundle import bundle_of
from .identifiers import DeclaredIdentifiers
from .places import name_one_of, problem_in, problem_of
from .reading import read_text, read_written
from .rule import Rule
from .rule_files import AUDIENCES, BRAND_FILE, IDENTIFIERS_FILE, TEMPLATES, files_in, rule_file
from .rulebook import Rulebook, TemplateSources
from .source import Path as Place

Model = TypeVar("Model", bound=Written)
Named = TypeVar("Named", Rule, Audience)


@dataclass(frozen=True, slots=True)
class Contents:
    """What a folder's files say, as far as they could be read: `brand` and `declared` are None when they could not."""

    brand: Brand | None
    declared: DeclaredIdentifiers | None
    rules: dict[str, Rule]
    audiences: dict[str, Audience]
    templates: TemplateSources

    def rulebook(self, digest: str) -> Rulebook | None:
        """All of it as one rulebook under a name."""
        if self.brand is None or self.declared is None:
            return None
        return Rulebook(brand=self.brand, rules=self.rules, templates=self.templates, declared=self.declared, audiences=self.audiences,
                        digest=digest)


def load_rulebook(folder: Path) -> Rulebook:
    """The rulebook of a folder. RuleInvalid names the first problem; `find_problems` lists all."""
    rulebook, problems = read_rulebook(folder)
    if problems:
        raise problems[0]
    assert rulebook is not None
    return rulebook


def read_rulebook(folder: Path) -> tuple[Rulebook | None, list[RuleInvalid]]:
    """The rulebook, or None and all problems found in its files."""
    contents, problems = read_contents(folder)
    problems += missing_references(folder, contents)
    return None if problems else contents.rulebook(bundle_of(files_in(folder)).name), problems


def read_contents(folder: Path) -> tuple[Contents, list[RuleInvalid]]:
    """What the files say, and everything wrong with any of them by itself."""
    problems: list[RuleInvalid] = []
    if not (folder / BRAND_FILE).is_file():
        problems.append(problem_of(folder / BRAND_FILE, "missing-file", "is missing",
                                   "every rules folder needs it: name, sender, timezone"))
    brand = _read(folder / BRAND_FILE, Brand, problems) if not problems else None
    identifiers_file = folder / IDENTIFIERS_FILE
    declared = _read(identifiers_file, DeclaredIdentifiers, problems) if identifiers_file.is_file() else DeclaredIdentifiers()
    rules = _read_all([path for path in folder.glob("[!.]*.json") if path.name not in (BRAND_FILE, IDENTIFIERS_FILE)], Rule, problems)
    audiences = _read_all((folder / AUDIENCES).glob("*.json"), Audience, problems)
    templates = {sub.name: {path.name.removesuffix(".liquid"): text for path in sorted(sub.glob("*.liquid"))
                            if (text := read_text(str(path), path.read_bytes(), problems)) is not None}
                 for sub in sorted((folder / TEMPLATES).glob("*")) if sub.is_dir()}
    return Contents(brand, declared, rules, audiences, templates), problems


def missing_references(folder: Path, contents: Contents) -> list[RuleInvalid]:
    """What rules name and the folder does not have, and what they ask together beyond all bounds."""
    problems, brand = [], contents.brand
    for rule in contents.rules.values():
        file = folder / rule_file(rule.id)
        problems += [problem_in(file, place, "unknown-template", f"there is no template {name!r}",
                                f"add the folder {TEMPLATES}/{name}{name_one_of(name, contents.templates)}")
                     for place, name in dict.fromkeys((wording.place, wording.template) for wording in rule.wordings())
                     if name not in contents.templates]
        for number, step in enumerate(rule.steps):
            problems += [problem_in(file, ("steps", number, "send"), "channel-not-set-up", f"{channel} is not set up",
                                    f"add channels.{channel} to {BRAND_FILE}")
                         for channel in step.send.ways if brand is not None and brand.channel(channel) is None]
        problems += [] if brand is None else _unknown_costs(file, rule, brand)
        for place, name, characters in _audiences_named(rule):
            is_there = name in contents.audiences or (folder / AUDIENCES / f"{name}.json").is_file()  # though unreadable
            if not is_there:
                problems.append(problem_in(file, place, "unknown-audience", f"there is no audience {name!r}",
                                           f"add the file {AUDIENCES}/{name}.json{name_one_of(name, contents.audiences)}",
                                           characters=characters))
    return [*problems, *_too_much_past(folder, contents)]


def _audiences_named(rule: Rule) -> Iterator[tuple[Place, str, tuple[int, int] | None]]:
    """The audiences a rule names, where it does, and by which characters of a condition."""
    if rule.audience is not None:
        yield ("audience",), rule.audience, None
    for place, text in rule.asked():
        if "in_audience" in text:
            for call in nodes_of(parse_located(text)):
                if call["type"] == "function_expression" and call["value"] == "in_audience":
                    name = call["children"][0]
                    yield place, name["value"], (name["start"], name["end"])


def _too_much_past(folder: Path, contents: Contents) -> list[RuleInvalid]:
    """The first condition with which all rules together ask more of the past than a customer's state can answer."""
    written: list[tuple[Path, Place, str]] = [(folder / AUDIENCES / f"{audience.id}.json", ("condition",), audience.condition)
                                              for audience in contents.audiences.values()]
    written += [(folder / rule_file(rule.id), place, text) for rule in contents.rules.values() if rule.running
                for place, text in rule.asked()]
    different: set[Question] = set()
    for file, place, text in written:
        for parsed in asking([text], *ABOUT_PAST):
            different |= {question for question, _ in questions(parsed)}
        if len(different) > MOST_QUESTIONS:
            return [problem_in(file, place, "condition-past",
                               f"with this, all rules together ask more than {MOST_QUESTIONS} different things of the past",
                               "ask of fewer events and fields; windows of different lengths count as one")]
    return []


def _unknown_costs(file: Path, rule: Rule, brand: Brand) -> list[RuleInvalid]:
    """A budget in money says nothing of messages of which nobody knows what they cost."""
    currency, problems = rule.budget.currency if rule.budget is not None else None, []
    for channel in sorted({channel for step in rule.steps for channel in step.send.ways} if currency else ()):
        cost = brand.costs.get(channel)
        if cost is None:
            problems.append(problem_in(file, ("budget",), "unknown-cost", f"nobody knows what a message by {channel} costs",
                                       f"add costs.{channel} to {BRAND_FILE}; write 0 {currency} if it costs nothing"))
        elif cost.currency != currency:
            problems.append(problem_in(file, ("budget",), "unknown-cost", f"is in {currency}, and a message by {channel} costs {cost}",
                                       f"write both, and costs.{channel} in {BRAND_FILE}, in one currency"))
    return problems


def schema_path(folder: Path, name: str) -> Path:
    """Where a generated schema lies in a rules folder."""
    return folder / "schema" / f"{name}.schema.json"


def _read_all(paths: Iterable[Path], model: type[Named], problems: list[RuleInvalid]) -> dict[str, Named]:
    """The files of one kind by their ids."""
    found: dict[str, Named] = {}
    for path in sorted(paths):
        named = _read(path, model, problems)
        if named is not None and named.id != path.stem:
            problems.append(problem_in(path, ("id",), "id-and-file", f"is {named.id!r} in a file called {path.name}", "call both the same"))
        elif named is not None:
            found[named.id] = named
    return found


def _read(path: Path, model: type[Model], problems: list[RuleInvalid]) -> Model | None:
    return read_written(str(path), path.read_bytes(), model, problems)
