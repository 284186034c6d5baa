"""loading: from a folder to a rulebook, with every problem named by file and place."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ..model.errors import RuleInvalid
from ..model.written import Written
from ..triggers.registry import TRIGGERS
from .audience import Audience
from .brand import Brand
from .bundle import bundle_of
from .identifiers import DeclaredIdentifiers
from .rule import Rule
from .rule_files import AUDIENCES, BRAND_FILE, IDENTIFIERS_FILE, TEMPLATES, files_in
from .rulebook import Rulebook

Model = TypeVar("Model", bound=Written)
Named = TypeVar("Named", Rule, Audience)


def load_rulebook(folder: Path) -> Rulebook:
    """The rulebook of a folder. RuleInvalid names the first problem; `find_problems` lists all."""
    rulebook, problems = read_rulebook(folder)
    if problems:
        raise problems[0]
    assert rulebook is not None
    return rulebook


def read_rulebook(folder: Path) -> tuple[Rulebook | None, list[RuleInvalid]]:
    """The rulebook, or None and all problems found in its files."""
    problems: list[RuleInvalid] = []
    if not (folder / BRAND_FILE).is_file():
        return None, [RuleInvalid(str(folder / BRAND_FILE), "is missing", "every rules folder needs it: name, sender, timezone")]
    brand = _read(folder / BRAND_FILE, Brand, problems)
    identifiers_file = folder / IDENTIFIERS_FILE
    declared = _read(identifiers_file, DeclaredIdentifiers, problems) if identifiers_file.is_file() else DeclaredIdentifiers()
    rules = _read_all([path for path in folder.glob("[!.]*.json") if path.name not in (BRAND_FILE, IDENTIFIERS_FILE)], Rule, problems)
    audiences = _read_all((folder / AUDIENCES).glob("*.json"), Audience, problems)
    templates = {sub.name: {path.name.removesuffix(".liquid"): path.read_text("utf-8") for path in sorted(sub.glob("*.liquid"))}
                 for sub in sorted((folder / TEMPLATES).glob("*")) if sub.is_dir()}
    for rule in rules.values():
        problems += [RuleInvalid(f"{folder / rule.id}.json: steps.{number}.send.template", f"there is no template {step.send.template!r}",
                                 f"add the folder {TEMPLATES}/{step.send.template} or name one of {', '.join(sorted(templates)) or 'none'}")
                     for number, step in enumerate(rule.steps, 1) if step.send.template not in templates]
    problems += [RuleInvalid(f"{folder / rule.id}.json: steps.{number}.send", f"{channel} is not set up",
                             f"add channels.{channel} to {BRAND_FILE}")
                 for rule in rules.values() for number, step in enumerate(rule.steps, 1) for channel in step.send.ways
                 if brand is not None and brand.channel(channel) is None]
    problems += [RuleInvalid(f"{folder / rule.id}.json: audience", f"there is no audience {rule.audience!r}",
                             f"add the file {AUDIENCES}/{rule.audience}.json or name one of {', '.join(sorted(audiences)) or 'none'}")
                 for rule in rules.values() if rule.audience is not None and rule.audience not in audiences]
    if brand is None or declared is None or problems:
        return None, problems
    return Rulebook(brand=brand, rules=rules, templates=templates, declared=declared, audiences=audiences,
                    digest=bundle_of(files_in(folder)).name), problems


def schema_path(folder: Path, name: str) -> Path:
    """Where a generated schema lies in a rules folder."""
    return folder / "schema" / f"{name}.schema.json"


def read_schema(folder: Path, name: str) -> Any:
    """A generated schema as it lies in the folder; None when it has none."""
    path = schema_path(folder, name)
    return json.loads(path.read_text("utf-8")) if path.is_file() else None


def _read_all(paths: Iterable[Path], model: type[Named], problems: list[RuleInvalid]) -> dict[str, Named]:
    """The files of one kind by their ids."""
    found: dict[str, Named] = {}
    for path in sorted(paths):
        named = _read(path, model, problems)
        if named is not None and named.id != path.stem:
            problems.append(RuleInvalid(f"{path}: id", f"is {named.id!r} in a file called {path.name}", "call both the same"))
        elif named is not None:
            found[named.id] = named
    return found


def _read(path: Path, model: type[Model], problems: list[RuleInvalid]) -> Model | None:
    try:
        return model.model_validate(json.loads(path.read_text("utf-8-sig")))
    except json.JSONDecodeError as error:
        problems.append(RuleInvalid(f"{path}:{error.lineno}:{error.colno}", f"is not JSON: {error.msg}",
                                    "look for a missing or trailing comma or a missing quote just before"))
    except UnicodeDecodeError:
        problems.append(RuleInvalid(str(path), "is not UTF-8", "save it as UTF-8"))
    except ValidationError as error:
        for found in error.errors(include_url=False):
            place = _place(found["loc"])
            message = found["msg"].removeprefix("Value error, ")
            mend = "remove it or correct its name" if found["type"] == "extra_forbidden" else ""
            problems.append(RuleInvalid(f"{path}: {place or 'the whole'}", "unknown field" if mend else message, mend))
    return None


def _place(parts: tuple[int | str, ...]) -> str:
    """Where in the file an error is, as people count; the kind of a trigger, which is no field, is left out."""
    shown = [part for number, part in enumerate(parts) if not (number and parts[number - 1] == "trigger" and part in TRIGGERS)]
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in shown)
